#include "tyche/infer/centring.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "tyche/infer/slopes.hpp"

namespace tyche {
namespace {

std::size_t size(auto n) { return static_cast<std::size_t>(n); }

/// Of the column `element` of rows [count][dimension]: the sum of squares around the mean.
double spread(const std::vector<double>& rows, int dimension, int element) {
  double mean = 0, sum = 0;
  const std::size_t d = size(dimension), count = rows.size() / d;
  for (std::size_t k = 0; k < count; ++k) mean += rows[k * d + size(element)];
  mean /= static_cast<double>(count);
  for (std::size_t k = 0; k < count; ++k) {
    const double off = rows[k * d + size(element)] - mean;
    sum += off * off;
  }
  return sum;
}

const ElementaryMap& exp_map() {
  return *std::ranges::find(elementary_maps(cpu_level()), std::string_view("exp"),
                            &ElementaryMap::name);
}

}  // namespace

Centring::Centring(const Recentring& recentring, int dimension, int lanes)
    : recentring_(recentring),
      dimension_(dimension),
      density_(recentring.evaluator(lanes)),
      priors_(recentring.priors()),
      exp_(exp_map()),
      input_(size(dimension + elements())),
      priors_of_(size(2 * elements())),
      stretch_(size(elements())) {}

Degrees Centring::unknown() const {
  return Degrees(size(elements()), static_cast<double>(Recentring::whole / 2));
}

std::span<const double> Centring::priors(const Degrees& degrees, std::span<const double> x) {
  std::ranges::copy(degrees, std::ranges::copy(x, input_.begin()).out);
  priors_->evaluate({}, input_, priors_of_);
  return priors_of_;
}

/// Each element's s^(1 - w), or its inverse if the sign is -1. Returns the sum of their logarithms.
double Centring::stretch(const Degrees& degrees, std::span<const double> log_scales, double sign) {
  double sum = 0;
  for (std::size_t k = 0; k < degrees.size(); ++k) {
    // Where the degree is whole, whatever the scale is.
    const double by = sign * (1 - degrees[k] / Recentring::whole);
    stretch_[k] = by == 0 ? 0 : by * log_scales[k];
    sum += stretch_[k];
  }
  exp_.map(8, stretch_.size(), stretch_.data(), nullptr, stretch_.data());
  return sum;
}

double Centring::to_position(const Degrees& degrees, std::span<double> x) {
  const std::span<const double> of = priors(degrees, x);
  const std::span<const int> elements = recentring_.elements();
  const double log_jacobian = stretch(degrees, of.subspan(elements.size()), 1);
  for (std::size_t k = 0; k < elements.size(); ++k) {
    if (degrees[k] == Recentring::whole) continue;
    const double location = of[k], w = degrees[k] / Recentring::whole;
    double& at = x[size(elements[k])];
    at = location + stretch_[k] * (at - w * location);
  }
  return log_jacobian;
}

void Centring::to_coordinates(const Degrees& degrees, std::span<double> q) {
  const Degrees written(degrees.size(), Recentring::whole);
  const std::span<const double> of = priors(written, q);
  const std::span<const int> elements = recentring_.elements();
  stretch(degrees, of.subspan(elements.size()), -1);
  for (std::size_t k = 0; k < elements.size(); ++k) {
    if (degrees[k] == Recentring::whole) continue;
    const double location = of[k], w = degrees[k] / Recentring::whole;
    double& at = q[size(elements[k])];
    at = w * location + stretch_[k] * (at - location);
  }
}

Window Centring::moved(const Window& positions, const Degrees& degrees, std::int64_t most) {
  const auto d = size(dimension_);
  const Window some = positions.thinned(most);
  std::vector<double> coordinates = some.positions;
  for (std::size_t at = 0; at < coordinates.size(); at += d) {
    to_coordinates(degrees, {&coordinates[at], d});
  }
  std::vector<double> gradients = slopes(*density_, coordinates, dimension_, degrees);
  Window out{.dimension = dimension_};
  for (std::size_t k = 0; k < some.iterations.size(); ++k) {
    if (std::isnan(gradients[k * d])) continue;
    out.add(some.iterations[k], {&coordinates[k * d], d}, {&gradients[k * d], d});
  }
  return out;
}

Degrees Centring::learnt(const Window& positions, const Degrees& before) {
  constexpr int step = 4;
  constexpr std::int64_t most = 96;
  // By less than this a window's draws differ by chance, and a chain that is centred where it
  // should not be diverges where the scale is small.
  constexpr double matters = 1.1;
  Degrees best = before;
  std::vector<double> least(before.size(), HUGE_VAL);
  const std::span<const int> elements = recentring_.elements();
  for (const int by : {0, -step, step}) {
    Degrees tried = before;
    for (double& w : tried) w = std::clamp<double>(w + by, 0, Recentring::whole);
    const Window window = moved(positions, tried, most);
    if (window.count() < std::min(positions.count(), most)) continue;
    for (std::size_t k = 0; k < elements.size(); ++k) {
      const double divergence = spread(window.positions, dimension_, elements[k]) *
                                spread(window.gradients, dimension_, elements[k]);
      if (!(divergence < least[k])) continue;
      least[k] = by == 0 ? divergence / matters : divergence;
      best[k] = tried[k];
    }
  }
  return best;
}

}  // namespace tyche
