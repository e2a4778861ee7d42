// Quantities: what a draw says in the user's words, from its unconstrained position.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tyche/draws/draws.hpp"

namespace tyche {

/// Which draw it is: with the seed, the key of whatever random numbers a quantity asks for.
struct DrawId {
  std::uint64_t seed = 0;
  std::uint64_t chain = 0;
  std::uint64_t iteration = 0;  // warm-up included
};

/// One thread's way to compute them, with its workspace.
class QuantityEvaluator {
 public:
  virtual ~QuantityEvaluator() = default;
  /// Writes all scalars of Quantities::variables, in order. NaN where a quantity rejects.
  virtual void evaluate(const DrawId& id, std::span<const double> position,
                        std::span<double> values) = 0;
};

class Quantities {
 public:
  virtual ~Quantities() = default;
  /// The sampled parameters, then the recorded quantities.
  virtual const std::vector<Variable>& variables() const = 0;
  virtual std::unique_ptr<QuantityEvaluator> quantities() const = 0;
};

}  // namespace tyche
