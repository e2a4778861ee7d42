// Pooling draws, counting them into bins, and smooth density estimates from them.
#pragma once
#include <span>
#include <vector>

#include "tyche/draws/draws.hpp"
#include "tyche/plots/axes.hpp"

namespace tyche::plots {

struct Histogram {
  Range range;
  std::vector<double> counts;
  std::size_t inside = 0;   // the sum of counts
  std::size_t outside = 0;  // not in the range, or not finite

  double bin_width() const { return range.length() / static_cast<double>(counts.size()); }
};

/// The draws of all chains, one chain after another.
std::vector<double> pooled(const Column& column);

/// Equal bins over the range; its upper end belongs to the last.
Histogram histogram(std::span<const double> values, Range range, int bins);

/// Bins after Freedman and Diaconis 1981, between 10 and 60.
int bin_count(std::span<const double> values, Range range);

/// A Gaussian kernel estimate at the middle of each bin of a fine histogram, the bandwidth after
/// Silverman 1986, equation (3.31), reflected at the ends of the range, beyond which nothing lies.
std::vector<Point> density_estimate(std::span<const double> values, Range range);

}  // namespace tyche::plots
