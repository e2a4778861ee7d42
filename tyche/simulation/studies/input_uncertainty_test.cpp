#include "tyche/simulation/studies/input_uncertainty.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tyche/simulation/studies/replications.hpp"

namespace tyche::simulation {
namespace {

/// Draws of theta ~ normal(0, sd) in two chains.
Draws table(std::uint64_t seed, int draws, double sd) {
  Random random = Streams(seed)("table");
  Draws out({{"theta", {}}}, {}, 2);
  for (int k = 0; k < draws; ++k) {
    out.append(k % 2, 1, std::vector<double>{random.normal(0, sd)}, {});
  }
  return out;
}

/// theta + luck whose sd is 1.5.
Result<Responses> linear(const Replication& replication) {
  const double luck = replication.streams("luck").normal(0, 1.5);
  return Responses{{"y", replication.input("theta") + luck}};
}

TEST(InputShare, IsThatOfKnownComponents) {
  const Draws inputs = table(1, 1000, 2);
  const Study study = *replicate(linear, {.replications = 4000, .inputs = &inputs, .per_draw = 4});
  const InputShare share = *input_share(study, "y");
  EXPECT_EQ(share.draws, 1000u);
  EXPECT_EQ(share.per_draw, 4u);
  // MS between has variance 2 (18.25)^2 / 999, MS within 2 (2.25)^2 / 3000.
  EXPECT_NEAR(share.simulation_variance, 2.25, 4 * 2.25 * std::sqrt(2 / 3000.0));
  EXPECT_NEAR(share.input_variance, 4, 4 * 18.25 * std::sqrt(2 / 999.0) / 4);
  EXPECT_NEAR(share.share, 0.64, 0.06);
  EXPECT_NEAR(share.share_of_draw_means, 4 / (4 + 2.25 / 4), 0.04);
  EXPECT_LT(share.low, 0.64);
  EXPECT_GT(share.high, 0.64);
  EXPECT_LT(share.p_value, 1e-10);
}

TEST(InputShare, ItsIntervalHoldsTheShare) {
  int held = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const Draws inputs = table(seed, 20, 1.5);
    const Study study = *replicate(
        linear, {.replications = 60, .threads = 1, .seed = seed, .inputs = &inputs, .per_draw = 3});
    const InputShare share = *input_share(study, "y");
    held += share.low <= 0.5 && 0.5 <= share.high;
  }
  EXPECT_GE(held, 460);
  EXPECT_LE(held, 490);
}

TEST(InputShare, IsNoughtWhereInputsDoNothing) {
  const Draws inputs = table(1, 200, 0);
  int below = 0, significant = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Study study = *replicate(
        linear, {.replications = 80, .threads = 1, .seed = seed, .inputs = &inputs, .per_draw = 2});
    const InputShare share = *input_share(study, "y");
    below += share.input_variance < 0;
    significant += share.p_value < 0.05;
  }
  EXPECT_NEAR(below, 100, 30);  // unbiased: about as often below as above
  EXPECT_NEAR(significant, 10, 4 * 3.1);
}

// By hand: two draws of two, means 2 and 6, squares within 2 and 2 of one degree each.
TEST(InputShare, ByHand) {
  const Draws inputs = table(1, 2, 1);
  const Scenario model = [](const Replication& replication) -> Result<Responses> {
    const double values[] = {1, 3, 5, 7};
    return Responses{{"y", values[replication.number]}};
  };
  const ReplicationSettings settings = {
      .replications = 4, .level = 0.5, .inputs = &inputs, .per_draw = 2};
  const InputShare share = *input_share(*replicate(model, settings), "y");
  EXPECT_EQ(share.simulation_variance, 2);  // MS within
  EXPECT_EQ(share.input_variance, 7);       // (MS between - 2) / 2 with MS between 16
  EXPECT_DOUBLE_EQ(share.share, 7.0 / 9);
  // P(F < f) of 1 and 2 is sqrt(f / (f + 2)): its quartiles are 2/15 and 18/7.
  EXPECT_NEAR(share.low, 19.0 / 37, 1e-12);
  EXPECT_NEAR(share.high, 59.0 / 61, 1e-12);
  // P(F of 1 and 2 > 8) = P(|t of 2| > sqrt 8) = 1 - sqrt(8 / 10).
  EXPECT_NEAR(share.p_value, 1 - std::sqrt(0.8), 1e-12);
}

TEST(InputShare, BadInputIsAnError) {
  const Draws inputs = table(1, 100, 1);
  const auto where = [&](const ReplicationSettings& settings) {
    return input_share(*replicate(linear, settings), "y").error().where;
  };
  EXPECT_EQ(where({.replications = 10, .inputs = &inputs}), "per_draw");
  EXPECT_EQ(where({.replications = 4, .inputs = &inputs, .per_draw = 4}), "replications");
  const Study study = *replicate(linear, {.replications = 8, .inputs = &inputs, .per_draw = 4});
  EXPECT_EQ(input_share(study, "z").error().where, "response");
  const Scenario certain = [](const Replication& r) { return Responses{{"y", r.input("theta")}}; };
  const Study without_luck =
      *replicate(certain, {.replications = 8, .inputs = &inputs, .per_draw = 4});
  EXPECT_EQ(input_share(without_luck, "y").error().where, "response \"y\"");
}

}  // namespace
}  // namespace tyche::simulation
