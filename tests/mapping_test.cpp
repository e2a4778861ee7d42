// The cost model of the two mappings, on the seven models; and the same draws under each.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "examples/models/eight_schools.hpp"
#include "examples/models/regressions.hpp"
#include "examples/models/series.hpp"
#include "examples/models/simple.hpp"
#include "tyche/model/json.hpp"
#include "tyche/tyche.hpp"

namespace tyche {
namespace {

ir::DataSet data_of(const std::string& model) {
  static const auto all =
      nlohmann::json::parse(std::ifstream(TYCHE_TEST_DATA "/seven_models.json"));
  return *parse_json(all.at(model).dump(), "seven_models.json");
}

GradientCost cost_of(const Model& model) { return compile(model, {.lanes = 0})->cost(); }

Mapping mapping_of_run(const Model& model, int chains) {
  return mapping_of(*compile(model, {.lanes = 0}), {.chains = chains}).mapping;
}

Model simple() { return models::simple(reals(data_of("simple"), "y")); }
Model medium() {
  const auto data = data_of("medium");
  return models::medium(reals(data, "y_a"), reals(data, "y_b"));
}
Model stress() {
  const auto data = data_of("stress");
  return models::stress(reals(data, "y_1"), reals(data, "y_2"), reals(data, "y_3"));
}
Model logistic() {
  const auto data = data_of("logistic");
  return models::logistic(matrix(data, "X"), integers(data, "y"));
}
Model sv() { return models::sv(reals(data_of("sv"), "returns")); }

/// What bench_mapping measured: the small ones are 3 to 6 times faster with chains in lanes, sv 1.4
/// times, and logistic regression is 1.25 times slower.
TEST(Mapping, TheModelOrdersTheSevenAsMeasured) {
  for (const Model& model :
       {simple(), medium(), stress(), models::eight_schools(), models::funnel()}) {
    const GradientCost cost = cost_of(model);
    EXPECT_GT(cost.rows, 2.5 * cost.chains);
    EXPECT_EQ(mapping_of_run(model, 8), Mapping::chains);
    EXPECT_EQ(mapping_of_run(model, 4), Mapping::chains);
    EXPECT_EQ(mapping_of_run(model, 1), Mapping::rows);
  }
  const GradientCost volatility = cost_of(sv()), regression = cost_of(logistic());
  EXPECT_GT(volatility.rows, 1.1 * volatility.chains);
  EXPECT_LT(volatility.rows, 2 * volatility.chains);
  EXPECT_LT(regression.rows, regression.chains);
  EXPECT_EQ(mapping_of_run(logistic(), 8), Mapping::rows);
}

/// Records what the run was told to be.
struct Told final : Sink {
  Result<void> start(const RunInfo& info) override {
    mapping = info.started.mapping;
    return {};
  }
  Mapping mapping = Mapping::automatic;
};

TEST(Mapping, AskedForItIsInEffectAndTheDrawsAreTheSame) {
  SampleSettings settings{.chains = 3, .warmup = 100, .draws = 50, .seed = 4};
  std::vector<double> first;
  for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
    settings.mapping = mapping;
    Told told;
    Sink* const sinks[] = {&told};
    const auto fit = try_sample(models::eight_schools_noncentered(), settings, sinks);
    ASSERT_TRUE(fit) << to_string(fit.error());
    EXPECT_EQ(told.mapping, mapping);
    std::vector<double> draws;
    for (int n = 0; n < 50; ++n) {
      const auto row = fit->draws.row(2, n);
      draws.insert(draws.end(), row.begin(), row.end());
    }
    if (first.empty()) first = draws;
    EXPECT_EQ(draws, first);
  }
}

TEST(Mapping, RecordedIsTheSameOnAnyThreads) {
  SampleSettings settings{.chains = 4, .warmup = 20, .draws = 10};
  for (const int threads : {1, 2, 8}) {
    settings.threads = threads;
    Told told;
    Sink* const sinks[] = {&told};
    ASSERT_TRUE(try_sample(models::eight_schools_noncentered(), settings, sinks));
    EXPECT_EQ(told.mapping, Mapping::chains) << threads;
  }
}

/// Centred by degrees and whitened: all that a group does for its chains.
TEST(Mapping, ThreadsAndLanesChangeNoDraw) {
  const auto posterior = compile(models::eight_schools(), {.lanes = 0});
  SampleSettings settings{.chains = 11, .warmup = 300, .draws = 20, .seed = 9};
  settings.mapping = Mapping::rows;
  const auto reference = try_sample(*posterior, settings);
  ASSERT_TRUE(reference) << to_string(reference.error());
  settings.mapping = Mapping::chains;
  std::set<int> lanes;
  for (const int chains : {3, 5, 8, 11}) {
    settings.chains = chains;
    for (settings.threads = 1; settings.threads <= 3; ++settings.threads) {
      lanes.insert(lanes_of(*posterior, settings));
      const auto fit = try_sample(*posterior, settings);
      ASSERT_TRUE(fit) << to_string(fit.error());
      for (int k = 0; k < chains; ++k) {
        for (int n = 0; n < 20; ++n) {
          EXPECT_TRUE(std::ranges::equal(fit->draws.row(k, n), reference->draws.row(k, n)))
              << "draw " << n << " of chain " << k << " of " << chains << ", " << settings.threads
              << " threads";
        }
      }
    }
  }
  EXPECT_EQ(lanes, (std::set{4, 8}));
}

TEST(Mapping, ExplainSaysItAndWhyAndCompilesOnce) {
  const auto posterior = compile(models::eight_schools_noncentered(), {.lanes = 0});
  const std::string text = explain(*posterior, {.chains = 8, .threads = 2});
  EXPECT_NE(text.find("mapping of a run of 8 chains: chains in lanes: a step of a chain costs"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("groups of 4 on 2 thread(s)"), std::string::npos) << text;
  EXPECT_NE(text.find("4 lane(s)"), std::string::npos);
  EXPECT_EQ(text.find("8 lane(s)"), std::string::npos);
  EXPECT_EQ(text.find("1 lane(s)"), std::string::npos);
}

}  // namespace
}  // namespace tyche
