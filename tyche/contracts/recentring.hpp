// Re-centring: coordinates in which each of some elements lies anywhere between the scale on which
// the user wrote it and the scale of its own prior.
#pragma once
#include <memory>
#include <span>

#include "tyche/contracts/density.hpp"
#include "tyche/contracts/quantities.hpp"

namespace tyche {

/// Of an element whose prior has a location m and a scale s that other parameters move, and of
/// degree w, 0 (non-centred) to 1 (as written), the coordinate x makes the position
/// q = m + s^(1 - w) (x - w m) (Gorinova, Moore and Hoffman 2020, section 4). Degrees are given in
/// sixteenths, behind the coordinates.
class Recentring {
 public:
  static constexpr int whole = 16;  // sixteenths

  virtual ~Recentring() = default;
  /// Where in the position these elements lie.
  virtual std::span<const int> elements() const = 0;
  /// As Density::evaluator, of coordinates and degrees: [dimension + elements][lanes]. The
  /// gradient's rows of the degrees are 0.
  virtual std::unique_ptr<Evaluator> evaluator(int lanes) const = 0;
  /// From coordinates and degrees, one after another, the elements' locations and then the
  /// logarithms of their scales.
  virtual std::unique_ptr<QuantityEvaluator> priors() const = 0;
};

}  // namespace tyche
