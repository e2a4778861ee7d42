// The density as a group's chains see it: each in coordinates of its own, in which its metric is
// the identity.
#pragma once
#include <span>
#include <vector>

#include "tyche/base/aligned_bytes.hpp"
#include "tyche/contracts/density.hpp"
#include "tyche/infer/whitening.hpp"
#include "tyche/kernels/linear_map.hpp"

namespace tyche {

class Coordinates {
 public:
  /// For the lanes of `density`, which must outlive it; all chains in the identity. Whitenings may
  /// have at most `capacity` directions, any number if `dense`.
  Coordinates(Evaluator& density, int dimension, int capacity, bool dense);

  /// Log density and gradient at coordinates [dimension][lanes].
  static void evaluate(void* context, const double* z, double* gradient,
                       double* log_density) noexcept;

  const Whitening& whitening(int lane) const { return lanes_[static_cast<std::size_t>(lane)].now; }
  void set(int lane, Whitening whitening);
  /// Rows [count][dimension] of one lane's coordinates become positions, with the bits that were
  /// evaluated.
  void to_positions(int lane, std::span<double> rows) const;

 private:
  struct Map {
    AlignedBytes memory;
    LinearMap map;
  };
  struct Lane {
    Whitening now;
    Map alone;
  };
  Map make(int lanes) const;
  void write(LinearMap& map, int lane, const Whitening& whitening) const;
  void choose_form();

  Evaluator& density_;
  const LinearMapKernels& kernels_;
  const int dimension_, capacity_;
  const bool dense_;
  std::vector<Lane> lanes_;
  Map together_;
  AlignedBytes position_, gradient_;  // [dimension][lanes], padded
};

}  // namespace tyche
