// Flows in replications: what they show is a study's responses.
#include "tyche/simulation/studies/replications.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tyche/simulation/flows/run.hpp"
#include "tyche/simulation/studies/comparison.hpp"

namespace tyche::simulation::flows {
namespace {

/// One barber; a customer comes every `gap` on average and takes half of a unit of time.
Scenario shop(double gap, double stop) {
  Flow flow;
  flow.resource("barber", 1);
  flow.arrive("customer", exponential(gap))
      .seize("barber")
      .hold(exponential(0.5))
      .release("barber")
      .depart();
  const Program program = *compile(flow, 1, 0);
  return [program, stop](const Replication& replication) -> Result<Responses> {
    const auto report = simulate(program, replication.run_until(stop));
    if (!report) return std::unexpected(report.error());
    return responses(*report);
  };
}

// No customer comes before time 1 in 1 of e replications; that is no failure.
TEST(FlowReplications, AQueueNobodyCameToHasNoWait) {
  const Study study = *replicate(shop(1, 1), {.replications = 400});
  EXPECT_TRUE(study.failures.empty());
  const Estimate wait = *estimate(study, "barber.wait");
  EXPECT_NEAR(wait.lacking / 400.0, std::exp(-1), 4 * 0.48 / 20);
  EXPECT_EQ(wait.mean.count + wait.lacking, 400u);
  EXPECT_EQ(estimate(study, "customer.arrived")->lacking, 0u);
}

// The same luck in both: where gaps are longer, each wait is shorter.
TEST(FlowReplications, AlternativesSeeTheSameLuck) {
  const auto studies =
      *replicate_each({{"busy", shop(1, 200)}, {"calm", shop(1.1, 200)}}, {.replications = 100});
  const Comparison comparison = *compare(studies, "barber.wait");
  const Contrast& contrast = comparison.contrasts.front();
  EXPECT_GT(contrast.correlation, 0.8);
  EXPECT_GT(contrast.gain, 4);
  EXPECT_LT(contrast.difference.high(), 0);
}

}  // namespace
}  // namespace tyche::simulation::flows
