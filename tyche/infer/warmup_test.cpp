#include "tyche/infer/warmup.hpp"

#include <gtest/gtest.h>

namespace tyche {
namespace {

using Times = std::vector<std::int64_t>;

Times ends(const Schedule& schedule) {
  Times all;
  for (const Update& update : schedule) all.push_back(update.at);
  return all;
}

TEST(DoublingWindows, AreStansForAThousand) {
  const Schedule s = doubling_windows(1000);
  EXPECT_EQ(s.front().from, 75);
  EXPECT_EQ(ends(s), (Times{100, 150, 250, 450, 950}));
  for (std::size_t k = 1; k < s.size(); ++k) EXPECT_EQ(s[k].from, s[k - 1].at);
}

TEST(DoublingWindows, LastTakesWhatTheNextCouldNotDouble) {
  EXPECT_EQ(ends(doubling_windows(150)), (Times{100}));
  EXPECT_EQ(ends(doubling_windows(300)), (Times{100, 150, 250}));
  EXPECT_EQ(ends(doubling_windows(400)), (Times{100, 150, 350}));
}

TEST(DoublingWindows, ShortWarmupsShareOutPercentages) {
  EXPECT_EQ(doubling_windows(100), (Schedule{{90, 15, true}}));
}

TEST(GrowingWindows, OverlapAndEndBeforeTheStepSizeIsLearnt) {
  for (const std::int64_t warmup : {20, 100, 300, 1000, 5000}) {
    const Schedule s = growing_windows(warmup);
    EXPECT_EQ(s.back().at, warmup * 7 / 10);
    EXPECT_FALSE(s.back().restart);
    for (std::size_t k = 0; k < s.size(); ++k) {
      EXPECT_LT(s[k].from, s[k].at);
      if (k > 0) EXPECT_GT(s[k].at, s[k - 1].at);
      if (k > 0) EXPECT_GE(s[k].from, s[k - 1].from);
      if (k > 0) EXPECT_LT(s[k].from, s[k - 1].at);
    }
  }
}

TEST(Schedule, HasNoUpdatesForTheUnitMetricOrTooShortAWarmup) {
  EXPECT_TRUE(warmup_schedule(1000, Metric::unit).empty());
  EXPECT_TRUE(warmup_schedule(19, Metric::diagonal).empty());
  EXPECT_TRUE(warmup_schedule(14, Metric::dense).empty());
  EXPECT_EQ(warmup_schedule(1000, Metric::automatic, Kernel::hmc), doubling_windows(1000));
  EXPECT_EQ(warmup_schedule(1000, Metric::automatic, Kernel::walnuts), growing_windows(1000));
}

}  // namespace
}  // namespace tyche
