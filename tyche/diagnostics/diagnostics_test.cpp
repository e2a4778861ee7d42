#include "tyche/diagnostics/diagnostics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "tyche/diagnostics/beta_quantile.hpp"
#include "tyche/diagnostics/sorting.hpp"

namespace tyche {
namespace {

using nlohmann::json;
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double number(const json& value) {
  if (value.is_null()) return nan;
  if (value.is_string()) return value == "inf" ? inf : -inf;
  return value.get<double>();
}

std::vector<double> numbers(const json& values) {
  std::vector<double> out;
  for (const json& value : values) out.push_back(number(value));
  return out;
}

json reference() {
  std::ifstream file(TYCHE_TEST_DATA "/arviz/reference.json");
  return json::parse(file);
}

using Diagnostic = std::function<double(const Column&)>;

const std::map<std::string, Diagnostic>& diagnostics() {
  static const std::map<std::string, Diagnostic> all = {
      {"mean", mean},
      {"sd", sd},
      {"rhat", rhat},
      {"rhat_bulk", rhat_bulk},
      {"rhat_folded", rhat_folded},
      {"ess_bulk", ess_bulk},
      {"ess_tail", ess_tail},
      {"ess_mean", ess_mean},
      {"ess_sd", ess_sd},
      {"ess_median", [](const Column& x) { return ess_quantile(x, 0.5); }},
      {"mcse_mean", mcse_mean},
      {"mcse_sd", mcse_sd},
      {"mcse_q05", [](const Column& x) { return mcse_quantile(x, 0.05); }},
      {"mcse_q50", [](const Column& x) { return mcse_quantile(x, 0.5); }},
      {"mcse_q95", [](const Column& x) { return mcse_quantile(x, 0.95); }},
      {"q05", [](const Column& x) { return quantile(x, 0.05); }},
      {"q50", [](const Column& x) { return quantile(x, 0.5); }},
      {"q95", [](const Column& x) { return quantile(x, 0.95); }},
  };
  return all;
}

TEST(Diagnostics, EqualArviZ) {
  const json cases = reference()["cases"];
  ASSERT_GE(cases.size(), 25u);
  for (const json& shape : cases) {
    const std::vector<double> values = numbers(shape["draws"]);
    const Column column = as_column(values, shape["chains"]);
    ASSERT_EQ(shape["answers"].size(), diagnostics().size());
    for (const auto& [name, diagnostic] : diagnostics()) {
      const std::string what = std::string(shape["name"]) + ", " + name;
      const double expected = number(shape["answers"][name]);
      const double found = diagnostic(column);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(found)) << what << ": " << found;
      } else {
        EXPECT_NEAR(found, expected, 1e-10 * std::abs(expected)) << what;
      }
    }
  }
}

TEST(Diagnostics, EBfmiEqualsArviZ) {
  const json energy = reference()["energy"];
  const std::vector<double> values = numbers(energy["draws"]);
  const Column column = as_column(values, energy["chains"]);
  for (int chain = 0; chain < column.chains; ++chain) {
    EXPECT_NEAR(e_bfmi(column.chain(chain)), energy["bfmi"][static_cast<std::size_t>(chain)],
                1e-12);
  }
  EXPECT_TRUE(std::isnan(e_bfmi({})));
}

// chains x draws of x[t] = phi x[t - 1] + noise, of unit variance.
std::vector<double> autoregression(int chains, int draws, double phi, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> out;
  for (int chain = 0; chain < chains; ++chain) {
    double x = normal(random);
    for (int draw = 0; draw < draws; ++draw) {
      out.push_back(x);
      x = phi * x + std::sqrt(1 - phi * phi) * normal(random);
    }
  }
  return out;
}

// The mean of n such draws has an effective size of n (1 - phi) / (1 + phi).
TEST(Diagnostics, EffectiveSizeOfAnAutoregression) {
  for (double phi : {-0.5, 0.0, 0.5, 0.9}) {
    const std::vector<double> x = autoregression(8, 5000, phi, 11);
    const double expected = 40'000 * (1 - phi) / (1 + phi);
    EXPECT_NEAR(ess_mean(as_column(x, 8)) / expected, 1, 0.1) << phi;
    EXPECT_NEAR(ess_bulk(as_column(x, 8)) / expected, 1, 0.1) << phi;
  }
}

// The squares of an autoregression are one with phi^2, near enough.
TEST(Diagnostics, EffectiveSizeOfTheSpread) {
  const std::vector<double> x = autoregression(8, 5000, 0.8, 5);
  EXPECT_NEAR(ess_sd(as_column(x, 8)) / (40'000 * (1 - 0.64) / (1 + 0.64)), 1, 0.15);
}

TEST(Diagnostics, RanksMakeThemBlindToMonotoneChange) {
  const std::vector<double> x = autoregression(4, 200, 0.6, 3);
  std::vector<double> y = x;
  for (double& value : y) value = std::exp(3 * value);
  EXPECT_EQ(ess_bulk(as_column(x, 4)), ess_bulk(as_column(y, 4)));
  EXPECT_EQ(rhat_bulk(as_column(x, 4)), rhat_bulk(as_column(y, 4)));
  EXPECT_EQ(ess_tail(as_column(x, 4)), ess_tail(as_column(y, 4)));
}

TEST(Diagnostics, UnitsOnlyScaleTheErrors) {
  const std::vector<double> x = autoregression(4, 200, 0.6, 4);
  for (double unit : {1e-280, 1e-17, 1e17, 1e280}) {
    std::vector<double> y = x;
    for (double& value : y) value *= unit;
    EXPECT_NEAR(mcse_mean(as_column(y, 4)) / unit, mcse_mean(as_column(x, 4)), 1e-13);
    EXPECT_NEAR(mcse_sd(as_column(y, 4)) / unit, mcse_sd(as_column(x, 4)), 1e-13);
    EXPECT_NEAR(sd(as_column(y, 4)) / unit, sd(as_column(x, 4)), 1e-13);
  }
}

TEST(Diagnostics, ChainsStuckEachAtItsOwnValueNeverConverge) {
  std::vector<double> x;
  for (int chain = 0; chain < 4; ++chain) x.insert(x.end(), 100, 0.1 * chain);
  EXPECT_EQ(rhat(as_column(x, 4)), inf);
  EXPECT_LT(ess_bulk(as_column(x, 4)), 8);
}

TEST(Diagnostics, AConstantHasNoSpread) {
  const std::vector<double> x(400, 0.1);
  EXPECT_EQ(mean(as_column(x, 4)), 0.1);
  EXPECT_EQ(sd(as_column(x, 4)), 0);
  EXPECT_EQ(mcse_mean(as_column(x, 4)), 0);
  EXPECT_TRUE(std::isnan(rhat(as_column(x, 4))));
}

TEST(Diagnostics, AnInfiniteConstantHasPlaceButNoSpread) {
  const std::vector<double> x(200, inf);
  const Column column = as_column(x, 4);
  EXPECT_EQ(mean(column), inf);
  EXPECT_EQ(quantile(column, 0.05), inf);
  EXPECT_EQ(ess_bulk(column), 200);
  for (const auto& figure : {sd, ess_mean, ess_sd, mcse_mean, mcse_sd, rhat}) {
    EXPECT_TRUE(std::isnan(figure(column)));
  }
}

// Their mean is a double, the distances from it are not.
TEST(Diagnostics, DrawsFurtherApartThanADoubleCanSay) {
  std::vector<double> x(200, 1.5e308);
  for (std::size_t k = 0; k < 50; ++k) x[4 * k + k % 3] = -1.5e308;
  const Column column = as_column(x, 4);
  EXPECT_NEAR(mean(column) / 0.75e308, 1, 1e-13);
  EXPECT_EQ(quantile(column, 0.5), 1.5e308);
  EXPECT_TRUE(std::isnan(sd(column)));
  EXPECT_TRUE(std::isnan(ess_mean(column)));
  EXPECT_TRUE(std::isnan(mcse_mean(column)));
  std::vector<double> y = autoregression(4, 100, 0.5, 2);
  std::vector<double> far = y;
  for (double& value : far) value = 1.5e308 + 1e306 * value;
  EXPECT_NEAR(sd(as_column(far, 4)) / 1e306, sd(as_column(y, 4)), 1e-10);
  EXPECT_NEAR(mean(as_column(far, 4)) / 1e306, 150 + mean(as_column(y, 4)), 1e-10);
}

TEST(Diagnostics, TheFirstDrawsAndTheLastAreComparedWhateverTheirNumber) {
  for (int draws : {5, 6, 7, 100, 101}) {  // the middle one of an odd number is left out
    std::vector<double> x = autoregression(2, draws, 0, 6);
    const double before = rhat_bulk(as_column(x, 2));
    for (int chain = 0; chain < 2; ++chain) {
      x[static_cast<std::size_t>(chain * draws + draws / 2)] += draws % 2 == 1 ? 100 : 0;
    }
    EXPECT_EQ(rhat_bulk(as_column(x, 2)), before) << draws;
  }
}

TEST(EBfmi, OfAConstantOrANaNIsNone) {
  EXPECT_TRUE(std::isnan(e_bfmi(std::vector<double>(10, 0.1))));
  EXPECT_TRUE(std::isnan(e_bfmi(std::vector<double>{1, nan, 2})));
  EXPECT_TRUE(std::isnan(e_bfmi(std::vector<double>{1})));
}

TEST(Diagnostics, ChainsWithRoomBetweenThemAreReadInPlace) {
  Draws draws({{"x", {}}}, {}, 2, 1000);
  const std::vector<double> x = autoregression(2, 100, 0.5, 9);
  draws.append(0, 100, std::span(x).first(100), {});
  draws.append(1, 100, std::span(x).last(100), {});
  EXPECT_EQ(rhat(draws.column(0)), rhat(as_column(x, 2)));
  EXPECT_EQ(ess_tail(draws.column(0)), ess_tail(as_column(x, 2)));
}

TEST(Sorter, SortsWhateverTheSpacing) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  const std::vector<std::function<double(int)>> shapes = {
      [&](int) { return normal(random); },
      [&](int) { return 1e6 + 1e-9 * normal(random); },
      [&](int k) { return k % 100 == 0 ? -1e300 : 1 + 1e-12 * normal(random); },
      [&](int k) { return k % 3 - 1.0; },
      [&](int k) { return k % 2 ? 0.0 : -0.0; },
      [&](int k) { return k % 3   ? k
                          : k % 2 ? 0.0
                                  : -0.0; },
      [&](int) { return std::exp(100 * normal(random)); },
      [&](int k) { return k == 5   ? inf
                          : k == 7 ? -inf
                                   : 5e-324 * k; },
      [&](int) { return 4.5; },
  };
  Sorter sorter;
  for (const auto& shape : shapes) {
    for (int n : {0, 1, 2, 1000}) {
      std::vector<double> values;
      for (int k = 0; k < n; ++k) values.push_back(shape(k));
      const std::span<const Sorted> sorted = sorter.sort(values);
      ASSERT_EQ(sorted.size(), values.size());
      std::vector<bool> seen(values.size());
      for (std::size_t k = 0; k < sorted.size(); ++k) {
        EXPECT_FALSE(seen[sorted[k].index]);
        seen[sorted[k].index] = true;
        EXPECT_EQ(sorted[k].value, values[sorted[k].index]);
        if (k > 0) EXPECT_LE(sorted[k - 1].value, sorted[k].value);
      }
    }
  }
}

TEST(Quantile, TiesAndWholePositionsAreExact) {
  const auto of = [](std::vector<double> values, double p) {
    return quantile(Sorter().sort(values), p);
  };
  EXPECT_EQ(of({3, 1, 2}, 0.5), 2);
  EXPECT_EQ(of({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_EQ(of({1, 2}, 0), 1);
  EXPECT_EQ(of({1, 2}, 1), 2);
  EXPECT_EQ(of({0.1, 0.1, 0.1}, 0.37), 0.1);
  EXPECT_EQ(of({7}, 0.05), 7);
  std::vector<double> ramp(101);
  for (std::size_t k = 0; k < ramp.size(); ++k) ramp[k] = static_cast<double>(k);
  EXPECT_EQ(of(ramp, 0.07), 7);   // 100 * 0.07 is above 7 in floating point
  EXPECT_EQ(of(ramp, 0.29), 29);  // and 100 * 0.29 below 29
}

// beta(a, 1) has cdf x^a, beta(1, b) has 1 - (1 - x)^b, and beta(2, 2) 3 x^2 - 2 x^3.
TEST(BetaQuantile, KnownShapes) {
  for (double p : {1e-6, 0.1586553, 0.5, 0.8413447, 0.999}) {
    for (double a : {1.0, 2.5, 40.0, 1000.0}) {
      EXPECT_NEAR(beta_quantile(p, a, 1), std::pow(p, 1 / a), 1e-13);
      EXPECT_NEAR(beta_quantile(p, 1, a), -std::expm1(std::log1p(-p) / a), 1e-13);
    }
    const double x = beta_quantile(p, 2, 2);
    EXPECT_NEAR(3 * x * x - 2 * x * x * x, p, 1e-14);
  }
  EXPECT_NEAR(beta_quantile(0.5, 2001, 2001), 0.5, 1e-13);
}

}  // namespace
}  // namespace tyche
