#include "tyche/numeric/sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tyche/numeric/moments.hpp"
#include "tyche/numeric/random.hpp"

namespace tyche {
namespace {

std::vector<double> normals(int count, std::uint32_t substream) {
  Stream s = {.key = 3, .purpose = purpose::synthetic, .substream = substream};
  std::vector<double> out;
  for (int k = 0; k < count; ++k) out.push_back(numeric::normal(s));
  return out;
}

/// As the contract words it: partial sums by index modulo 8, joined in the fixed tree.
double sum_by_contract(const std::vector<double>& x) {
  double p[8] = {};
  for (std::size_t k = 0; k < x.size(); ++k) p[k % 8] += x[k];
  return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
}

TEST(Sum, FollowsTheContractAtEveryWidthAndLevel) {
  for (int n = 0; n <= 67; ++n) {
    const std::vector<double> a = normals(n, 1), b = normals(n, 2);
    double of_fma[2] = {};
    for (Level level : {Level::plain, Level::avx2, Level::avx512}) {
      if (!cpu_has(level)) continue;
      const SumTable& table = sum_table(level);
      for (int width = 0; width < 4; ++width) {
        EXPECT_EQ(table.sum[width](n, a.data()), sum_by_contract(a)) << n;
        EXPECT_EQ(table.dot[width](n, a.data(), b.data()), table.dot[0](n, a.data(), b.data()));
        EXPECT_EQ(table.log_sum_exp[width](n, a.data()), table.log_sum_exp[0](n, a.data()));
      }
      const double here[2] = {table.dot[0](n, a.data(), b.data()),
                              table.log_sum_exp[0](n, a.data())};
      if (level == Level::avx2) of_fma[0] = here[0], of_fma[1] = here[1];
      if (level == Level::avx512) {
        EXPECT_EQ(here[0], of_fma[0]);
        EXPECT_EQ(here[1], of_fma[1]);
      }
    }
  }
}

TEST(Sum, DotIsTheSumOfProducts) {
  const std::vector<double> a = {1, 2, 3, 4, 5, 6, 7, 8, 9}, b = {1, -1, 1, -1, 1, -1, 1, -1, 10};
  EXPECT_EQ(numeric::dot(a, b), 86);
  EXPECT_EQ(numeric::dot({}, {}), 0);
}

TEST(Sum, LogSumExpShiftsAndKeepsInfinities) {
  const std::vector<double> x = normals(100, 4);
  double plainly = 0;
  for (double v : x) plainly += std::exp(v);
  EXPECT_NEAR(numeric::log_sum_exp(x), std::log(plainly), 1e-14);
  std::vector<double> far = x;
  for (double& v : far) v += 1e5;
  EXPECT_NEAR(numeric::log_sum_exp(far), 1e5 + std::log(plainly), 1e-10);
  EXPECT_EQ(numeric::log_sum_exp({}), -INFINITY);
  const std::vector<double> none = {-INFINITY, -INFINITY}, one = {-INFINITY, 2.5},
                            top = {1, INFINITY, 2}, bad = {1, NAN, 2, INFINITY};
  EXPECT_EQ(numeric::log_sum_exp(none), -INFINITY);
  EXPECT_EQ(numeric::log_sum_exp(one), 2.5);
  EXPECT_EQ(numeric::log_sum_exp(top), INFINITY);
  EXPECT_TRUE(std::isnan(numeric::log_sum_exp(bad)));
}

TEST(Moments, OfAShiftedSampleKeepTheirDigits) {
  Moments all, left, right;
  const std::vector<double> x = normals(1001, 5);
  double sum = 0, squares = 0;
  for (double v : x) sum += v;
  const double mean = sum / 1001;
  for (double v : x) squares += (v - mean) * (v - mean);
  for (std::size_t k = 0; k < x.size(); ++k) {
    all = with(all, x[k] + 1e6);
    (k < 400 ? left : right) = with(k < 400 ? left : right, x[k] + 1e6);
  }
  EXPECT_NEAR(all.mean, mean + 1e6, 1e-8);
  EXPECT_NEAR(variance(all), squares / 1000, 1e-8);
  const Moments joined = together(left, right);
  EXPECT_EQ(joined.count, all.count);
  EXPECT_NEAR(joined.mean, all.mean, 1e-8);
  EXPECT_NEAR(variance(joined), variance(all), 1e-8);
  EXPECT_EQ(together({}, all), all);
  EXPECT_EQ(together(all, {}), all);
  EXPECT_TRUE(std::isnan(variance(with({}, 3))));
}

}  // namespace
}  // namespace tyche
