#include "tyche/runtime/until.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace tyche {
namespace {

/// Numbers that look independent, and a slow one: a walk around a circle in `period` draws.
Draws some_draws(int chains, int count, double period, double apart = 0) {
  Draws draws({{"x", {2}}}, {}, chains);
  for (int chain = 0; chain < chains; ++chain) {
    std::vector<double> values;
    std::uint64_t state = std::uint64_t(chain + 1) * 0x9E3779B97F4A7C15u;
    for (int n = 0; n < count; ++n) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      values.push_back(double(state >> 11) * 0x1p-53 + apart * chain);
      values.push_back(std::sin(2 * M_PI * n / period + chain) + values.back() / 10);
    }
    draws.append(chain, count, values, {});
  }
  return draws;
}

std::vector<int> numbers(int chains) {
  std::vector<int> all(std::size_t(chains), 0);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

TEST(Rounds, GrowByAQuarterUpToTheMost) {
  EXPECT_EQ(next_round(0, 1000), 100);
  EXPECT_EQ(next_round(100, 1000), 125);
  EXPECT_EQ(next_round(999, 1000), 1000);
  EXPECT_EQ(next_round(0, 7), 7);
  int rounds = 0;
  for (std::int64_t draws = 0; draws < 1000000; draws = next_round(draws, 1000000)) ++rounds;
  EXPECT_LT(rounds, 50);
}

TEST(Judge, AsksEveryScalar) {
  const auto enough = [](const Until& until, const Draws& draws) {
    Judge judge(until);
    const bool first = judge.enough(draws, numbers(draws.chains()));
    EXPECT_EQ(judge.enough(draws, numbers(draws.chains())), first) << "asked again";
    return first;
  };
  const Draws fine = some_draws(4, 500, 7), slow = some_draws(4, 500, 300),
              apart = some_draws(4, 500, 7, 0.3);
  EXPECT_TRUE(enough({.ess = 400, .rhat = 1.01}, fine));
  EXPECT_FALSE(enough({.ess = 1e5}, fine));
  EXPECT_FALSE(enough({.ess = 400}, slow));
  EXPECT_FALSE(enough({.rhat = 1.01}, apart));
  EXPECT_TRUE(enough({}, apart));
}

TEST(Judge, SaysWhichScalarLacksWhat) {
  const Draws slow = some_draws(4, 500, 300);
  const Judge judge({.ess = 400});
  const UntilReport report = judge.report(slow, numbers(4), Ending::max_draws);
  EXPECT_EQ(report.draws, 500);
  EXPECT_EQ(report.count, 1);
  ASSERT_EQ(report.worst.size(), 1u);
  EXPECT_EQ(report.worst[0].scalar, "x[2]");
  EXPECT_LT(report.worst[0].ess, 400);
  EXPECT_EQ(report.worst[0].rhat, summarize(slow).find("x[2]")->rhat);
  const std::string text = to_string(report);
  EXPECT_TRUE(
      text.starts_with("Asked for were an effective size of 400 of every scalar. After 500 "
                       "draws a chain, all that max_draws allows, 1 lacks it: x[2] has an "
                       "effective size of "))
      << text;
  EXPECT_EQ(to_string(Judge({.ess = 10}).report(slow, numbers(4), Ending::enough)),
            "Good enough after 500 draws a chain.");
  const Until two_seconds{.time = std::chrono::seconds(2)};
  EXPECT_EQ(to_string(Judge(two_seconds).report(slow, numbers(4), Ending::time)),
            "The time of 2 s was over after 500 draws a chain.");
  EXPECT_EQ(to_string(Judge(two_seconds).report(slow, numbers(4), Ending::cancelled)), "");
}

TEST(Judge, AConstantLacksNothingAndWhatIsNoNumberEverything) {
  Draws draws({{"constant", {}}, {"broken", {}}}, {}, 2);
  const std::vector<double> values = {1, 2, 1, NAN, 1, 3, 1, 4, 1, 5, 1, 6};
  for (int chain = 0; chain < 2; ++chain) draws.append(chain, 6, values, {});
  const Judge judge({.ess = 1, .rhat = 10});
  const UntilReport report = judge.report(draws, numbers(2), Ending::time);
  EXPECT_EQ(report.count, 1);
  ASSERT_EQ(report.worst.size(), 1u);
  EXPECT_EQ(report.worst[0].scalar, "broken");
}

TEST(Judge, AsksTheChainsThatGoOn) {
  Draws draws = some_draws(3, 500, 7);
  Draws with_short({{"x", {2}}}, {}, 4);
  for (int chain = 0; chain < 3; ++chain) {
    for (int n = 0; n < 500; ++n) with_short.append(chain, 1, draws.row(chain, n), {});
  }
  const std::vector<int> some = {0, 1, 2};
  EXPECT_TRUE(Judge({.ess = 400}).enough(with_short, some));
  EXPECT_FALSE(Judge({.ess = 400}).enough(with_short, numbers(4)));
}

}  // namespace
}  // namespace tyche
