// Every sampler is calibrated: ranks are uniform, and of a wrong posterior they are not.
#include "sbc.hpp"

#include <gtest/gtest.h>

namespace tyche {

void PrintTo(const Sampler& sampler, std::ostream* out) { *out << sampler.name; }

namespace sbc {
namespace {

constexpr int bins = 10;

double smallest_p(const Subject& subject, const Sampler& sampler, const Plan& plan) {
  double least = 1;
  const auto all = Calibration(subject, sampler).run(plan);
  for (const Ranked& ranked : all) least = std::min(least, chi_square_p(ranked.ranks, bins));
  return least * double(all.size());  // Bonferroni
}

TEST(Sbc, ChiSquareTailHasItsKnownQuantiles) {
  EXPECT_NEAR(chi_square_tail(16.918978, 9), 0.05, 1e-8);
  EXPECT_NEAR(chi_square_tail(30.143527, 19), 0.05, 1e-8);
  EXPECT_NEAR(chi_square_tail(18.307038, 10), 0.05, 1e-8);
}

class EverySampler : public testing::TestWithParam<Sampler> {};

/// At a level of one per cent; at length, and of every model, `./dev calibrate` does it.
TEST_P(EverySampler, HasUniformRanksOfTheSchools) {
  EXPECT_GT(smallest_p(schools(), GetParam(), {.replications = 50}), 0.01);
}

INSTANTIATE_TEST_SUITE_P(Sbc, EverySampler, testing::ValuesIn(samplers()),
                         [](const auto& at) { return at.param.name; });

TEST(Sbc, RanksOfEveryModelAreUniformAtALevelOfOnePercent) {
  for (const Subject& subject : subjects()) {
    EXPECT_GT(smallest_p(subject, samplers()[0], {.replications = 50}), 0.01) << subject.name;
  }
}

TEST(Sbc, DataNoisierOrMoreThanAssumedAreSeenAtALevelOfOneInAMillion) {
  for (const Subject& subject : subjects()) {
    EXPECT_LT(smallest_p(subject, samplers()[0], {.replications = 50, .distortion = 2}), 1e-6)
        << subject.name;
  }
}

}  // namespace
}  // namespace sbc
}  // namespace tyche
