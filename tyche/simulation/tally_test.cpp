#include "tyche/simulation/tally.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tyche/simulation/level_history.hpp"
#include "tyche/simulation/random.hpp"

namespace tyche::simulation {
namespace {

TEST(Tally, OfAKnownSample) {
  Tally tally;
  EXPECT_TRUE(std::isnan(tally.mean()));
  for (const double x : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) tally.add(x);
  EXPECT_EQ(tally.mean(), 5);
  EXPECT_NEAR(tally.variance(), 32.0 / 7, 1e-14);
  EXPECT_EQ(tally.least(), 2);
  EXPECT_EQ(tally.most(), 9);
  EXPECT_EQ(tally.sum(), 40);
}

TEST(Tally, MergedTalliesAreOneOfAll) {
  Random random = Streams(1)("values");
  Tally all, merged;
  for (int part = 0; part < 20; ++part) {
    Tally some;
    for (int k = 0; k < part * part; ++k) {
      const double x = random.normal(1e6, 1);
      all.add(x);
      some.add(x);
    }
    merged.merge(some);
  }
  EXPECT_EQ(merged.count(), all.count());
  EXPECT_NEAR(merged.mean(), all.mean(), 1e-9);
  EXPECT_NEAR(merged.variance(), all.variance(), 1e-9);
  EXPECT_EQ(merged.least(), all.least());
  EXPECT_EQ(merged.most(), all.most());
}

/// 0 to 2: 1; 2 to 3: 4; 3 to 7: 0; 7 to 10: 2. Area 2 + 4 + 0 + 6.
template <class Kind>
void walk(Kind& level) {
  level.set(2, 4);
  level.set(3, 0);
  level.add(7, 2);
}

TEST(TimeWeighted, OfAKnownPath) {
  TimeWeighted level(1, 0);
  walk(level);
  EXPECT_EQ(level.area(10), 12);
  EXPECT_EQ(level.mean(10), 1.2);
  EXPECT_NEAR(level.variance(10), (2 + 16 + 12) / 10.0 - 1.44, 1e-14);
  EXPECT_EQ(level.least(), 0);
  EXPECT_EQ(level.most(), 4);
  level.restart(9);
  EXPECT_EQ(level.mean(11), 2);
  EXPECT_EQ(level.most(), 2);
  EXPECT_TRUE(std::isnan(TimeWeighted(1, 5).mean(5)));
  EXPECT_TRUE(std::isnan(TimeWeighted(1, 5).variance(5)));
}

TEST(LevelTimes, OfAKnownPath) {
  LevelTimes level(1, 0);
  walk(level);
  using Held = LevelTimes::Held;
  EXPECT_EQ(level.held(10), (std::vector<Held>{{0, 4}, {1, 2}, {2, 3}, {4, 1}}));
  EXPECT_EQ(level.quantile(0, 10), 0);
  EXPECT_EQ(level.quantile(0.4, 10), 0);
  EXPECT_EQ(level.quantile(0.41, 10), 1);
  EXPECT_EQ(level.quantile(0.9, 10), 2);
  EXPECT_EQ(level.quantile(1, 10), 4);
  EXPECT_EQ(level.share_from(2, 10), 0.4);
  EXPECT_TRUE(std::isnan(level.quantile(1.5, 10)));
  EXPECT_TRUE(std::isnan(LevelTimes().quantile(0.5, 0)));
  LevelTimes other(4, 0);
  level.merge(other, 3);
  EXPECT_EQ(level.held(10).back(), (Held{4, 4}));
  level.restart(10);
  EXPECT_EQ(level.held(12), (std::vector<Held>{{2, 2}}));
}

TEST(LevelSlices, OfAKnownPath) {
  LevelSlices slices(2, 1, 0);
  walk(slices);
  slices.set(10, 0);
  const std::span<const double> means = slices.means();
  EXPECT_EQ(std::vector<double>(means.begin(), means.end()), (std::vector<double>{1, 2, 0, 1, 2}));
}

TEST(LevelSlices, HaveTheMeanOfTheLevel) {
  Random random = Streams(1)("level");
  TimeWeighted level;
  LevelSlices slices(0.1);
  double time = 0, sum = 0;
  for (int k = 0; k < 1000; ++k) {
    time += random.exponential(0.3);
    const double value = random.normal(0, 1);
    level.set(time, value);
    slices.set(time, value);
  }
  level.set(1000, 0);
  slices.set(1000, 0);
  ASSERT_EQ(slices.means().size(), 10'000u);
  for (const double mean : slices.means()) sum += mean;
  EXPECT_NEAR(sum * 0.1, level.area(1000), 1e-9);
}

TEST(LevelPath, KeepsEveryChangeAndOfOneTimeTheLast) {
  LevelPath path(1, 0);
  walk(path);
  path.set(7, 5);
  EXPECT_EQ(path.times(), (std::vector<double>{0, 2, 3, 7}));
  EXPECT_EQ(path.values(), (std::vector<double>{1, 4, 0, 5}));
}

}  // namespace
}  // namespace tyche::simulation
