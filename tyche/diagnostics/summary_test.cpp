#include "tyche/diagnostics/summary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "tyche/diagnostics/advice.hpp"
#include "tyche/diagnostics/diagnostics.hpp"

namespace tyche {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// `scalars` independent standard normals, with statistics that tell of no trouble.
Draws normal_draws(int scalars, int chains, int count, unsigned seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Draws draws({{"theta", {scalars}}}, {"treedepth__", "divergent__", "energy__"}, chains);
  std::vector<double> values(static_cast<std::size_t>(scalars * count));
  std::vector<double> stats;
  for (int chain = 0; chain < chains; ++chain) {
    for (double& value : values) value = normal(random);
    stats.clear();
    for (int k = 0; k < count; ++k) stats.insert(stats.end(), {3, 0, normal(random)});
    draws.append(chain, count, values, stats);
  }
  return draws;
}

TEST(Summary, RowsAreTheDiagnosticsOfTheColumns) {
  const Draws draws = normal_draws(100, 4, 51);
  const Summary summary = summarize(draws, ThreadPool(3));
  ASSERT_EQ(summary.scalars.size(), 100u);
  for (int k = 0; k < 100; ++k) {
    const Column column = draws.column(k);
    const ScalarSummary& row = summary.scalars[static_cast<std::size_t>(k)];
    EXPECT_EQ(row.name, draws.names()[static_cast<std::size_t>(k)]);
    EXPECT_EQ(row.mean, mean(column));
    EXPECT_EQ(row.sd, sd(column));
    EXPECT_EQ(row.q05, quantile(column, 0.05));
    EXPECT_EQ(row.q95, quantile(column, 0.95));
    EXPECT_EQ(row.rhat, rhat(column));
    EXPECT_NEAR(row.ess_bulk, ess_bulk(column), 1e-9);
    EXPECT_NEAR(row.ess_tail, ess_tail(column), 1e-9);
    EXPECT_NEAR(row.mcse_mean, mcse_mean(column), 1e-12);
  }
  EXPECT_EQ(summary.find("theta[3]"), &summary.scalars[2]);
  EXPECT_EQ(summary.find("theta"), nullptr);
}

TEST(Summary, DoesNotDependOnThreads) {
  const Draws draws = normal_draws(100, 2, 40);
  EXPECT_EQ(to_json(summarize(draws, ThreadPool(1))), to_json(summarize(draws, ThreadPool(4))));
}

TEST(Summary, OfNothing) {
  EXPECT_EQ(to_json(summarize(Draws())), "{\"parameters\":{}}");
  const Summary empty = summarize(Draws({{"x", {}}}, {}, 4));
  EXPECT_TRUE(std::isnan(empty.scalars[0].mean));
  EXPECT_TRUE(std::isnan(empty.scalars[0].rhat));
}

TEST(Summary, UnequalChainsUseWhatAllHave) {
  Draws draws = normal_draws(1, 2, 20);
  const Summary before = summarize(draws);
  draws.append(1, 1, std::vector<double>{1e9}, std::vector<double>{1, 0, 0});
  const Summary after = summarize(draws);
  EXPECT_EQ(before.left_out, 0);
  EXPECT_EQ(after.left_out, 1);
  EXPECT_EQ(to_json(before), to_json(after));
}

TEST(Summary, JsonReadsBack) {
  Summary summary;
  summary.scalars = {{"theta[1]", 0.1, 1e-300, 1.0 / 3, -1, 0, 1, 400.5, 300, 1.001},
                     {"odd \"name\"\n", nan, inf, -inf, 0, 0, 0, 0, 0, nan}};
  const auto json = nlohmann::json::parse(to_json(summary))["parameters"];
  EXPECT_EQ(json.size(), 2u);
  const auto& row = json["theta[1]"];
  EXPECT_EQ(row.size(), 9u);
  EXPECT_EQ(row["mean"], 0.1);
  EXPECT_EQ(row["sd"], 1e-300);
  EXPECT_EQ(row["mcse_mean"], 1.0 / 3);
  EXPECT_EQ(row["q05"], -1);
  EXPECT_EQ(row["q50"], 0);
  EXPECT_EQ(row["q95"], 1);
  EXPECT_EQ(row["ess_bulk"], 400.5);
  EXPECT_EQ(row["ess_tail"], 300);
  EXPECT_EQ(row["rhat"], 1.001);
  EXPECT_TRUE(json["odd \"name\"\n"]["mean"].is_null());
  EXPECT_TRUE(json["odd \"name\"\n"]["sd"].is_null());
}

TEST(Summary, Table) {
  Summary summary;
  summary.scalars = {{"mu", 4.4123, 3.3178, 0.04512, -1.02, 4.456, 9.87, 5312.4, 3456.7, 1.00049},
                     {"β[1]", 1234567.8, 51234.5, 700.4, 1.1e6, 1.2e6, 1.3e6, 812, 97.2, 1.0213},
                     {"tiny", 1e-9, 2e-9, 1e-11, -1e-9, 0, 2e-9, nan, nan, nan}};
  std::ostringstream out;
  out << summary;
  EXPECT_EQ(out.str(),
            "           mean         sd       mcse          5%        50%        95%  ess_bulk  "
            "ess_tail   rhat\n"
            "mu         4.41       3.32      0.045       -1.02       4.46       9.87      5312     "
            " 3457  1.000\n"
            "β[1]    1234568      51234        700     1100000    1200000    1300000       812     "
            "   97  1.021\n"
            "tiny  1.000e-09  2.000e-09  1.000e-11  -1.000e-09  0.000e+00  2.000e-09         -     "
            "    -      -\n");
}

std::string joined(const std::vector<std::string>& findings) {
  std::string out;
  for (const std::string& finding : findings) out += finding + '\n';
  return out;
}

Summary fine() {
  Summary summary{.chains = 4, .draws = 1000};
  summary.scalars = {{"mu", 0, 1, 0.01, -1.6, 0, 1.6, 3000, 2000, 1.001},
                     {"tau", 0, 1, 0.01, -1.6, 0, 1.6, 900, 500, 1.003}};
  return summary;
}

TEST(Advice, AllIsWell) {
  const Draws draws = normal_draws(3, 4, 1000);
  const std::vector<std::string> findings = advice(summarize(draws), sampler_report(draws));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].substr(0, 11), "All is well");
}

TEST(Advice, NamesTheWorstFirst) {
  Summary summary = fine();
  summary.scalars[0].rhat = 1.01;
  summary.scalars[1].rhat = 1.2;
  summary.scalars[1].ess_tail = 160;
  const std::string text = joined(advice(summary, {}));
  EXPECT_NE(text.find("R-hat is 1.01 or more for tau (1.20), mu (1.01):"), std::string::npos);
  EXPECT_NE(text.find("below 400 for tau (160):"), std::string::npos);
  EXPECT_EQ(text.find("would be enough"), std::string::npos);
  summary.scalars[1].rhat = 1.0;
  EXPECT_NE(joined(advice(summary, {})).find("About 2500 draws a chain"), std::string::npos);
  summary.scalars.insert(summary.scalars.end(), 11, ScalarSummary(summary.scalars[0]));
  EXPECT_NE(joined(advice(summary, {})).find("and 7 more"), std::string::npos);
}

TEST(Advice, CountsWhatTheSamplerMet) {
  Draws draws = normal_draws(1, 2, 100);
  draws.writable(*draws.find("divergent__"), 0, 0)[7] = 1;
  draws.writable(*draws.find("divergent__"), 1, 0)[3] = 1;
  draws.writable(*draws.find("treedepth__"), 1, 0)[4] = 10;
  const std::span<double> energy = draws.writable(*draws.find("energy__"), 1, 0);
  for (std::size_t k = 0; k < energy.size(); ++k) energy[k] = static_cast<double>(k);
  const SamplerReport report = sampler_report(draws, 10);
  EXPECT_EQ(report.draws, 200);
  EXPECT_EQ(report.divergent, 2);
  EXPECT_EQ(report.at_max_depth, 1);
  ASSERT_EQ(report.e_bfmi.size(), 2u);
  const std::string text = joined(advice(fine(), report));
  EXPECT_NE(text.find("2 of 200 draws ended in a divergence (1 %)"), std::string::npos);
  EXPECT_NE(text.find("1 of 200 draws reached the tree depth limit of 10 (0.50 %)"),
            std::string::npos);
  EXPECT_NE(text.find("E-BFMI is below 0.3 in chain 2 (0.00)"), std::string::npos);
}

TEST(Advice, ConstantsAreNamedAndNoTrouble) {
  Draws draws({{"L", {2}}}, {}, 4);
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  for (int chain = 0; chain < 4; ++chain) {
    std::vector<double> values;
    for (int k = 0; k < 1000; ++k) values.insert(values.end(), {1.0, normal(random)});
    draws.append(chain, 1000, values, {});
  }
  const std::vector<std::string> lines = advice(summarize(draws), sampler_report(draws));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].starts_with("All is well"));
  EXPECT_TRUE(lines[1].starts_with("All draws are the same number for L[1]:"));
}

TEST(Advice, AChainWhoseEnergyNeverChangesIsTold) {
  const Draws before = normal_draws(1, 2, 100);
  Draws draws = before;
  std::ranges::fill(draws.writable(*draws.find("energy__"), 1, 0), 2.0);
  EXPECT_EQ(joined(advice(fine(), sampler_report(before))).find("cannot be had"),
            std::string::npos);
  EXPECT_NE(joined(advice(fine(), sampler_report(draws))).find("E-BFMI cannot be had of chain 2:"),
            std::string::npos);
}

TEST(Advice, SaysWhatCannotBeSaid) {
  Summary summary = fine();
  summary.scalars[0].sd = nan;
  summary.left_out = 3;
  EXPECT_NE(joined(advice(summary, {})).find("NaN or infinite: mu."), std::string::npos);
  EXPECT_NE(joined(advice(summary, {})).find("3 draws that not all"), std::string::npos);
  summary.chains = 1;
  EXPECT_NE(joined(advice(summary, {})).find("one chain"), std::string::npos);
  summary.draws = 2;
  EXPECT_NE(joined(advice(summary, {})).find("fewer than four"), std::string::npos);
  EXPECT_NE(joined(advice(summary, {})).find("3 draws that not all"), std::string::npos);
}

}  // namespace
}  // namespace tyche
