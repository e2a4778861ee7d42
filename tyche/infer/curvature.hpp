// How the curvature of a density changes from place to place, and the step that bears it.
#pragma once
#include <span>
#include <vector>

#include "tyche/contracts/density.hpp"
#include "tyche/infer/metric_fit.hpp"
#include "tyche/infer/whitening.hpp"

namespace tyche {

/// Of -log density, the logarithm of the largest curvature, by size, at each of some of a window's
/// draws, evenly spread, in coordinates in which this metric is the identity. `density` takes the
/// window's positions, each followed by `further`. Ascending; without those that are not finite.
std::vector<double> log_curvatures(const Window& window, const Whitening& whitening,
                                   Evaluator& density, std::span<const double> further);

/// The longest step with which leapfrogs are stable wherever a chain is likely to come: 2 over the
/// root of the curvature three standard deviations above the median (docs/decisions/0015-*).
/// Infinite where there are less than eight of them.
double stable_step(std::span<const double> log_curvatures);

}  // namespace tyche
