#include "tyche/plots/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace tyche::plots {
namespace {

std::vector<double> sorted_inside(std::span<const double> values, Range range) {
  std::vector<double> inside;
  std::ranges::copy_if(values, std::back_inserter(inside), [&](double x) { return range.has(x); });
  std::ranges::sort(inside);
  return inside;
}

double quartile_distance(const std::vector<double>& sorted) {
  return sorted[3 * (sorted.size() - 1) / 4] - sorted[(sorted.size() - 1) / 4];
}

double standard_deviation(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (double x : values) mean += x / n;
  for (double x : values) squares += (x - mean) * (x - mean);
  return std::sqrt(squares / n);
}

}  // namespace

std::vector<double> pooled(const Column& column) {
  std::vector<double> all;
  for (int chain = 0; chain < column.chains; ++chain) {
    const std::span<const double> values = column.chain(chain);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

Histogram histogram(std::span<const double> values, Range range, int bins) {
  Histogram out{.range = range, .counts = std::vector<double>(static_cast<std::size_t>(bins))};
  for (double x : values) {
    if (!range.has(x)) {
      ++out.outside;
      continue;
    }
    const double position = (x - range.low) / range.length() * bins;
    ++out.counts[std::min(static_cast<std::size_t>(position), out.counts.size() - 1)];
    ++out.inside;
  }
  return out;
}

int bin_count(std::span<const double> values, Range range) {
  const std::vector<double> sorted = sorted_inside(values, range);
  if (sorted.empty()) return 10;
  const double width =
      2 * quartile_distance(sorted) / std::cbrt(static_cast<double>(sorted.size()));
  return width > 0 ? static_cast<int>(std::clamp(std::ceil(range.length() / width), 10.0, 60.0))
                   : 30;
}

std::vector<Point> density_estimate(std::span<const double> values, Range range) {
  constexpr int bins = 256;
  const std::vector<double> sorted = sorted_inside(values, range);
  if (sorted.size() < 2) return {};
  const double robust = quartile_distance(sorted) / 1.34;
  double spread = standard_deviation(sorted);
  if (robust > 0) spread = std::min(spread, robust);
  const Histogram fine = histogram(sorted, range, bins);
  const double least = fine.bin_width();
  const double bandwidth =
      std::max(0.9 * spread / std::pow(static_cast<double>(sorted.size()), 0.2), least);
  const double scale =
      1 / (std::sqrt(2 * 3.14159265358979) * bandwidth * static_cast<double>(sorted.size()));
  std::vector<Point> out;
  for (int k = 0; k < bins; ++k) {
    double sum = 0;
    for (int j = 0; j < bins; ++j) {
      // The bin itself, and its images in the two ends.
      for (int image : {j, -1 - j, 2 * bins - 1 - j}) {
        const double z = (k - image) * fine.bin_width() / bandwidth;
        if (std::abs(z) < 6) sum += fine.counts[static_cast<std::size_t>(j)] * std::exp(-z * z / 2);
      }
    }
    out.push_back({range.low + (k + 0.5) * fine.bin_width(), sum * scale});
  }
  return out;
}

}  // namespace tyche::plots
