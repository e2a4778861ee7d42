// How far a log density and its gradient are from the golden values of a known posterior or of one
// of the seven models.
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "tests/posteriors.hpp"

namespace tyche {

/// At an unconstrained position the log density, Jacobians included, then its gradient; nothing
/// where the point is rejected.
using ValueAndGradient = std::function<std::vector<double>(const std::vector<double>&)>;

/// The largest relative differences from golden values; infinite where one is NaN or missing.
struct Misses {
  double value = 0, gradient = 0;
};

/// Found and golden, the log density first, at every golden point.
struct GoldenPoint {
  std::vector<double> found, golden;
};

inline std::vector<GoldenPoint> golden_points(const ValueAndGradient& density,
                                              const nlohmann::json& points, const char* position,
                                              const char* value, const char* gradient) {
  std::vector<GoldenPoint> all;
  for (const nlohmann::json& point : points) {
    GoldenPoint at{density(point.at(position).get<std::vector<double>>()), {point.at(value)}};
    for (const nlohmann::json& g : point.at(gradient)) at.golden.push_back(g);
    at.found.resize(at.golden.size(), std::numeric_limits<double>::quiet_NaN());
    all.push_back(std::move(at));
  }
  return all;
}

inline double relative(double found, double golden) {
  const double miss = std::abs(found - golden) / std::abs(golden);
  return std::isnan(miss) ? std::numeric_limits<double>::infinity() : miss;
}

inline double gradient_miss(const std::vector<GoldenPoint>& points) {
  double worst = 0;
  for (const GoldenPoint& at : points) {
    for (std::size_t k = 1; k < at.golden.size(); ++k) {
      worst = std::max(worst, relative(at.found[k], at.golden[k]));
    }
  }
  return worst;
}

/// Of differences of the log density between golden points, which leave out constants, and of
/// gradients.
inline Misses misses(const Known& known, const ValueAndGradient& density) {
  const auto points = golden_points(density, known.points(), "unconstrained",
                                    "log_density_jacobian", "gradient_jacobian");
  double worst = 0;
  for (const GoldenPoint& at : points) {
    if (&at == points.data()) continue;
    worst = std::max(
        worst, relative(at.found[0] - points[0].found[0], at.golden[0] - points[0].golden[0]));
  }
  return {worst, gradient_miss(points)};
}

/// Of log densities, every constant included, and of gradients.
inline Misses misses(const Seventh& seventh, const ValueAndGradient& density) {
  const auto points =
      golden_points(density, test_json("seven_golden.json").at(seventh.golden), "u", "lp", "g");
  double worst = 0;
  for (const GoldenPoint& at : points) {
    worst = std::max(worst, relative(at.found[0], at.golden[0] + seventh.offset));
  }
  return {worst, gradient_miss(points)};
}

}  // namespace tyche
