#include "tyche/simulation/studies/validation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tyche/simulation/random.hpp"

namespace tyche::simulation {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double uniform_cdf(double x) { return std::clamp(x, 0.0, 1.0); }

/// n values whose greatest distance from the uniform law is `distance`, of 1 / (2 n) or more.
std::vector<double> at_distance(int n, double distance) {
  std::vector<double> out;
  for (int k = 0; k < n; ++k) out.push_back(std::min(1.0, k / static_cast<double>(n) + distance));
  return out;
}

double p_of(int n, double distance) {
  const KolmogorovSmirnov test = *kolmogorov_smirnov(at_distance(n, distance), uniform_cdf);
  EXPECT_NEAR(test.distance, distance, 1e-12);
  return test.p_value;
}

TEST(KolmogorovSmirnov, OfOneSampleIsExact) {
  EXPECT_NEAR(p_of(1, 0.8), 2 * 0.2, 1e-12);
  EXPECT_NEAR(p_of(2, 0.7), 2 * 0.3 * 0.3, 1e-12);
  EXPECT_NEAR(p_of(10, 0.274), 1 - 0.6284796154565043, 1e-12);  // the authors' example
  // By Steck's (1971) determinant in fractions.
  EXPECT_NEAR(p_of(3, 0.4), 223.0 / 375, 1e-12);
  EXPECT_NEAR(p_of(5, 0.25), 4223.0 / 5000, 1e-12);
  EXPECT_NEAR(p_of(5, 0.15), 2497.0 / 2500, 1e-12);
  EXPECT_NEAR(p_of(20, 0.29408), 0.05, 1e-5);  // tables' critical values
  EXPECT_NEAR(p_of(100, 0.13403), 0.05, 1e-5);
}

TEST(KolmogorovSmirnov, TheLimitLawGoesOnWhereTheExactEnds) {
  for (const double scaled : {0.5, 0.8, 1.0, 1.358, 1.7, 2.2}) {
    const double exact = p_of(500, scaled / std::sqrt(500.0));
    // The correction itself is 1 / (6 sqrt n), which these differ in by 7e-6.
    EXPECT_NEAR(p_of(501, scaled / std::sqrt(501.0)), exact, 3e-5) << scaled;
    EXPECT_NEAR(p_of(501, scaled / std::sqrt(501.0)) / exact, 1, 0.005) << scaled;  // 7 digits of 1
  }
  EXPECT_NEAR(p_of(1'000'000, 1.3581e-3), 0.05, 1e-4);
  EXPECT_NEAR(p_of(1'000'000, 0.8276e-3), 0.5, 1e-3);
}

TEST(KolmogorovSmirnov, OfTwoSamplesCountsPaths) {
  const double low[] = {1, 2, 3}, high[] = {4, 5, 6, 7}, mixed[] = {1.5, 2.5, 3.5};
  const KolmogorovSmirnov apart = *kolmogorov_smirnov(low, high);
  EXPECT_EQ(apart.distance, 1);
  EXPECT_NEAR(apart.p_value, 2.0 / 35, 1e-14);
  const KolmogorovSmirnov near = *kolmogorov_smirnov(low, mixed);
  EXPECT_DOUBLE_EQ(near.distance, 1.0 / 3);
  EXPECT_NEAR(near.p_value, 1, 1e-14);  // no way to mix 3 and 3 is nearer
  // Of the 20 ways to mix 3 and 3, 2^3 are never 2 apart: each pair has one of either.
  const double two_apart[] = {2.5, 2.6, 3.5};
  EXPECT_NEAR(kolmogorov_smirnov(low, two_apart)->p_value, 12.0 / 20, 1e-14);
}

TEST(KolmogorovSmirnov, OfManyTwoSamplesIsStephensFormula) {
  std::vector<double> a(5000), b(5000);
  for (int k = 0; k < 5000; ++k) {
    a[static_cast<std::size_t>(k)] = k;
    b[static_cast<std::size_t>(k)] = k + 135.5;
  }
  const KolmogorovSmirnov test = *kolmogorov_smirnov(a, b);
  EXPECT_FALSE(test.exact);
  EXPECT_DOUBLE_EQ(test.distance, 136 / 5000.0);
  const double x = (50 + 0.12 + 0.11 / 50) * test.distance;  // sqrt(n m / (n + m)) = 50
  EXPECT_NEAR(test.p_value, 2 * (std::exp(-2 * x * x) - std::exp(-8 * x * x)), 1e-13);
}

TEST(KolmogorovSmirnov, SamplesOfOneLawAreSeldomFarApart) {
  int one = 0, two = 0, large = 0, other = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Random random = Streams(seed)("sample");
    std::vector<double> a(60), b(5000), c(2500);
    for (auto* sample : {&a, &b, &c}) {
      for (double& x : *sample) x = random.uniform();
    }
    one += kolmogorov_smirnov(a, uniform_cdf)->p_value < 0.05;
    two += kolmogorov_smirnov(a, {c.data(), 100})->p_value < 0.05;
    large += kolmogorov_smirnov(b, c)->p_value < 0.05;
    for (double& x : c) x = x * x;
    other += kolmogorov_smirnov(b, c)->p_value < 0.05;
  }
  for (const int count : {one, two, large}) EXPECT_NEAR(count, 25, 4 * 4.9);
  EXPECT_EQ(other, 500);
}

TEST(KolmogorovSmirnov, EqualSamplesAreAtNoDistance) {
  const double values[] = {1, 1, 2};
  EXPECT_EQ(kolmogorov_smirnov(values, values)->distance, 0);
  EXPECT_EQ(kolmogorov_smirnov(values, values)->p_value, 1);
}

TEST(KolmogorovSmirnov, BadInputIsAnError) {
  const double good[] = {1, 2}, bad[] = {1, nan};
  EXPECT_EQ(kolmogorov_smirnov({}, uniform_cdf).error().where, "sample");
  EXPECT_EQ(kolmogorov_smirnov(bad, uniform_cdf).error().where, "sample, observation 1");
  EXPECT_EQ(kolmogorov_smirnov(good, bad).error().where, "other sample, observation 1");
  EXPECT_EQ(kolmogorov_smirnov(good, [](double x) { return x; }).error().where, "cdf");
  EXPECT_EQ(kolmogorov_smirnov(good, [](double) { return nan; }).error().where, "cdf");
}

}  // namespace
}  // namespace tyche::simulation
