#include "tyche/kernels/accuracy_test.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <stdexcept>

namespace tyche {
namespace {

constexpr Rule rules[] = {
    {.name = "exp", .low = -746, .high = 710, .ulps = 2},
    {.name = "log", .low = 0, .high = 3, .ulps = 2},
    {.name = "log1p", .low = -1, .high = 3, .ulps = 4},
    {.name = "inv1p", .low = -1, .high = 3, .ulps = 4},
    {.name = "log1p_unit", .low = 0, .high = 1, .ulps = 4, .confined = true},
    {.name = "expm1", .low = -40, .high = 40, .ulps = 4},
    {.name = "tanh", .low = -22, .high = 22, .ulps = 4},
    {.name = "inv_logit", .low = -746, .high = 40, .ulps = 4},
    {.name = "log1p_exp", .low = -746, .high = 40, .ulps = 4},
    {.name = "log1m_exp", .low = -40, .high = 0, .ulps = 4},
    {.name = "log_sum_exp", .low = -5, .high = 5, .ulps = 4, .low2 = -5, .high2 = 5},
    {.name = "sin", .low = -30, .high = 30, .ulps = 4},
    {.name = "cos", .low = -30, .high = 30, .ulps = 4},
    {.name = "pow", .low = 0, .high = 20, .ulps = 4, .low2 = -300, .high2 = 300},
    {.name = "erf", .low = -6, .high = 6, .ulps = 4, .cost = 2},
    {.name = "erfc", .low = -6, .high = 27.3, .ulps = 0, .relative = 1e-14, .cost = 2},
    {.name = "Phi", .low = -38.6, .high = 9, .ulps = 0, .relative = 1e-14, .cost = 2},
    {.name = "inv_Phi",
     .low = 0,
     .high = 1,
     .ulps = 0,
     .relative = 1e-14,
     .absolute = 1e-15,
     .cost = 2},
    {.name = "lgamma",
     .low = -8,
     .high = 20,
     .ulps = 0,
     .relative = 1e-14,
     .absolute = 1e-15,
     .cost = 8},
    {.name = "digamma",
     .low = -8,
     .high = 20,
     .ulps = 0,
     .relative = 1e-14,
     .absolute = 1e-15,
     .cost = 8},
    {.name = "trigamma", .low = -8, .high = 20, .ulps = 0, .relative = 1e-14, .cost = 8},
    {.name = "sqrt", .low = 0, .high = 3, .ulps = 0.5},
    {.name = "floor", .low = -9, .high = 9, .ulps = 0},
    {.name = "round", .low = -9, .high = 9, .ulps = 0},
};

double any_magnitude(std::mt19937_64& random) {
  const double exponent = std::uniform_real_distribution<>(-60, 54)(random);
  return (random() & 1 ? 1 : -1) * std::exp2(exponent);
}

double ulp(double x) {
  const int exponent = std::max(std::ilogb(x), -1022);
  return std::ldexp(1.0, exponent - 52);
}

/// Where terms cancel to a result near 0, the size of the terms, in whose last places the error is.
double terms(const Rule& rule, double a, double b) {
  const std::string_view name = rule.name;
  if (name == "log_sum_exp") return std::fmax(a, b);
  if (name == "lgamma" && a < -8) return exact_value(name, -a, 0, 0).high;
  if (name == "digamma" && a < -8) return std::log(-a);
  return 0;
}

}  // namespace

std::span<const Rule> accuracy_rules() { return rules; }

Inputs inputs_of(const Rule& rule, int count) {
  std::mt19937_64 random(20260101);
  Inputs in;
  for (int k = 0; k < count; ++k) {
    if (k % 8 < 5) {
      in.a.push_back(std::uniform_real_distribution<>(rule.low, rule.high)(random));
      in.b.push_back(std::uniform_real_distribution<>(rule.low2, rule.high2)(random));
    } else if (k % 8 < 7) {
      in.a.push_back(any_magnitude(random));
      in.b.push_back(any_magnitude(random));
    } else {
      in.a.push_back(std::bit_cast<double>(random()));
      in.b.push_back(std::bit_cast<double>(random()));
    }
  }
  return in;
}

Miss miss(const Rule& rule, double a, double b, double got, Exact exact) {
  if (rule.confined && !(a >= rule.low && a <= rule.high)) return {};
  const Miss wrong = {INFINITY, INFINITY, a, b, got};
  if (std::isnan(exact.high)) return std::isnan(got) ? Miss{} : wrong;
  if (std::isinf(exact.high) || std::isinf(got)) return got == exact.high ? Miss{} : wrong;
  const double error = std::fabs((got - exact.high) - exact.low);
  if (error == 0) return {};
  const double cancelling = terms(rule, a, b);
  const double unit = std::max(ulp(exact.high), rule.ulps > 0 ? ulp(cancelling) : 0);
  const double allowed = std::max({rule.ulps * unit, rule.relative * std::fabs(exact.high),
                                   rule.absolute * std::max(1.0, std::fabs(cancelling)),
                                   rule.relative > 0 ? 0x1p-1073 : 0});
  return {error / allowed, error / unit, a, b, got};
}

const ElementaryMap& map_of(Level level, std::string_view name) {
  for (const ElementaryMap& map : elementary_maps(level)) {
    if (map.name == name) return map;
  }
  throw std::out_of_range("no such elementary function");
}

std::vector<Miss> worst_misses(const Rule& rule, int count, std::span<const Level> levels) {
  const Inputs in = inputs_of(rule, count / rule.cost);
  const std::size_t n = in.a.size();
  std::vector<Exact> exact;
  std::vector<Miss> worst;
  for (Level level : levels) {
    const ElementaryMap& function = map_of(level, rule.name);
    std::vector<double> out(n);
    function.map(8, n, in.a.data(), function.arguments == 2 ? in.b.data() : nullptr, out.data());
    Miss most;
    for (std::size_t k = 0; k < n; ++k) {
      if (exact.size() == k) exact.push_back(exact_value(rule.name, in.a[k], in.b[k], out[k]));
      const Miss m = miss(rule, in.a[k], in.b[k], out[k], exact[k]);
      if (m.share > most.share) most = m;
    }
    worst.push_back(most);
  }
  return worst;
}

}  // namespace tyche
