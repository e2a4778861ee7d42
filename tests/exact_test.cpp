// Moments, dispersion and quantiles that are known exactly, under every way to sample.
#include "exact.hpp"

#include <gtest/gtest.h>

#include "samplers.hpp"
#include "tyche/diagnostics/diagnostics.hpp"

namespace tyche::exact {
namespace {

constexpr int chains = 8;

/// The law's function of every row, were all its numbers times `stretch`.
std::vector<double> values_of(const Rows& rows, const Law& law, double stretch = 1) {
  std::vector<double> values, row(rows.width);
  for (std::size_t at = 0; at < rows.numbers.size(); at += rows.width) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = rows.numbers[at + i] * stretch;
    values.push_back(law.of(row));
  }
  return values;
}

struct Compared {
  std::string what;
  double value, known, error;
  bool agrees() const { return std::abs(value - known) <= 4 * error; }
};

std::vector<Compared> compared(const Law& law, const Column& column) {
  std::vector<Compared> all;
  if (law.mean) all.push_back({"mean", mean(column), *law.mean, mcse_mean(column)});
  if (law.sd) all.push_back({"sd", sd(column), *law.sd, mcse_sd(column)});
  for (const auto& [p, known] : law.quantiles) {
    all.push_back(
        {"quantile " + std::to_string(p), quantile(column, p), known, mcse_quantile(column, p)});
  }
  return all;
}

std::vector<std::string> refused(const Target& target, const Rows& rows, double stretch = 1) {
  std::vector<std::string> all;
  for (const Law& law : target.laws) {
    const std::vector<double> values = values_of(rows, law, stretch);
    for (const Compared& at : compared(law, as_column(values, chains))) {
      if (at.agrees()) continue;
      all.push_back(law.name + ", " + at.what + ": " + std::to_string(at.value) + ", exactly " +
                    std::to_string(at.known) + ", standard error " + std::to_string(at.error));
    }
  }
  return all;
}

struct Case {
  Target (*target)();
  std::string name;
  SampleSettings settings;
};
void PrintTo(const Case& at, std::ostream* out) { *out << at.name; }

/// MALA and the random walk need more draws than a test of seconds has: tests/oracle and the
/// calibration have theirs.
bool of_trajectories(const Sampler& sampler) {
  const Kernel kernel = sampler.settings.kernel;
  return kernel != Kernel::mala && kernel != Kernel::random_walk;
}

/// As many draws as tell a spread of 1.05 from 1.
std::vector<Case> cases() {
  std::vector<Case> cases;
  for (const Sampler& sampler : samplers()) {
    if (!of_trajectories(sampler)) continue;
    for (const auto target : {correlated_normal, banana, student, mixture_of_two,
                              learns_centring(sampler) ? funnel : standardised_funnel}) {
      const bool large = target == correlated_normal;
      // Trajectories of one length cross a hundred unequal directions too slowly.
      if (large && sampler.settings.kernel == Kernel::hmc) continue;
      SampleSettings settings = sampler.settings;
      settings.chains = chains;
      settings.warmup = large ? 300 : 1000;
      settings.draws = (large ? 20 : 100) * sampler.thin;
      settings.seed = 1;
      cases.push_back({target, target().name + "_" + sampler.name, settings});
    }
  }
  return cases;
}

class Exact : public testing::TestWithParam<Case> {};

/// Each law within four standard errors of its own, at R-hat below 1.01; and were the draws 5 %
/// too wide, some law of every target would be refused. Of some 400 comparisons one is off by
/// chance in every other set of seeds, where tails make standard errors short: as with the known
/// posteriors a run of four times the length decides (docs/decisions/0007), in which a bias is
/// twice as plain.
TEST_P(Exact, MomentsAndQuantiles) {
  const Target target = GetParam().target();
  Rows rows = target.draw(GetParam().settings);
  if (!refused(target, rows).empty()) {
    SampleSettings longer = GetParam().settings;
    longer.draws *= 4;
    rows = target.draw(longer);
  }
  for (const Law& law : target.laws) {
    EXPECT_LT(rhat(as_column(values_of(rows, law), chains)), 1.01) << law.name;
  }
  for (const std::string& why : refused(target, rows)) ADD_FAILURE() << why;
  EXPECT_FALSE(refused(target, rows, 1.05).empty());
}

INSTANTIATE_TEST_SUITE_P(Targets, Exact, testing::ValuesIn(cases()),
                         [](const auto& at) { return at.param.name; });

/// What breaks the funnel: to be sampled as it is written, where no step fits the neck.
TEST(Broken, AFunnelThatNothingCentresIsRefused) {
  const Target target = funnel();
  const Rows rows = target.draw({.chains = chains, .draws = 2000, .metric = Metric::diagonal});
  EXPECT_FALSE(refused(target, rows).empty());
}

}  // namespace
}  // namespace tyche::exact
