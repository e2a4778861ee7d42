#include "tyche/numeric/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "tyche/numeric/elementary.hpp"

namespace tyche {
namespace {

constexpr int draws = 100'000;

Stream stream(std::uint64_t seed) { return {.key = seed, .purpose = purpose::synthetic}; }

using Sampler = std::function<double(Stream&)>;
using Cdf = std::function<double(double)>;

/// Kolmogorov's distance times sqrt(n); 2.2 is passed once in 16,000 runs.
double kolmogorov(const Sampler& draw, const Cdf& cdf) {
  Stream s = stream(11);
  std::vector<double> x(draws);
  for (double& value : x) value = draw(s);
  std::ranges::sort(x);
  double distance = 0;
  for (int k = 0; k < draws; ++k) {
    const double f = cdf(x[std::size_t(k)]);
    distance = std::max({distance, f - double(k) / draws, double(k + 1) / draws - f});
  }
  return distance * std::sqrt(draws);
}

/// The regularised incomplete gamma function by its power series.
double gamma_cdf(double shape, double x) {
  double term = std::exp(shape * std::log(x) - x - std::lgamma(shape + 1)), sum = term;
  for (int n = 1; n < 2000 && term > 1e-17 * sum; ++n) sum += term *= x / (shape + n);
  return x > 0 ? sum : 0;
}

/// The regularised incomplete beta function by its power series (Abramowitz and Stegun 26.5.4).
double beta_cdf(double a, double b, double x) {
  if (x > 0.5) return 1 - beta_cdf(b, a, 1 - x);
  if (x <= 0) return 0;
  const double log_beta = std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  double term = std::exp(a * std::log(x) + b * std::log1p(-x) - log_beta) / a, sum = term;
  for (int n = 0; n < 2000 && term > 1e-17 * sum; ++n) sum += term *= x * (a + b + n) / (a + 1 + n);
  return sum;
}

TEST(Samplers, FollowTheirCdf) {
  using namespace numeric;
  EXPECT_LT(kolmogorov(numeric::uniform, [](double x) { return x; }), 2.2);
  EXPECT_LT(kolmogorov(numeric::normal, [](double x) { return Phi(x); }), 2.2);
  EXPECT_LT(kolmogorov(numeric::exponential, [](double x) { return -std::expm1(-x); }), 2.2);
  for (double shape : {0.05, 0.5, 1.0, 1.5, 4.0, 60.0}) {
    EXPECT_LT(kolmogorov([&](Stream& s) { return numeric::gamma(s, shape); },
                         [&](double x) { return gamma_cdf(shape, x); }),
              2.2)
        << shape;
  }
  for (const auto& [a, b] : {std::pair{0.3, 0.4}, {1.0, 1.0}, {2.0, 5.0}, {40.0, 0.7}}) {
    EXPECT_LT(kolmogorov([&](Stream& s) { return numeric::beta(s, a, b); },
                         [&](double x) { return beta_cdf(a, b, x); }),
              2.2)
        << a << ", " << b;
  }
}

/// Pearson's chi-square over whole numbers, cells of fewer than 10 expected draws pooled with the
/// next, as a number of standard errors above its expectation.
double chi_square(const Sampler& draw, const std::function<double(double)>& log_probability,
                  int last) {
  Stream s = stream(12);
  std::vector<double> seen(std::size_t(last) + 1);
  for (int k = 0; k < draws; ++k) {
    const double x = draw(s);
    EXPECT_EQ(x, std::floor(x));
    EXPECT_GE(x, 0);
    seen[std::size_t(std::clamp(x, 0.0, double(last)))] += 1;
  }
  double sum = 0, expected = 0, found = 0, rest = draws, rest_found = draws;
  int cells = 0;
  for (int k = 0; k <= last; ++k) {
    expected += draws * std::exp(log_probability(k));
    found += seen[std::size_t(k)];
    if (expected < 10 || rest - expected < 10) continue;
    sum += (found - expected) * (found - expected) / expected;
    rest -= expected, rest_found -= found;
    expected = found = 0;
    ++cells;
  }
  sum += (rest_found - rest) * (rest_found - rest) / rest;
  return (sum - cells) / std::sqrt(2.0 * cells);
}

TEST(Samplers, WholeNumbersFollowTheirProbabilities) {
  for (double mean : {0.3, 4.0, 9.99, 10.0, 31.5, 900.0}) {
    EXPECT_LT(
        chi_square([&](Stream& s) { return numeric::poisson(s, mean); },
                   [&](double k) { return k * std::log(mean) - mean - std::lgamma(k + 1); }, 2000),
        4)
        << mean;
  }
  for (const auto& [n, p] : {std::pair{1.0, 0.3},
                             {20.0, 0.4},
                             {25.0, 0.5},
                             {60.0, 0.9},
                             {1000.0, 0.03},
                             {2000.0, 0.7}}) {
    EXPECT_LT(chi_square([&](Stream& s) { return numeric::binomial(s, n, p); },
                         [&](double k) {
                           return k > n ? -INFINITY
                                        : std::lgamma(n + 1) - std::lgamma(k + 1) -
                                              std::lgamma(n - k + 1) + k * std::log(p) +
                                              (n - k) * std::log1p(-p);
                         },
                         2000),
              4)
        << n << ", " << p;
  }
}

TEST(Samplers, DegenerateAndBadParameters) {
  Stream s = stream(13);
  EXPECT_EQ(numeric::poisson(s, 0), 0);
  EXPECT_EQ(numeric::binomial(s, 0, 0.5), 0);
  EXPECT_EQ(numeric::binomial(s, 7, 0), 0);
  EXPECT_EQ(numeric::binomial(s, 7, 1), 7);
  EXPECT_TRUE(std::isnan(numeric::poisson(s, -1)));
  EXPECT_TRUE(std::isnan(numeric::poisson(s, INFINITY)));
  EXPECT_TRUE(std::isnan(numeric::binomial(s, 2.5, 0.5)));
  EXPECT_TRUE(std::isnan(numeric::binomial(s, 5, 1.5)));
  EXPECT_TRUE(std::isnan(numeric::binomial(s, 5, NAN)));
  EXPECT_TRUE(std::isnan(numeric::gamma(s, 0)));
  EXPECT_TRUE(std::isnan(numeric::gamma(s, INFINITY)));
  EXPECT_TRUE(std::isnan(numeric::beta(s, 1, -1)));
  // Shapes whose gammas underflow: one of the two ends, half of the time each.
  double sum = 0;
  for (int k = 0; k < 1000; ++k) sum += numeric::beta(s, 1e-5, 1e-5);
  EXPECT_NEAR(sum / 1000, 0.5, 4 * 0.5 / std::sqrt(1000));
}

TEST(Stream, IsAFunctionOfItsPlace) {
  Stream a = stream(1), b = stream(1);
  b.chain = 1;
  Stream skipped = stream(1);
  skipped.next = 4;
  std::vector<double> first;
  for (int k = 0; k < 6; ++k) first.push_back(numeric::uniform(a));
  EXPECT_NE(numeric::uniform(b), first[0]);
  EXPECT_EQ(numeric::uniform(skipped), first[4]);
  EXPECT_EQ(numeric::uniform(skipped), first[5]);
  std::ranges::sort(first);
  EXPECT_EQ(std::ranges::adjacent_find(first), first.end());
}

TEST(Stream, ChildKeysDifferByEveryPart) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t key : {1u, 2u}) {
    for (std::uint32_t of : {purpose::choice, purpose::output}) {
      for (std::uint64_t id : {std::uint64_t(0), std::uint64_t(1), std::uint64_t(1) << 32}) {
        keys.push_back(numeric::derive(key, of, id));
      }
    }
  }
  std::ranges::sort(keys);
  EXPECT_EQ(std::ranges::adjacent_find(keys), keys.end());
}

TEST(Samplers, GiveTheSameBitsOnBothFmaLevels) {
  if (!cpu_has(Level::avx512)) GTEST_SKIP() << "one level only";
  Stream a = stream(5), b = stream(5);
  const RandomTable &two = random_table(Level::avx2), &five = random_table(Level::avx512);
  for (int k = 0; k < 20'000; ++k) {
    const double x = 0.01 * k;
    ASSERT_EQ(two.normal(a), five.normal(b));
    ASSERT_EQ(two.gamma(a, x + 0.01), five.gamma(b, x + 0.01));
    ASSERT_EQ(two.beta(a, x + 0.01, 3), five.beta(b, x + 0.01, 3));
    ASSERT_EQ(two.poisson(a, x), five.poisson(b, x));
    ASSERT_EQ(two.binomial(a, k, 0.37), five.binomial(b, k, 0.37));
    ASSERT_EQ(a.next, b.next);
  }
}

}  // namespace
}  // namespace tyche
