#include "tyche/simulation/studies/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tyche::simulation {
namespace {

/// 2 z + a number of its own: variance 5, and a covariance of 4 with others of its kind.
Scenario with_own(std::string own, double mean) {
  return [own = std::move(own), mean](const Streams& streams) -> Result<Responses> {
    const double z = streams("common").normal(mean, 2);
    return Responses{{"x", z + streams(own).normal(0, 1)}};
  };
}

TEST(Comparison, CommonLuckReducesTheVarianceAsItsCorrelationSays) {
  const auto studies =
      *replicate_each({{"a", with_own("a", 1)}, {"b", with_own("b", 1.5)}}, {.replications = 2000});
  const Comparison comparison = *compare(studies, "x");
  ASSERT_EQ(comparison.contrasts.size(), 1u);
  const Contrast& contrast = comparison.contrasts.front();
  EXPECT_EQ(contrast.a, "b");
  EXPECT_EQ(contrast.b, "a");
  // Standard errors: of a correlation (1 - r^2) / sqrt n, of a variance sqrt(2 / n) of it.
  EXPECT_NEAR(contrast.correlation, 0.8, 4 * 0.36 / std::sqrt(2000));
  EXPECT_NEAR(contrast.difference.sd, std::sqrt(2), 4 * 1.0 / std::sqrt(2000));
  EXPECT_NEAR(contrast.gain, 5, 0.8);
  EXPECT_TRUE(contrast.difference.has(0.5));
}

TEST(Comparison, BonferroniHoldsAllDifferencesAtOnce) {
  int held = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const auto studies =
        *replicate_each({{"a", with_own("a", 0)}, {"b", with_own("b", 1)}, {"c", with_own("c", 3)}},
                        {.replications = 20, .threads = 1, .seed = seed});
    const Comparison all = *compare(studies, "x", {.all_pairs = true});
    ASSERT_EQ(all.contrasts.size(), 3u);
    EXPECT_DOUBLE_EQ(all.contrasts.front().difference.level, 1 - 0.05 / 3);
    const double truths[] = {1, 3, 2};
    bool each = true;
    for (std::size_t k = 0; k < 3; ++k) each &= all.contrasts[k].difference.has(truths[k]);
    held += each;
  }
  EXPECT_GE(held, 460);  // 0.95 or more
  EXPECT_LT(held, 500);
}

TEST(Comparison, PairsOnlyWhatBothMade) {
  const Scenario fails = [](const Replication& replication) -> Result<Responses> {
    if (replication.number == 1) return std::unexpected(Error{"door", "open", "shut", ""});
    return Responses{{"x", 2.0 * replication.number}};
  };
  const Scenario works = [](const Replication& replication) -> Result<Responses> {
    return Responses{{"x", 1.0 * replication.number}};
  };
  const auto studies = *replicate_each({{"works", works}, {"fails", fails}}, {.replications = 4});
  const Comparison comparison = *compare(studies, "x");
  EXPECT_EQ(comparison.contrasts.front().difference.count, 3u);
  EXPECT_DOUBLE_EQ(comparison.contrasts.front().difference.mean, 5.0 / 3);
  EXPECT_DOUBLE_EQ(comparison.means.front().mean, 5.0 / 3);
}

TEST(Comparison, ADifferenceIsAModel) {
  const Scenario apart = difference(with_own("a", 2), with_own("b", 1));
  const Study study = *replicate(apart, {.replications = 20, .until = Precision{"x", 0.1}});
  EXPECT_FALSE(study.shortfall.has_value());
  EXPECT_NEAR(study.replications(), 770, 150);  // (1.96 sqrt 2 / 0.1)^2
  const Scenario other = [](const Streams&) { return Responses{{"y", 1}}; };
  EXPECT_EQ(replicate(difference(with_own("a", 2), other)).error().where,
            "replication 0: difference");
}

TEST(Comparison, BadInputIsAnError) {
  const auto a = *replicate_each({{"a", with_own("a", 0)}}, {.replications = 10});
  const auto where = [&](const Study& study, ComparisonSettings settings = {}) {
    const std::vector<NamedStudy> two = {a.front(), {"b", study}};
    return compare(two, "x", settings).error().where;
  };
  EXPECT_EQ(compare(a, "x").error().where, "alternatives");
  EXPECT_EQ(where(*replicate(with_own("b", 0), {.replications = 10, .seed = 2})),
            "alternative \"b\"");
  EXPECT_EQ(where(*replicate(with_own("b", 0), {.replications = 10, .antithetic = true})),
            "alternative \"b\"");
  EXPECT_EQ(where(*replicate(with_own("b", 0), {.replications = 1})), "alternatives");
  EXPECT_EQ(where(a.front().study, {.level = 2}), "level");
  const Scenario other = [](const Streams&) { return Responses{{"y", 1}}; };
  EXPECT_EQ(where(*replicate(other, {.replications = 10})), "alternative \"b\": response");
  const Scenario never = [](const Streams&) -> Result<Responses> {
    return std::unexpected(Error{"door", "open", "shut", ""});
  };
  EXPECT_EQ(replicate_each({{"never", never}}).error().where,
            "alternative \"never\": replication 0: door");
}

}  // namespace
}  // namespace tyche::simulation
