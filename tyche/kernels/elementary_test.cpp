#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tyche/kernels/accuracy_test.hpp"

namespace tyche {
namespace {

std::vector<Level> levels_here() {
  std::vector<Level> out;
  for (Level level : {Level::plain, Level::avx2, Level::avx512}) {
    if (cpu_has(level)) out.push_back(level);
  }
  return out;
}

TEST(Elementary, EveryFunctionHasARule) {
  EXPECT_EQ(accuracy_rules().size(), elementary_maps(Level::plain).size());
}

TEST(Elementary, IsAccurateAgainstMpfr) {
  const std::vector<Level> levels = levels_here();
  for (const Rule& rule : accuracy_rules()) {
    const std::vector<Miss> worst = worst_misses(rule, 40'000, levels);
    for (std::size_t k = 0; k < levels.size(); ++k) {
      const Miss& m = worst[k];
      EXPECT_LE(m.share, 1) << std::hexfloat << rule.name << "(" << m.a << ", " << m.b << ") on "
                            << name(levels[k]) << " gave " << m.got << ", " << std::defaultfloat
                            << m.ulps << " ulp off";
    }
  }
}

std::uint64_t bits_of(double x) {
  return std::isnan(x) ? 0x7ff8000000000000u : std::bit_cast<std::uint64_t>(x);
}

std::uint64_t hash_of(const std::vector<double>& values) {
  std::uint64_t hash = 14695981039346656037u;
  for (double x : values) hash = (hash ^ bits_of(x)) * 1099511628211u;
  return hash;
}

TEST(Elementary, HasTheSameBitsAtEveryWidthAndOnBothFmaLevels) {
  constexpr int count = 500'000;
  for (const Rule& rule : accuracy_rules()) {
    const Inputs in = inputs_of(rule, count);
    std::vector<double> out(count);
    std::uint64_t of_fma = 0;
    for (Level level : levels_here()) {
      const ElementaryMap& function = map_of(level, rule.name);
      const double* b = function.arguments == 2 ? in.b.data() : nullptr;
      function.map(1, count, in.a.data(), b, out.data());
      const std::uint64_t one = hash_of(out);
      for (int width : {2, 4, 8}) {
        function.map(width, count, in.a.data(), b, out.data());
        EXPECT_EQ(hash_of(out), one) << rule.name << " on " << name(level) << " at " << width;
      }
      if (level == Level::plain) continue;
      if (of_fma != 0) {
        EXPECT_EQ(one, of_fma) << rule.name;
      }
      of_fma = one;
    }
  }
}

TEST(Elementary, TheScalarTableIsTheOneLaneInstance) {
  for (Level level : levels_here()) {
    const double a[] = {0.3, 1.7, 2.5};
    double out[3];
    map_of(level, "lgamma").map(4, 3, a, nullptr, out);
    for (int k = 0; k < 3; ++k) EXPECT_EQ(out[k], elementary(level).lgamma(a[k]));
    const double product = elementary(level).fma(1 + 0x1p-30, 1 - 0x1p-30, -1);
    EXPECT_EQ(product, level == Level::plain ? 0 : -0x1p-60);
  }
}

struct Special {
  const char* name;
  double a, b, value;
};
constexpr double inf = INFINITY, nan = NAN, tiny = 0x1p-1074;

constexpr Special specials[] = {
    {"exp", inf, 0, inf},
    {"exp", -inf, 0, 0},
    {"exp", nan, 0, nan},
    {"exp", -0.0, 0, 1},
    {"exp", 1e300, 0, inf},
    {"exp", -1e300, 0, 0},
    {"exp", tiny, 0, 1},
    {"log", 0, 0, -inf},
    {"log", -0.0, 0, -inf},
    {"log", -1, 0, nan},
    {"log", inf, 0, inf},
    {"log", 1, 0, 0},
    {"log", nan, 0, nan},
    {"log", -inf, 0, nan},
    {"log1p", -1, 0, -inf},
    {"log1p", -0.0, 0, -0.0},
    {"log1p", tiny, 0, tiny},
    {"log1p", inf, 0, inf},
    {"log1p", -1.5, 0, nan},
    {"log1p", nan, 0, nan},
    {"log1p", -inf, 0, nan},
    {"inv1p", -1, 0, inf},
    {"inv1p", inf, 0, 0},
    {"inv1p", 0x1.fffffffffffffp+1023, 0, 0x1p-1024},
    {"inv1p", -1.5, 0, nan},
    {"inv1p", nan, 0, nan},
    {"inv1p", -inf, 0, nan},
    {"inv1p", -0.0, 0, 1},
    {"expm1", inf, 0, inf},
    {"expm1", -inf, 0, -1},
    {"expm1", -0.0, 0, -0.0},
    {"expm1", -tiny, 0, -tiny},
    {"expm1", nan, 0, nan},
    {"log1p_unit", 0, 0, 0},
    {"log1p_unit", tiny, 0, tiny},
    {"log1p_unit", 0x1p-1022, 0, 0x1p-1022},
    {"log1p_unit", 1, 0, 0x1.62e42fefa39efp-1},
    {"log1p_unit", nan, 0, nan},
    {"tanh", inf, 0, 1},
    {"tanh", -inf, 0, -1},
    {"tanh", -0.0, 0, -0.0},
    {"tanh", tiny, 0, tiny},
    {"tanh", nan, 0, nan},
    {"inv_logit", inf, 0, 1},
    {"inv_logit", -inf, 0, 0},
    {"inv_logit", nan, 0, nan},
    {"inv_logit", -0.0, 0, 0.5},
    {"log1p_exp", inf, 0, inf},
    {"log1p_exp", -inf, 0, 0},
    {"log1p_exp", nan, 0, nan},
    {"log1m_exp", 0, 0, -inf},
    {"log1m_exp", -0.0, 0, -inf},
    {"log1m_exp", 1, 0, nan},
    {"log1m_exp", -inf, 0, -0.0},
    {"log1m_exp", nan, 0, nan},
    {"log_sum_exp", -inf, -inf, -inf},
    {"log_sum_exp", inf, inf, inf},
    {"log_sum_exp", -inf, inf, inf},
    {"log_sum_exp", -inf, 3, 3},
    {"log_sum_exp", 3, -inf, 3},
    {"log_sum_exp", nan, 1, nan},
    {"log_sum_exp", 1, nan, nan},
    {"log_sum_exp", nan, -inf, nan},
    {"log_sum_exp", inf, nan, nan},
    {"sin", -0.0, 0, -0.0},
    {"sin", inf, 0, nan},
    {"sin", -inf, 0, nan},
    {"sin", nan, 0, nan},
    {"sin", tiny, 0, tiny},
    {"cos", inf, 0, nan},
    {"cos", nan, 0, nan},
    {"cos", -0.0, 0, 1},
    {"erf", inf, 0, 1},
    {"erf", -inf, 0, -1},
    {"erf", -0.0, 0, -0.0},
    {"erf", nan, 0, nan},
    {"erfc", inf, 0, 0},
    {"erfc", -inf, 0, 2},
    {"erfc", -0.0, 0, 1},
    {"erfc", nan, 0, nan},
    {"Phi", inf, 0, 1},
    {"Phi", -inf, 0, 0},
    {"Phi", -0.0, 0, 0.5},
    {"Phi", nan, 0, nan},
    {"inv_Phi", 0, 0, -inf},
    {"inv_Phi", 1, 0, inf},
    {"inv_Phi", 0.5, 0, 0},
    {"inv_Phi", -0.1, 0, nan},
    {"inv_Phi", 1.1, 0, nan},
    {"inv_Phi", nan, 0, nan},
    {"lgamma", 1, 0, 0},
    {"lgamma", 2, 0, 0},
    {"lgamma", 0, 0, inf},
    {"lgamma", -0.0, 0, inf},
    {"lgamma", -3, 0, inf},
    {"lgamma", -20, 0, inf},
    {"lgamma", -0x1p60, 0, inf},
    {"lgamma", inf, 0, inf},
    {"lgamma", -inf, 0, inf},
    {"lgamma", nan, 0, nan},
    {"lgamma", -1e307, 0, inf},
    {"digamma", 0, 0, -inf},
    {"digamma", -0.0, 0, inf},
    {"digamma", -3, 0, nan},
    {"digamma", -20, 0, nan},
    {"digamma", inf, 0, inf},
    {"digamma", -inf, 0, nan},
    {"digamma", nan, 0, nan},
    {"trigamma", 0, 0, inf},
    {"trigamma", -3, 0, inf},
    {"trigamma", inf, 0, 0},
    {"trigamma", nan, 0, nan},
    {"sqrt", -1, 0, nan},
    {"sqrt", -0.0, 0, -0.0},
    {"sqrt", inf, 0, inf},
    {"floor", -0.5, 0, -1},
    {"floor", -0.0, 0, -0.0},
    {"floor", inf, 0, inf},
    {"floor", nan, 0, nan},
    {"floor", -tiny, 0, -1},
    {"round", 2.5, 0, 3},
    {"round", -2.5, 0, -3},
    {"round", 0x1.fffffffffffffp-2, 0, 0},
    {"round", -0.2, 0, -0.0},
    {"round", -inf, 0, -inf},
    {"round", nan, 0, nan},
    {"pow", nan, 0, 1},
    {"pow", 1, nan, 1},
    {"pow", nan, 1, nan},
    {"pow", 2, nan, nan},
    {"pow", -2, 3, -8},
    {"pow", -2, 2, 4},
    {"pow", -2, 0.5, nan},
    {"pow", -1, inf, 1},
    {"pow", -1, -inf, 1},
    {"pow", 0.5, inf, 0},
    {"pow", 0.5, -inf, inf},
    {"pow", 2, inf, inf},
    {"pow", -2, inf, inf},
    {"pow", 2, -inf, 0},
    {"pow", 0, 3, 0},
    {"pow", -0.0, 3, -0.0},
    {"pow", -0.0, 2, 0},
    {"pow", 0, -3, inf},
    {"pow", -0.0, -3, -inf},
    {"pow", -0.0, -2, inf},
    {"pow", 0, 0, 1},
    {"pow", 0, -inf, inf},
    {"pow", 0, inf, 0},
    {"pow", inf, 2, inf},
    {"pow", inf, -2, 0},
    {"pow", -inf, 3, -inf},
    {"pow", -inf, -3, -0.0},
    {"pow", -inf, 0.5, inf},
    {"pow", -2, 0x1p53, inf},
    {"pow", -1, 0x1.fffffffffffffp52, -1},
    {"pow", -1, 0x1p53, 1},
    {"pow", 0x1p-1074, -1, inf},
    {"pow", 0x1p-1074, 0.5, 0x1p-537},
    {"pow", 3, 1e300, inf},
    {"pow", 3, -1e300, 0},
};

TEST(Elementary, KeepsSpecialValues) {
  for (Level level : levels_here()) {
    for (const Special& s : specials) {
      const ElementaryMap& function = map_of(level, s.name);
      double out;
      function.map(1, 1, &s.a, function.arguments == 2 ? &s.b : nullptr, &out);
      EXPECT_EQ(bits_of(out), bits_of(s.value))
          << s.name << "(" << s.a << ", " << s.b << ") on " << name(level) << " is " << out;
    }
  }
}

TEST(Elementary, ReducesTheHardestAngles) {
  const Rule sine = {.name = "sin", .low = 0, .high = 0, .ulps = 4};
  const Rule cosine = {.name = "cos", .low = 0, .high = 0, .ulps = 4};
  // Kahan's: the double nearest to a multiple of pi / 2, relative to its spacing.
  const double hard[] = {
      0x1.6ac5b262ca1ffp+849, -0x1.6ac5b262ca1ffp+849, 0x1.fffffffffffffp+1023, 355.0, 0x1p20,
      0x1.0000000000001p20,   0x1.921fb54442d18p+0};
  for (Level level : levels_here()) {
    for (double x : hard) {
      const double s = elementary(level).sin(x), c = elementary(level).cos(x);
      EXPECT_LE(miss(sine, x, 0, s, exact_value("sin", x, 0, 0)).share, 1) << x;
      EXPECT_LE(miss(cosine, x, 0, c, exact_value("cos", x, 0, 0)).share, 1) << x;
    }
  }
}

}  // namespace
}  // namespace tyche
