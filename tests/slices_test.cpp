// Parts of the position handed to kernels that take whole containers.
#include <gtest/gtest.h>

#include <cmath>

#include "tyche/tyche.hpp"

namespace tyche {
namespace {

constexpr double log_root_two_pi = 0.91893853320467274178;

/// L x = (b[2], b[3], b[4]) by hand.
double by_hand(const std::vector<double>& b) {
  double lp = 0;
  for (double x : b) lp -= 0.5 * x * x + log_root_two_pi;
  const double x = b[2] / 2, y = (b[3] - x) / 3, z = (b[4] - 0.5 * x - 0.7 * y) / 1.5;
  return lp - 0.1 * (x * x + y * y + z * z);
}

TEST(Slices, ATriangularSolveReadsItsPartOfThePosition) {
  Model m;
  const auto b = m.param("b", normal(0, 1), 5);
  const auto L = m.data("L", Matrix{3, 3, {2, 1, .5, 0, 3, .7, 0, 0, 1.5}});
  const auto x = solve_lower(L, b.slice(2, 3));
  m.add(-0.1 * dot(x, x));
  const auto posterior = compile(m);
  const std::vector<double> at = {0.3, -1.2, 0.8, 2.1, -0.4};
  const LogDensity found = posterior->log_density(at);
  EXPECT_NEAR(found.value, by_hand(at), 1e-13 * std::abs(found.value));
  for (std::size_t k = 0; k < at.size(); ++k) {
    const double h = 1e-5;
    auto up = at, down = at;
    up[k] += h, down[k] -= h;
    EXPECT_NEAR(found.gradient[k], (by_hand(up) - by_hand(down)) / (2 * h), 1e-9) << k;
  }
}

TEST(Slices, APositionOfAnotherLengthIsRefused) {
  Model m;
  m.param("b", normal(0, 1), 5);
  const auto posterior = compile(m);
  EXPECT_THROW(posterior->log_density(std::vector<double>(4)), Failure);
  EXPECT_THROW(posterior->constrain(std::vector<double>(6)), Failure);
}

}  // namespace
}  // namespace tyche
