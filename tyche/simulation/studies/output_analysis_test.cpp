#include "tyche/simulation/studies/output_analysis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "tyche/simulation/random.hpp"

namespace tyche::simulation {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Waits of M/M/1 with mean interarrival time 1, by Lindley's recursion (1952), from empty.
std::vector<double> waits(std::uint64_t seed, double load, std::size_t customers) {
  const Streams streams(seed);
  Random arrivals = streams("arrivals"), services = streams("services");
  std::vector<double> out(customers);
  for (std::size_t k = 1; k < customers; ++k) {
    const double later = out[k - 1] + services.exponential(load) - arrivals.exponential(1);
    out[k] = std::max(0.0, later);
  }
  return out;
}

std::vector<double> normals(std::uint64_t seed, std::size_t count) {
  Random random = Streams(seed)("noise");
  std::vector<double> out(count);
  for (double& x : out) x = random.normal(0, 1);
  return out;
}

struct Coverage {
  int held = 0, warned = 0;
};

/// Of 500 runs: how many intervals hold the mean wait, load^2 / (1 - load), and how many warn.
Coverage coverage(double load, std::size_t customers) {
  Coverage out;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const SteadyState steady = *steady_state(waits(seed, load, customers));
    out.held += steady.mean.has(load * load / (1 - load));
    out.warned += !steady.warnings.empty();
  }
  return out;
}

TEST(SteadyState, CoversAtModerateLoad) {
  const Coverage half = coverage(0.5, 20'000);
  EXPECT_GE(half.held, 460);
  EXPECT_LE(half.held, 490);
  EXPECT_LE(half.warned, 25);
}

// Customers remember 360 others there: a batch of 300 tells little that the next does not.
TEST(SteadyState, WarnsAtHighLoadWhereItCoversLess) {
  const Coverage high = coverage(0.9, 10'000);
  EXPECT_LT(high.held, 450);
  EXPECT_GE(high.warned, 490);
}

TEST(SteadyState, WarningsCarryTheNumbers) {
  const SteadyState steady = *steady_state(waits(3, 0.95, 10'000));
  ASSERT_FALSE(steady.warnings.empty());
  EXPECT_NE(steady.warnings.back().find("32 batches"), std::string::npos);
  EXPECT_NE(steady.warnings.back().find("lag 1"), std::string::npos);
  EXPECT_GT(steady.lag1_eighths, 0.3);
}

TEST(SteadyState, OfIndependentValuesIsTheirTInterval) {
  const std::vector<double> values = normals(1, 6400);
  const SteadyState steady = *steady_state(values, {.warm_up = 0});
  const MeanInterval direct = t_interval(values, 0.95);
  EXPECT_NEAR(steady.mean.mean, direct.mean, 1e-15);
  EXPECT_NEAR(steady.mean.half_width / direct.half_width, 1, 0.3);  // 31 against 6399 of freedom
  EXPECT_EQ(steady.mean.count, 32u);
  EXPECT_EQ(steady.batch_size, 200u);
  EXPECT_TRUE(steady.warnings.empty());
}

TEST(SteadyState, LeavesOutTheWarmUpAndTheRemainder) {
  std::vector<double> series(1000, 100.0);
  series.resize(1000 + 647, 0.0);
  for (std::size_t k = 1000; k < series.size(); ++k) series[k] = k % 2 == 0 ? 1 : -1;
  const SteadyState steady = *steady_state(series, {.batches = 8, .warm_up = 1000});
  EXPECT_EQ(steady.mean.mean, 0);
  EXPECT_EQ(steady.warm_up, 1007u);
  EXPECT_EQ(steady.batch_size, 80u);
}

// The queue starts at 100 and empties as 1 - load = 1/2 a customer: 200 of 2000.
TEST(Mser5, CutsAKnownTransient) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::vector<double> series = normals(seed, 2000);
    for (std::size_t k = 0; k < 200; ++k) series[k] += 100 - 0.5 * static_cast<double>(k);
    const WarmUp warm_up = *mser5(series);
    EXPECT_TRUE(warm_up.settled);
    EXPECT_GE(warm_up.cut, 190u);
    EXPECT_LE(warm_up.cut, 300u);
  }
}

// The criterion is then a walk upwards by 1/n a batch: its least lies among the first few.
TEST(Mser5, CutsLittleOfAnIndependentSeries) {
  std::size_t cut = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) cut += mser5(normals(seed, 2000))->cut;
  EXPECT_LT(cut / 200, 20u);
}

TEST(Mser5, SaysWhenTheRunIsAllWarmUp) {
  std::vector<double> series(1000);
  std::iota(series.begin(), series.end(), 0.0);
  EXPECT_FALSE(mser5(series)->settled);
  const SteadyState steady = *steady_state(series, {.batches = 10});
  ASSERT_FALSE(steady.warnings.empty());
  EXPECT_NE(steady.warnings.front().find("no end of the warm-up"), std::string::npos);
}

// z = 1000, 0, 1, 0: the sums of squares of the last 4, 3, 2 over 16, 9, 4.
TEST(Mser5, ByHand) {
  std::vector<double> series;
  for (const double z : {1000.0, 0.0, 1.0, 0.0}) series.insert(series.end(), 5, z);
  EXPECT_EQ(mser5(series)->cut, 5u);  // 2/3 / 9 < 1/2 / 4
}

TEST(Lag1, OfKnownSeries) {
  const double up_and_down[] = {1, -1, 1, -1, 1, -1};
  EXPECT_DOUBLE_EQ(lag1_correlation(up_and_down), -5.0 / 6);
  // Squared changes 5 times 4 over twice 6, and the variance 4/35.
  EXPECT_NEAR(von_neumann_deviate(up_and_down), (1 - 20.0 / 12) / std::sqrt(4.0 / 35), 1e-14);
  const double same[] = {2, 2, 2};
  EXPECT_TRUE(std::isnan(lag1_correlation(same)));
}

TEST(Lag1, DeviatesOfIndependentValuesAreStandardNormal) {
  double sum = 0, squares = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const double z = von_neumann_deviate(normals(seed, 64));
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / 1000, 0, 4 / std::sqrt(1000.0));
  EXPECT_NEAR(squares / 1000, 1, 4 * std::sqrt(2 / 1000.0));
}

TEST(SteadyState, BadInputIsAnError) {
  const std::vector<double> good = normals(1, 1000);
  const auto where = [&](const SteadyStateSettings& settings) {
    return steady_state(good, settings).error().where;
  };
  EXPECT_EQ(where({.level = 1}), "level");
  EXPECT_EQ(where({.batches = 1}), "batches");
  EXPECT_EQ(where({.batches = 300}), "series");
  EXPECT_EQ(where({.warm_up = 900}), "series");
  EXPECT_EQ(where({.warm_up = 2000}), "series");
  std::vector<double> bad = good;
  bad[7] = nan;
  EXPECT_EQ(steady_state(bad).error().where, "observation 7");
  EXPECT_EQ(mser5(bad).error().where, "observation 7");
  EXPECT_EQ(mser5({good.data(), 19}).error().found, "19");
}

}  // namespace
}  // namespace tyche::simulation
