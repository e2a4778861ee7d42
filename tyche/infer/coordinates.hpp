// The density as a group's chains see it: each in coordinates of its own, in which its parameters
// are centred by degrees and its metric is the identity.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "tyche/base/aligned_bytes.hpp"
#include "tyche/contracts/density.hpp"
#include "tyche/infer/centring.hpp"
#include "tyche/infer/whitening.hpp"
#include "tyche/kernels/linear_map.hpp"

namespace tyche {

class Coordinates {
 public:
  /// For so many lanes of `density`, which must outlive it; all metrics the identity, all degrees
  /// unknown. Whitenings may have at most `capacity` directions, any number if `dense`.
  Coordinates(const Density& density, int lanes, int capacity, bool dense, bool recentre);

  /// Log density and gradient at coordinates [dimension][lanes].
  static void evaluate(void* context, const double* z, double* gradient,
                       double* log_density) noexcept;

  /// What the kernel is to scale a lane's coordinates by: a diagonal metric is all its own.
  std::span<const double> kernel_scale(int lane) const;
  /// As many as a whitening may have.
  int most_directions() const { return dense_ ? dimension_ : capacity_; }
  const Whitening& whitening(int lane) const { return lanes_[static_cast<std::size_t>(lane)].now; }
  void set(int lane, Whitening whitening);
  void set(int lane, Whitening whitening, Degrees degrees);
  /// In place: one lane's coordinates and positions. Returns log |dq / dx| of the centring; the
  /// metric's, which is the same everywhere, is left out.
  double to_position(int lane, std::span<double> z);
  void to_coordinates(int lane, std::span<double> q);
  /// In place: a gradient by coordinates to one by positions, those of the degrees of centring.
  void push_forward(int lane, std::span<double> gradient) const;

  /// Null where nothing can be re-centred.
  Centring* centring() { return centring_ ? &*centring_ : nullptr; }
  const Centring* centring() const { return centring_ ? &*centring_ : nullptr; }
  /// By positions, each followed by degrees of centring where those are learnt.
  Evaluator& density() { return centring_ ? centring_->density() : *plain_; }
  const Degrees& degrees(int lane) const { return lanes_[static_cast<std::size_t>(lane)].degrees; }

 private:
  struct Map {
    AlignedBytes memory;
    LinearMap map;
  };
  struct Lane {
    Whitening now;
    Map alone;
    Degrees degrees = {};
    bool diagonal() const { return now.rank() == 0; }
  };
  int elements() const { return centring_ ? centring_->elements() : 0; }
  Map make(int lanes) const;
  void write(LinearMap& map, int lane, const Whitening& whitening) const;
  void choose_form();

  std::optional<Centring> centring_;
  const std::unique_ptr<Evaluator> plain_;  // unless centred by degrees
  const LinearMapKernels& kernels_;
  const int dimension_, capacity_;
  const bool dense_;
  std::vector<Lane> lanes_;
  Map together_;
  AlignedBytes position_, gradient_;  // [dimension and elements][lanes], padded
  AlignedBytes from_, to_;            // of one lane
  std::vector<double> degrees_;       // [elements][lanes]
  const std::vector<double> ones_;    // [dimension]
};

}  // namespace tyche
