// NUTS is calibrated on the eight schools: ranks are uniform, and of a wrong posterior they are
// not.
#include "sbc.hpp"

#include <gtest/gtest.h>

namespace tyche::sbc {
namespace {

constexpr int bins = 10;

double smallest_p(const Settings& settings) {
  double least = 1;
  for (const auto& ranks : all_ranks(settings)) least = std::min(least, chi_square_p(ranks, bins));
  return least * double(quantities().size());  // Bonferroni
}

TEST(Sbc, ChiSquareTailHasItsKnownQuantiles) {
  EXPECT_NEAR(chi_square_tail(16.918978, 9), 0.05, 1e-8);
  EXPECT_NEAR(chi_square_tail(30.143527, 19), 0.05, 1e-8);
  EXPECT_NEAR(chi_square_tail(18.307038, 10), 0.05, 1e-8);
}

TEST(Sbc, RanksOfTheEightSchoolsAreUniformAtALevelOfOnePercent) {
  EXPECT_GT(smallest_p({.replications = 50}), 0.01);
}

TEST(Sbc, DataNoisierThanAssumedAreSeenAtALevelOfOneInAMillion) {
  EXPECT_LT(smallest_p({.replications = 50, .noise = 1.5}), 1e-6);
}

}  // namespace
}  // namespace tyche::sbc
