// The degree to which each of a chain's elements is centred: the map between positions and the
// coordinates of these degrees, and how they are learnt.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "tyche/contracts/recentring.hpp"
#include "tyche/infer/metric_fit.hpp"
#include "tyche/kernels/elementary.hpp"

namespace tyche {

/// One number an element, in sixteenths: 0 non-centred, 16 as written.
using Degrees = std::vector<double>;

/// One thread's.
class Centring {
 public:
  Centring(const Recentring& recentring, int dimension, int lanes);

  Evaluator& density() { return *density_; }
  int elements() const { return static_cast<int>(recentring_.elements().size()); }
  /// Where nothing is known: half way.
  Degrees unknown() const;

  /// In place. Returns log |dq / dx|.
  double to_position(const Degrees& degrees, std::span<double> x);
  void to_coordinates(const Degrees& degrees, std::span<double> q);

  /// At most `most` draws of a window of positions, evenly spread, in the coordinates of these
  /// degrees, with their gradients there. Without those whose gradient is not finite.
  Window moved(const Window& positions, const Degrees& degrees, std::int64_t most);
  /// For each element that of the degrees before it, a quarter less and a quarter more at which its
  /// coordinate is nearest to a normal one: the least Fisher divergence, sqrt(var x var g), over
  /// the window's draws.
  Degrees learnt(const Window& positions, const Degrees& before);

 private:
  std::span<const double> priors(const Degrees& degrees, std::span<const double> x);
  double stretch(const Degrees& degrees, std::span<const double> log_scales, double sign);

  const Recentring& recentring_;
  const int dimension_;
  const std::unique_ptr<Evaluator> density_;
  const std::unique_ptr<QuantityEvaluator> priors_;
  const ElementaryMap& exp_;
  std::vector<double> input_, priors_of_, stretch_;
};

}  // namespace tyche
