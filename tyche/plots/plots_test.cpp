#include "tyche/plots/plots.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tyche/plots/axes.hpp"
#include "tyche/plots/histogram.hpp"

namespace tyche::plots {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
  return found;
}

// Every tag is closed by its own, and no coordinate is NaN or infinite.
void expect_well_formed(std::string_view svg) {
  std::vector<std::string_view> open;
  for (std::size_t at = svg.find('<'); at != svg.npos; at = svg.find('<', at + 1)) {
    const std::string_view tag = svg.substr(at + 1, svg.find('>', at) - at - 1);
    if (tag.starts_with('/')) {
      ASSERT_FALSE(open.empty());
      EXPECT_EQ(tag.substr(1), open.back());
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
  }
  EXPECT_TRUE(open.empty());
  EXPECT_EQ(svg.find("\"nan"), svg.npos);
  EXPECT_EQ(svg.find("nan,"), svg.npos);
  EXPECT_EQ(svg.find("\"inf"), svg.npos);
  EXPECT_EQ(svg.find("inf,"), svg.npos);
}

Draws normal_draws(int chains, int draws) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  Draws out({{"mu", {}}, {"a<b", {}}}, {"divergent__"}, chains);
  for (int chain = 0; chain < chains; ++chain) {
    for (int draw = 0; draw < draws; ++draw) {
      out.append(chain, 1, std::vector<double>{normal(random), normal(random)},
                 std::vector<double>{draw < 3 ? 1.0 : 0.0});
    }
  }
  return out;
}

TEST(Plots, AreWellFormedWhateverTheDraws) {
  for (int chains : {1, 4, 9}) {
    for (int length : {0, 1, 2, 50}) {
      const Draws draws = normal_draws(chains, length);
      for (const char* name : {"mu", "a<b", "divergent__"}) {
        expect_well_formed(*trace(draws, name));
        expect_well_formed(*density(draws, name));
        expect_well_formed(*ranks(draws, name));
      }
      expect_well_formed(*pairs(draws, {"mu", "a<b"}));
      expect_well_formed(intervals(summarize(draws, ThreadPool(1))));
    }
  }
  Draws odd({{"x", {}}}, {}, 2);
  odd.append(0, 3, std::vector<double>{nan, HUGE_VAL, -HUGE_VAL}, {});
  odd.append(1, 3, std::vector<double>{7, 7, 7}, {});
  for (const auto& plot : {trace, density, ranks}) expect_well_formed(*plot(odd, "x"));
  expect_well_formed(*pairs(odd, {"x", "x"}));
  expect_well_formed(intervals(summarize(odd, ThreadPool(1))));
  expect_well_formed(*pairs(odd, {}));
  expect_well_formed(intervals({}));
}

TEST(Plots, AnUnknownNameIsAnError) {
  const Draws draws = normal_draws(2, 10);
  EXPECT_EQ(trace(draws, "sigma").error().found, "\"sigma\"");
  EXPECT_FALSE(density(draws, "sigma").has_value());
  EXPECT_FALSE(ranks(draws, "sigma").has_value());
  EXPECT_FALSE(pairs(draws, {"mu", "sigma"}).has_value());
}

TEST(Plots, NamesAreEscaped) { EXPECT_EQ(count(*trace(normal_draws(2, 10), "a<b"), "a&lt;b"), 1u); }

TEST(Trace, ALineAChainBrokenWhereADrawIsNotFinite) {
  Draws draws = normal_draws(3, 100);
  EXPECT_EQ(count(*trace(draws, "mu"), "<polyline"), 3u);
  draws.writable(0, 1, 0)[50] = nan;
  EXPECT_EQ(count(*trace(draws, "mu"), "<polyline"), 4u);
}

TEST(Trace, KeepsTheExtremesOfManyDraws) {
  Draws draws({{"x", {}}}, {}, 1);
  std::vector<double> values(100'000);
  values[33'333] = 1;
  values[66'666] = -1;
  draws.append(0, static_cast<int>(values.size()), values, {});
  const std::string svg = *trace(draws, "x");
  EXPECT_LT(svg.size(), 50'000u);
  // The panel runs from 44 to 254 with 4 % of room beyond -1 and 1 on either side.
  EXPECT_EQ(count(svg, ",51.8 "), 1u);
  EXPECT_EQ(count(svg, ",246.2 "), 1u);
}

TEST(Pairs, EveryDivergentDrawIsDrawn) {
  Draws draws = normal_draws(2, 2000);
  draws.writable(0, 1, 0)[0] = 1e9;
  const std::string svg = *pairs(draws, {"mu", "a<b"});
  EXPECT_EQ(count(svg, "r=\"2.4\""), 6u);
  EXPECT_EQ(count(svg, "6 divergent"), 1u);
  EXPECT_LE(count(svg, "r=\"1.5\""), 2000u);
}

TEST(Density, OutliersAreCounted) {
  Draws draws = normal_draws(4, 250);
  draws.writable(0, 0, 0)[7] = 1e6;
  draws.writable(0, 0, 0)[8] = nan;
  EXPECT_EQ(count(*density(draws, "mu"), "2 draws lie outside"), 1u);
}

TEST(Ranks, BarsOfAgreeingChainsAreEqual) {
  // Two chains that alternate share every stretch of ranks evenly: bars of one height.
  Draws draws({{"x", {}}}, {}, 2);
  for (int k = 0; k < 200; ++k) draws.append(k % 2, 1, std::vector<double>{1.0 * k}, {});
  EXPECT_EQ(count(*ranks(draws, "x"), "height=\"37\""), 40u);  // half of the row's 74 pixels
}

TEST(Lines, LengthsMustAgree) {
  const Result<std::string> bad = lines({{"f", {1, 2}, {1}}}, {});
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().where, "line \"f\", y");
  EXPECT_FALSE(lines({{"f", {1, 2}, {1, 2}, {0, 0}, {3}}}, {}).has_value());
  const std::string good = *lines({{"f", {1, 2, 3}, {1, nan, 2}, {0, 0, 0}, {3, 3, 3}}}, {});
  expect_well_formed(good);
  EXPECT_EQ(count(good, "<polygon"), 1u);
  EXPECT_EQ(count(good, "<polyline"), 2u);
}

TEST(Intervals, ARowAScalarInAlarmWhereChainsDisagree) {
  Summary summary;
  summary.scalars = {{"a", 0, 1, 0, -1, 0, 1, 500, 500, 1.0},
                     {"b", 0, 1, 0, -1, 0, 1, 500, 500, 1.02},
                     {"c", nan, nan, nan, nan, nan, nan, nan, nan, nan}};
  const std::string svg = intervals(summary);
  expect_well_formed(svg);
  EXPECT_EQ(count(svg, "<circle"), 2u);
  EXPECT_EQ(count(svg, "not finite"), 1u);
  EXPECT_EQ(count(svg, std::string("stroke=\"") + std::string(alarm_color)), 1u);
}

TEST(Steps, AreCornersFromChangeToChange) {
  const std::string svg = *steps({{"queue", {0, 1, 4}, {0, 2, 1}}}, 8, {"", "time", "length"});
  expect_well_formed(svg);
  // The panel runs from 76 to 672 for times 0 to 8, and from 310 up to 44 for 0 to 2.1.
  EXPECT_EQ(count(svg, "points=\"76,310 150.5,310 150.5,56.7 374,56.7 374,183.3 672,183.3 \""), 1u);
  expect_well_formed(*steps({}, 1, {}));
  expect_well_formed(*steps({{"none", {}, {}}, {"one", {0}, {-3}}}, 0, {}));
}

TEST(Steps, KeepTheExtremesOfManyChanges) {
  Steps line{"x", {}, {}};
  for (int k = 0; k < 100'000; ++k) {
    line.times.push_back(k);
    line.values.push_back(k == 33'333 ? 9 : k % 2);
  }
  const std::string svg = *steps({line}, 1e5, {});
  EXPECT_LT(svg.size(), 80'000u);
  EXPECT_EQ(count(svg, ",56.7 "), 1u);
}

TEST(Steps, BadChangesAreErrors) {
  const auto where = [](Steps line) { return steps({std::move(line)}, 10, {}).error().where; };
  EXPECT_EQ(where({"q", {0, 1}, {0}}), "line \"q\", values");
  EXPECT_EQ(where({"q", {0, 2, 1}, {0, 0, 0}}), "line \"q\", change 2");
  EXPECT_EQ(where({"q", {0, 11}, {0, 0}}), "line \"q\", change 1");
  EXPECT_EQ(where({"q", {nan}, {0}}), "line \"q\", change 0");
  EXPECT_EQ(where({"q", {0}, {nan}}), "line \"q\", change 0");
}

TEST(Gantt, ABarForAllThatWasDone) {
  const std::vector<BarRow> rows = {
      {"mill", {{0, 4, "job 1"}, {4, 5, "broken", true}, {5, 10, "job 2"}}},
      {"lathe & saw", {{2, 6, "job 2"}}},
      {"idle", {}}};
  const std::string svg = *gantt(rows, {"Workshop", "time", ""});
  expect_well_formed(svg);
  EXPECT_EQ(count(svg, "height=\"16\""), 4u);
  EXPECT_EQ(count(svg, std::string("fill=\"") + std::string(alarm_color)), 2u);  // and its name
  EXPECT_EQ(count(svg, "lathe &amp; saw"), 1u);
  EXPECT_EQ(count(svg, ">job 2<"), 1u);
  expect_well_formed(*gantt({}, {}));
  EXPECT_EQ(gantt({{"mill", {{3, 2, "job"}}}}, {}).error().where, "row \"mill\", \"job\"");
  EXPECT_FALSE(gantt({{"mill", {{0, HUGE_VAL, "job"}}}}, {}).has_value());
}

TEST(Gantt, WhatIsTooShortToSeeIsDrawnOnceAPixel) {
  BarRow row{"server", {}};
  for (int k = 0; k < 100'000; ++k) {
    row.bars.push_back({1.0 * k, k + 0.7, "busy", k == 55'555});
  }
  const std::string svg = *gantt({row}, {});
  EXPECT_LT(svg.size(), 100'000u);
  EXPECT_EQ(count(svg, alarm_color), 2u);
}

TEST(HistogramWithMean, MarksTheInterval) {
  const Draws draws = normal_draws(1, 500);
  const std::string svg = *histogram_with_mean(draws, "mu", {-0.1, 0, 0.1});
  expect_well_formed(svg);
  EXPECT_EQ(count(svg, "fill-opacity=\"0.3\""), 1u);
  EXPECT_EQ(count(svg, "500 values"), 1u);
  expect_well_formed(*histogram_with_mean(draws, "mu", {nan, 0, nan}));
  EXPECT_EQ(count(*histogram_with_mean(draws, "mu", {nan, 0, nan}), "fill-opacity"), 0u);
  expect_well_formed(*histogram_with_mean(normal_draws(1, 0), "mu", {0, 0, 0}));
  EXPECT_FALSE(histogram_with_mean(draws, "sigma", {0, 0, 0}).has_value());
}

TEST(Ticks, AreRoundAndLabelledShortly) {
  EXPECT_EQ(ticks({0, 1}, 5).size(), 6u);
  EXPECT_EQ(ticks({-1, 1}, 4), (std::vector<double>{-1, -0.5, 0, 0.5, 1}));
  EXPECT_EQ(tick_label(0.2, 0.2), "0.2");
  EXPECT_EQ(tick_label(-20, 10), "\u221220");
  EXPECT_EQ(tick_label(1e-17, 0.1), "0");
  EXPECT_EQ(tick_label(3e9, 1e9), "3e+09");
  EXPECT_EQ(tick_label(0.00002, 0.00001), "2e-05");
}

TEST(Ticks, LabelsDoNotOverlap) {
  Svg svg(200, 100);
  draw_axes(svg, {{0, 0, 150, 80}, {999'997, 1'000'004}, {0, 1}}, {.y_ticks = false});
  const std::string text = std::move(svg).str();
  EXPECT_EQ(count(text, "stroke=\"#E8E8E8\""), 4u);
  EXPECT_EQ(count(text, "text-anchor=\"middle\" fill=\"#333333\">"), 2u);
}

// A density integrates to one, even where draws crowd at an end of the range.
TEST(DensityEstimate, IntegratesToOne) {
  std::mt19937_64 random(1);
  std::exponential_distribution<double> exponential;
  std::vector<double> draws(2000);
  for (double& x : draws) x = exponential(random);
  const Range range{0, 12};
  double integral = 0;
  for (const Point& point : density_estimate(draws, range)) integral += point.y * 12 / 256;
  EXPECT_NEAR(integral, 1, 1e-6);
  EXPECT_NEAR(density_estimate(draws, range)[20].y, std::exp(-20.5 * 12 / 256), 0.08);
}

}  // namespace
}  // namespace tyche::plots
