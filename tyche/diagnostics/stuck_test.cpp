#include "tyche/diagnostics/stuck.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tyche/diagnostics/advice.hpp"

namespace tyche {
namespace {

/// How a chain behaves: its mean log density, the spread of it, leapfrogs a draw.
struct Habit {
  double log_density = -10, spread = 2, leapfrogs = 7;
  int draws = 200;
};

Draws run_of(const std::vector<Habit>& habits) {
  Draws draws({}, {"lp__", "n_leapfrog__"}, int(habits.size()));
  for (int chain = 0; chain < draws.chains(); ++chain) {
    const Habit& habit = habits[std::size_t(chain)];
    std::vector<double> stats;
    for (int n = 0; n < habit.draws; ++n) {
      const double wave = std::sin(1.7 * n + chain);
      stats.push_back(habit.log_density + habit.spread * wave);
      stats.push_back(habit.leapfrogs);
    }
    draws.append(chain, habit.draws, {}, stats);
  }
  return draws;
}

std::vector<int> named(const std::vector<Habit>& habits) {
  std::vector<int> chains;
  for (const StuckChain& stuck : stuck_chains(run_of(habits))) chains.push_back(stuck.chain);
  return chains;
}

using Numbers = std::vector<int>;

TEST(Stuck, IsWhoIsFarFromItsPeers) {
  const Habit usual;
  EXPECT_EQ(named({usual, usual, usual, usual}), Numbers());
  EXPECT_EQ(named({usual, {.leapfrogs = 1023}, usual, usual}), Numbers{1});
  EXPECT_EQ(named({usual, usual, {.leapfrogs = 1}, usual}), Numbers{2});
  EXPECT_EQ(named({usual, usual, usual, {.log_density = -30}}), Numbers{3});
  EXPECT_EQ(named({{.log_density = -900, .spread = 0}, usual, usual, usual}), Numbers{0});
  EXPECT_EQ(named({usual, usual, {.log_density = 10}, usual}), Numbers{2});
  EXPECT_EQ(named({usual, usual, {.log_density = -13}, usual}), Numbers());
  EXPECT_EQ(named({usual, {.leapfrogs = 20}, usual, usual}), Numbers());
}

TEST(Stuck, IsFurtherThanThePeersAreFromEachOther) {
  EXPECT_EQ(named({{.leapfrogs = 7}, {.leapfrogs = 31}, {.leapfrogs = 100}, {.leapfrogs = 400}}),
            Numbers());
  EXPECT_EQ(named({{.leapfrogs = 7}, {.leapfrogs = 7}, {.leapfrogs = 15}, {.leapfrogs = 400}}),
            Numbers{3});
}

TEST(Stuck, NeedsPeersOfWhomMostAgree) {
  const Habit usual, far{.log_density = -500};
  EXPECT_EQ(named({usual, far}), Numbers());
  EXPECT_EQ(named({usual, usual, far}), Numbers{2});
  EXPECT_EQ(named({usual, usual, far, far}), Numbers()) << "R-hat tells";
  EXPECT_EQ(named({usual, usual, far, usual, far, usual, usual, usual}), (Numbers{2, 4}));
}

TEST(Stuck, MayHaveFewDrawsOfItsOwnOrNone) {
  const Habit usual, slow{.leapfrogs = 1023, .draws = 2}, none{.draws = 0};
  EXPECT_EQ(named({usual, slow, usual, usual}), Numbers{1});
  EXPECT_EQ(named({usual, none, usual, usual}), Numbers());
  EXPECT_EQ(named({slow, slow, slow, usual}), Numbers());
}

TEST(Stuck, IsNamedInTheAdvice) {
  const Draws draws = run_of({{}, {}, {.leapfrogs = 511}, {}});
  std::string all;
  for (const std::string& line : advice(summarize(draws), sampler_report(draws))) all += line;
  EXPECT_NE(all.find("Chain 3 is far from the others: it takes 511 leapfrogs a draw, its peers 7"),
            std::string::npos)
      << all;
}

TEST(Summary, OfSomeChainsSaysWhich) {
  Draws draws({{"x", {}}}, {}, 4);
  for (int chain = 0; chain < 4; ++chain) {
    std::vector<double> x;
    for (int n = 0; n < (chain == 2 ? 3 : 50); ++n) x.push_back(std::sin(n + chain));
    draws.append(chain, int(x.size()), x, {});
  }
  const std::vector<int> some = {0, 1, 3}, all = {0, 1, 2, 3};
  const Summary summary = summarize(draws, some);
  EXPECT_EQ(summary.covered, some);
  EXPECT_EQ(summary.draws, 50);
  EXPECT_EQ(summary.left_out, 0);
  EXPECT_EQ(coverage(summary), "chains 1, 2 and 4 of 4");
  EXPECT_TRUE(to_text(summary).ends_with("\nof chains 1, 2 and 4 of 4\n"));
  EXPECT_TRUE(to_json(summary).starts_with(R"({"chains":[1,2,4],"all_chains":4,"parameters":)"));
  EXPECT_EQ(coverage(summarize(draws, all)), "");
  EXPECT_EQ(summarize(draws, all).draws, 3);
  EXPECT_EQ(coverage(summarize(draws, std::vector<int>{})), "no chain of 4");
}

}  // namespace
}  // namespace tyche
