#include "tyche/simulation/studies/report.hpp"

#include <gtest/gtest.h>

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/studies/replications.hpp"

namespace tyche::simulation {
namespace {

Result<Responses> numbers(const Replication& replication) {
  if (replication.number == 2) return std::unexpected(Error{"door", "open", "\"shut\"", "push"});
  return Responses{{"n", 1.0 * replication.number}, {"ten", 10}};
}

TEST(Report, OfAStudy) {
  const Study study = *replicate(numbers, {.replications = 4});
  const MeanInterval n = estimate(study, "n")->mean;
  EXPECT_EQ(to_text(study),
            "3 replications, seed 1, 95 % intervals of means\n"
            "     mean          sd  least  most\n"
            "n     1.3  ± 3.8  1.5    0.0   3.0\n"
            "ten    10    ± 0    0     10    10\n"
            "1 of the replications failed, without which the means may be biased; the first:\n"
            "replication 2: door: expected open, found \"shut\"\n"
            "  push\n");
  EXPECT_EQ(
      to_json(study),
      "{\"replications\":3,\"seed\":1,\"level\":0.95,\"antithetic\":false,\"block\":1,"
      "\"inputs\":false,"
      "\"cancelled\":false,\"failures\":[{\"replication\":2,\"where\":\"replication 2: "
      "door\",\"expected\":\"open\",\"found\":\"\\\"shut\\\"\",\"remedy\":\"push\"}],"
      "\"shortfall\":null,\"responses\":{\"n\":{\"mean\":1.3333333333333335,"
      "\"half_width\":" +
          decimals(n.half_width) + ",\"low\":" + decimals(n.low()) +
          ",\"high\":" + decimals(n.high()) +
          ",\"sd\":1.5275252316519465,\"count\":3,"
          "\"least\":0,\"most\":3,\"lacking\":0},\"ten\":{\"mean\":10,\"half_width\":0,\"low\":10,"
          "\"high\":10,\"sd\":0,\"count\":3,\"least\":10,\"most\":10,\"lacking\":0}}}");
}

TEST(Report, SaysWhatTheInputsAndThePairsDid) {
  Draws inputs({{"a", {}}}, {}, 1);
  for (int k = 0; k < 4; ++k) inputs.append(0, 1, std::vector<double>{3.0 * k}, {});
  const Scenario model = [](const Replication& r) -> Result<Responses> {
    const double pair = r.antithetic ? 0.25 : -0.25;
    return Responses{{"n", r.input("a") + pair + (r.luck % 2 == 0 ? 1.0 : -1.0)}};
  };
  const Study study =
      *replicate(model, {.replications = 16, .antithetic = true, .inputs = &inputs, .per_draw = 2});
  // Mean squares 2 * 15 between and 2 within.
  const std::string text = to_text(study);
  EXPECT_NE(text.find("16 replications in antithetic pairs, 2 to a draw of inputs"),
            std::string::npos);
  EXPECT_NE(text.find("gain of pairs  inputs' share"), std::string::npos);
  EXPECT_NE(text.find("87.5 %"), std::string::npos);  // 14 / (14 + 2)
  const std::string json = to_json(study);
  EXPECT_NE(json.find("\"antithetic_gain\":"), std::string::npos);
  EXPECT_NE(json.find("\"input_share\":{\"draws\":4,\"per_draw\":2,\"input_variance\":14,"),
            std::string::npos);
  const Study single = *replicate(model, {.replications = 4, .inputs = &inputs});
  EXPECT_NE(to_text(single).find("`per_draw` would tell how much"), std::string::npos);
}

TEST(Report, OfAShortfall) {
  const Scenario model = [](const Replication& r) { return Responses{{"n", 1.0 * r.number}}; };
  const Study study =
      *replicate(model, {.replications = 3, .until = Precision{"n", 0.5, false, 5}});
  EXPECT_NE(to_text(study).find("not reached: the interval of n has a half-width of 1.96"),
            std::string::npos);
  EXPECT_NE(to_json(study).find("\"shortfall\":{\"response\":\"n\",\"half_width\":1.96"),
            std::string::npos);
}

TEST(Report, OfAComparison) {
  const Scenario slow = [](const Replication& r) { return Responses{{"n", 2.0 * r.number}}; };
  const Scenario fast = [](const Replication& r) { return Responses{{"n", 1.0 * r.number}}; };
  const auto studies = *replicate_each({{"slow", slow}, {"fast", fast}}, {.replications = 4});
  const Comparison comparison = *compare(studies, "n");
  EXPECT_EQ(to_text(comparison),
            "n     mean          sd\n"
            "slow   3.0  ± 4.1  2.6\n"
            "fast   1.5  ± 2.1  1.3\n"
            "\n"
            "difference   mean         correlation  gain\n"
            "fast − slow  -1.5  ± 2.1        1.000   5.0\n"
            "all differences at once with 95 % confidence (Bonferroni); gain: times fewer "
            "replications than with independent luck\n");
  EXPECT_NE(
      to_json(comparison).find("\"contrasts\":[{\"a\":\"fast\",\"b\":\"slow\",\"mean\":-1.5,"),
      std::string::npos);
}

TEST(Report, OfTheOthers) {
  const InputShare share = {.response = "y",
                            .draws = 20,
                            .per_draw = 3,
                            .input_variance = 3,
                            .simulation_variance = 1,
                            .share = 0.75,
                            .low = 0.5,
                            .high = 0.9,
                            .level = 0.95,
                            .share_of_draw_means = 0.9,
                            .p_value = 0.001};
  EXPECT_EQ(
      to_text(share),
      "y                  variance  share\n"
      "of the inputs             3   75 %\n"
      "of the simulation         1   25 %\n"
      "95 % interval of the inputs' share: 50 % to 90 % (20 draws, 3 replications of each)\n");
  EXPECT_EQ(to_json(share),
            "{\"response\":\"y\",\"draws\":20,\"per_draw\":3,\"input_variance\":3,"
            "\"simulation_variance\":1,\"share\":0.75,\"low\":0.5,\"high\":0.9,\"level\":0.95,"
            "\"share_of_draw_means\":0.9,\"p_value\":0.001}");
  SteadyState steady;
  steady.warnings = {"too \"short\""};
  EXPECT_NE(to_json(steady).find("\"warnings\":[\"too \\\"short\\\"\"]}"), std::string::npos);
  EXPECT_NE(to_text(steady).find("\nwarning: too \"short\"\n"), std::string::npos);
  EXPECT_EQ(to_text(KolmogorovSmirnov{0.25, 0.04, true}), "distance 0.25, p = 0.04 (exact)\n");
  EXPECT_EQ(to_json(KolmogorovSmirnov{0.25, 0.04, false}),
            "{\"distance\":0.25,\"p_value\":0.04,\"exact\":false}");
}

TEST(Report, WhatDoesNotExistIsNull) {
  const Study one = *replicate(numbers, {.replications = 1});
  EXPECT_NE(to_json(one).find("\"n\":{\"mean\":0,\"half_width\":null,\"low\":null"),
            std::string::npos);
  EXPECT_NE(to_text(one).find("± -"), std::string::npos);
}

}  // namespace
}  // namespace tyche::simulation
