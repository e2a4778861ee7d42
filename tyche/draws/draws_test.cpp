#include "tyche/draws/draws.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tyche {
namespace {

Draws small() {
  Draws draws({{"mu", {}}, {"L", {2, 2}}}, {"lp__", "divergent__"}, 2);
  draws.append(0, 2, std::vector<double>{1, 11, 21, 12, 22, 2, 111, 121, 112, 122},
               std::vector<double>{-1, 0, -2, 1});
  draws.append(1, 1, std::vector<double>{3, 31, 41, 32, 42}, std::vector<double>{-3, 0});
  return draws;
}

TEST(FlatNames, CountFromOneWithTheFirstIndexFastest) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(flat_names({"mu", {}}), Names{"mu"});
  EXPECT_EQ(flat_names({"theta", {3}}), (Names{"theta[1]", "theta[2]", "theta[3]"}));
  EXPECT_EQ(flat_names({"L", {2, 2}}), (Names{"L[1,1]", "L[2,1]", "L[1,2]", "L[2,2]"}));
  EXPECT_EQ(flat_names({"none", {0}}), Names{});
  EXPECT_EQ(flat_names({"none", {2, 0}}), Names{});
}

TEST(Draws, ColumnsAreScalarsThenStatistics) {
  const Draws draws = small();
  EXPECT_EQ(draws.scalars(), 5);
  EXPECT_EQ(draws.columns(), 7);
  EXPECT_EQ(draws.find("L[2,1]"), 2);
  EXPECT_EQ(draws.find("divergent__"), 6);
  EXPECT_EQ(draws.find("sigma"), std::nullopt);
  EXPECT_EQ(draws.find_variable("L"), 1);
  EXPECT_EQ(draws.column(2, 0)[1], 121);
  EXPECT_EQ(draws.column(6, 0)[1], 1);
  EXPECT_EQ(draws.column(5, 1)[0], -3);
  EXPECT_EQ(draws.row(0, 1), (std::vector<double>{2, 111, 121, 112, 122}));
}

TEST(Draws, AnUnfinishedChainShortensTheCommonPartOnly) {
  const Draws draws = small();
  EXPECT_EQ(draws.draws(), 1);
  EXPECT_EQ(draws.draws(0), 2);
  EXPECT_EQ(draws.column(0).size(), 2u);
  EXPECT_EQ(draws.column(0).chain(0)[0], 1);
  EXPECT_EQ(draws.column(0).chain(1)[0], 3);
}

TEST(Draws, AnUnknownNameIsAnErrorThatListsTheVariables) {
  const Result<Column> column = small().column("sigma");
  ASSERT_FALSE(column.has_value());
  EXPECT_EQ(column.error().found, "\"sigma\"");
  EXPECT_EQ(column.error().remedy, "the variables start with mu, L[1,1]");
  EXPECT_EQ(small().column("lp__")->draws, 1);
}

TEST(Draws, BatchesOfAnySizeGiveTheSameDraws) {
  Draws whole({{"x", {3}}}, {"lp__"}, 1, 100);
  Draws pieces({{"x", {3}}}, {"lp__"}, 1);
  std::vector<double> values(300), stats(100);
  for (std::size_t k = 0; k < 300; ++k) values[k] = std::sin(static_cast<double>(k));
  for (std::size_t k = 0; k < 100; ++k) stats[k] = std::cos(static_cast<double>(k));
  stats[50] = std::numeric_limits<double>::quiet_NaN();
  whole.append(0, 100, values, stats);
  int at = 0;
  for (int size : {1, 2, 7, 0, 40, 50}) {
    const std::size_t from = static_cast<std::size_t>(at), n = static_cast<std::size_t>(size);
    pieces.append(0, size, std::span(values).subspan(3 * from, 3 * n),
                  std::span(stats).subspan(from, n));
    at += size;
  }
  EXPECT_TRUE(same_draws(whole, pieces));
  const int first = pieces.grow(0, 1);
  EXPECT_FALSE(same_draws(whole, pieces));
  EXPECT_EQ(first, 100);
  pieces.writable(1, 0, first)[0] = 5;
  EXPECT_EQ(pieces.column(1, 0).back(), 5);
  EXPECT_EQ(pieces.column(1, 0)[99], values[298]);
}

// 3,000,000 scalars in 8 chains of 1,000 draws, and what a chain as long as can be takes.
TEST(DrawsLayout, CountsBeyondTwoToTheThirtyOne) {
  constexpr DrawsLayout layout{3'000'000, 8, 1000};
  static_assert(layout.size() == 24'000'000'000);
  static_assert(layout.offset(2'999'999, 7) == 23'999'999'000);
  static_assert(layout.grown(1001).capacity == 2000);
  static_assert(layout.grown(5000).size() == 120'000'000'000);
  constexpr DrawsLayout long_chain{10, 4, 1'500'000'000};
  static_assert(long_chain.grown(1'500'000'001).capacity == 2'147'483'647);
  static_assert(long_chain.offset(9, 3) == 58'500'000'000);
  EXPECT_EQ((Variable{"x", {65536, 65536}}.size()), std::int64_t{1} << 32);
}

TEST(Draws, EmptyDrawsHaveNothing) {
  const Draws draws;
  EXPECT_EQ(draws.draws(), 0);
  EXPECT_EQ(draws.columns(), 0);
  EXPECT_TRUE(same_draws(draws, Draws()));
}

}  // namespace
}  // namespace tyche
