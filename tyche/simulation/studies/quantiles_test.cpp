#include "tyche/simulation/studies/quantiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tyche/simulation/random.hpp"

namespace tyche::simulation {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

QuantileSketch sketch_of(const std::vector<double>& values) {
  QuantileSketch sketch;
  for (const double x : values) sketch.add(x);
  return sketch;
}

std::vector<double> mixed(std::uint64_t seed, int count) {
  Random random = Streams(seed)("values");
  std::vector<double> out;
  for (int k = 0; k < count; ++k) {
    const double kind = random.uniform();
    out.push_back(kind < 0.2 ? 0 : kind < 0.6 ? random.lognormal(0, 8) : -random.exponential(3));
  }
  return out;
}

TEST(QuantileSketch, IsWithinItsErrorOfTheExactQuantile) {
  std::vector<double> values = mixed(1, 10'007);
  const QuantileSketch sketch = sketch_of(values);
  std::ranges::sort(values);
  for (int k = 0; k <= 1000; ++k) {
    const double p = k / 1000.0;
    const double place = std::ceil(p * static_cast<double>(values.size()));
    const double exact = values[static_cast<std::size_t>(std::max(place, 1.0)) - 1];
    EXPECT_LE(std::abs(sketch.quantile(p) - exact),
              QuantileSketch::relative_error * std::abs(exact))
        << p;
  }
  EXPECT_EQ(sketch.quantile(0), values.front());
  EXPECT_EQ(sketch.quantile(1), values.back());
}

TEST(QuantileSketch, MergesToThatOfAllInAnyOrder) {
  const std::vector<double> a = mixed(1, 500), b = mixed(2, 700);
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  QuantileSketch ab = sketch_of(a), ba = sketch_of(b);
  ab.merge(sketch_of(b));
  ba.merge(sketch_of(a));
  ba.merge(QuantileSketch());
  EXPECT_EQ(ab.count(), 1200u);
  for (const double p : {0.0, 0.01, 0.3, 0.5, 0.77, 0.99, 1.0}) {
    EXPECT_EQ(ab.quantile(p), sketch_of(all).quantile(p));
    EXPECT_EQ(ba.quantile(p), sketch_of(all).quantile(p));
  }
}

TEST(QuantileSketch, WhatCannotBeHadIsNan) {
  EXPECT_TRUE(std::isnan(QuantileSketch().quantile(0.5)));
  EXPECT_TRUE(std::isnan(sketch_of({1, 2}).quantile(-0.1)));
  EXPECT_TRUE(std::isnan(sketch_of({1, 2}).quantile(nan)));
  EXPECT_TRUE(std::isnan(sketch_of({1, nan}).quantile(0.5)));
  EXPECT_TRUE(std::isnan(sketch_of({1, infinity}).quantile(0.5)));
}

TEST(QuantileSketch, TakesTheEndsOfTheNumbers) {
  const double most = std::numeric_limits<double>::max();
  const QuantileSketch sketch = sketch_of({most, most, 5e-324, 0.0, -most});
  EXPECT_EQ(sketch.quantile(1), most);
  EXPECT_NEAR(sketch.quantile(0.5), 0, 1e-300);
  EXPECT_GT(sketch.quantile(0.8), most * (1 - QuantileSketch::relative_error));
  EXPECT_EQ(sketch.quantile(0), -most);
}

TEST(ExactQuantile, InterpolatesAsOthersDo) {
  const double values[] = {4, 1, 3, 2};
  EXPECT_EQ(exact_quantile(values, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(exact_quantile(values, 0.9), 3.7);
  EXPECT_TRUE(std::isnan(exact_quantile({}, 0.5)));
  EXPECT_TRUE(std::isnan(exact_quantile(values, 1.5)));
}

}  // namespace
}  // namespace tyche::simulation
