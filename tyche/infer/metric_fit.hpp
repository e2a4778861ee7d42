// The metric that suits a window of draws and their gradients: the least Fisher divergence
// (Seyboldt, Carlson and Carpenter 2026, arXiv 2603.18845).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "tyche/infer/whitening.hpp"

namespace tyche {

/// Draws of one chain: rows [draw][dimension]. No gradients where positions are all that is known.
struct Window {
  int dimension = 0;
  std::vector<std::int64_t> iterations = {};
  std::vector<double> positions = {}, gradients = {};
  std::vector<double> log_densities = {};  // of each draw, where they are known

  std::int64_t count() const { return static_cast<std::int64_t>(iterations.size()); }
  void add(std::int64_t iteration, std::span<const double> position,
           std::span<const double> gradient);
  /// At most so many of the draws, evenly spread.
  Window thinned(std::int64_t most) const;
  /// Drops the draws of earlier iterations.
  void begin_at(std::int64_t iteration);
  /// Drops, of the first half, the draws before the log density first is the median of the
  /// second's: a chain on its way to the posterior. Of a chain that is there, a draw or two.
  void begin_on_arrival();
};

/// Roots of variances over those of the gradients (section 3).
Whitening by_fisher(const Window& window);

/// Which of the directions that a window shows are taken.
enum class Directions : std::uint8_t {
  all,      // up to the rank asked for
  believed  // of those, the ones that matter and that each half of the window confirms
};

/// The diagonal and, along at most `rank` directions, the geometric mean of the draws' covariance
/// and the inverse of the gradients': the directions in which it differs most from its diagonal.
/// They are sought in all of the space if `rank` is its dimension, else among those in which
/// draws or gradients vary most. None where the window's products overflow.
///
/// A direction matters if its factor of the variance is not within a quarter of 1. Either half
/// confirms it if the other half's factor brings its draws nearer to normal than no factor would:
/// where the curvature changes from place to place, what one part shows misleads in another.
Whitening by_directions(const Window& window, int rank, Directions which = Directions::all);

}  // namespace tyche
