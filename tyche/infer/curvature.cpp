#include "tyche/infer/curvature.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tyche/infer/slopes.hpp"
#include "tyche/kernels/elementary.hpp"

namespace tyche {
namespace {

/// Of a row of d numbers.
double length(const double* row, std::size_t d) {
  double sum = 0;
  for (std::size_t i = 0; i < d; ++i) sum += row[i] * row[i];
  return std::sqrt(sum);
}

}  // namespace

std::vector<double> log_curvatures(const Window& window, const Whitening& whitening,
                                   Evaluator& density, std::span<const double> further) {
  // Power iteration by differences of gradients. It begins at the gradient, which is once there
  // already, and need not tell curvatures apart that are nearly the largest.
  constexpr int iterations = 3;
  constexpr std::int64_t most = 128;
  constexpr double h = 0x1p-16;
  const Window at = window.thinned(std::min(window.count() / 4, most));
  const auto d = static_cast<std::size_t>(window.dimension);
  const ElementaryTable& elementary = tyche::elementary(cpu_level());
  std::vector<double> along = at.gradients, log_length;
  for (int pass = 0; pass <= iterations; ++pass) {
    std::vector<double> beside = at.positions;
    log_length.clear();
    for (std::size_t first = 0; first < along.size(); first += d) {
      const std::span<double> v(&along[first], d);
      whitening.pull_back(v);
      const double norm = length(v.data(), d);
      log_length.push_back(elementary.log(norm));
      for (double& x : v) x *= h / norm;
      whitening.to_position(v);
      for (std::size_t i = 0; i < d; ++i) beside[first + i] += v[i];
    }
    if (pass == iterations) break;
    along = slopes(density, beside, window.dimension, further);
    for (std::size_t i = 0; i < along.size(); ++i) along[i] = (at.gradients[i] - along[i]) / h;
  }
  std::erase_if(log_length, [](double x) { return !std::isfinite(x); });
  std::ranges::sort(log_length);
  return log_length;
}

double stable_step(std::span<const double> log_curvatures) {
  constexpr std::size_t few = 8;
  constexpr double deviations = 3;
  if (log_curvatures.size() < few) return std::numeric_limits<double>::infinity();
  // Of the upper half alone: curvatures that fall off to one side ask for no shorter step.
  const double median = log_curvatures[log_curvatures.size() / 2];
  double squares = 0;
  for (const double x : log_curvatures) squares += x > median ? (x - median) * (x - median) : 0;
  const double deviation = std::sqrt(2 * squares / static_cast<double>(log_curvatures.size()));
  return 2 * elementary(cpu_level()).exp(-0.5 * (median + deviations * deviation));
}

}  // namespace tyche
