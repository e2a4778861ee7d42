#include "tyche/infer/warmup.hpp"

#include <gtest/gtest.h>

namespace tyche {
namespace {

using Ends = std::vector<std::int64_t>;

TEST(Schedule, IsStansForAThousand) {
  const Schedule s = warmup_schedule(1000, Metric::diagonal);
  EXPECT_EQ(s.windows_begin, 75);
  EXPECT_EQ(s.window_ends, (Ends{100, 150, 250, 450, 950}));
}

TEST(Schedule, LastWindowTakesWhatTheNextCouldNotDouble) {
  EXPECT_EQ(warmup_schedule(150, Metric::diagonal).window_ends, (Ends{100}));
  EXPECT_EQ(warmup_schedule(300, Metric::diagonal).window_ends, (Ends{100, 150, 250}));
  EXPECT_EQ(warmup_schedule(400, Metric::diagonal).window_ends, (Ends{100, 150, 350}));
}

TEST(Schedule, ShortWarmupsShareOutPercentages) {
  const Schedule s = warmup_schedule(100, Metric::diagonal);
  EXPECT_EQ(s.windows_begin, 15);
  EXPECT_EQ(s.window_ends, (Ends{90}));
}

TEST(Schedule, HasNoWindowsForTheUnitMetricOrTooShortAWarmup) {
  EXPECT_TRUE(warmup_schedule(1000, Metric::unit).window_ends.empty());
  EXPECT_TRUE(warmup_schedule(19, Metric::diagonal).window_ends.empty());
}

}  // namespace
}  // namespace tyche
