// How exact and how fast the elementary functions are: the largest error against MPFR on every CPU
// level that this machine has, and the time of 8 numbers in a long array.
#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "bench/measure/contest.hpp"
#include "bench/measure/machine.hpp"
#include "bench/measure/row.hpp"
#include "tyche/kernels/accuracy_test.hpp"

namespace {

constexpr int inputs = 1'000'000, length = 1024, fma_latency = 4;

std::vector<tyche::Level> levels_here() {
  std::vector<tyche::Level> out;
  for (tyche::Level level : {tyche::Level::plain, tyche::Level::avx2, tyche::Level::avx512}) {
    if (tyche::cpu_has(level)) out.push_back(level);
  }
  return out;
}

/// Ordinary arguments: the rule's interval shrunk to sizes below 30 (results that are subnormal
/// cost an assist of the CPU), none of its odd magnitudes.
tyche::Inputs ordinary(const tyche::Rule& rule) {
  const auto shrink = [](double low, double high) {
    return std::min(1.0, 30 / std::max({1.0, -low, high}));
  };
  const double a = shrink(rule.low, rule.high), b = shrink(rule.low2, rule.high2);
  const tyche::Inputs all = tyche::inputs_of(rule, 2 * length);
  tyche::Inputs out;
  for (std::size_t k = 0; out.a.size() < length; ++k) {
    if (k % 8 >= 5) continue;
    out.a.push_back(a * all.a[k]);
    out.b.push_back(b * all.b[k]);
  }
  return out;
}

/// Nanoseconds for 8 numbers.
double time_of(const tyche::Rule& rule, tyche::Level level) {
  const tyche::ElementaryMap& function = tyche::map_of(level, rule.name);
  const tyche::Inputs in = ordinary(rule);
  std::vector<double> out(length);
  const bench::Contender contender = [&](int calls) {
    for (int k = 0; k < calls; ++k) {
      function.map(8, length, in.a.data(), function.arguments == 2 ? in.b.data() : nullptr,
                   out.data());
    }
  };
  return bench::contest({&contender, 1})[0] * 8 / length;
}

/// The largest errors of the three classes of issue 3.
struct Worst {
  double exp_log = 0, others = 0, relative = 0;

  void add(const tyche::Rule& rule, const tyche::Miss& miss) {
    const std::string_view name = rule.name;
    if (rule.relative > 0) {
      relative = std::max(relative, miss.share * rule.relative);
    } else {
      double& kind = name == "exp" || name == "log" ? exp_log : others;
      kind = std::max(kind, miss.ulps);
    }
  }
};

}  // namespace

int main() {
  const std::vector<tyche::Level> levels = levels_here();
  const double cycle = bench::measure_machine().latency / fma_latency;
  std::printf(
      "per function: largest error (ulp, or share of 1e-14), then ns and cycles of 8\n%-12s", "");
  for (tyche::Level level : levels) std::printf(" %26s", tyche::name(level));
  std::printf("\n");
  Worst worst;
  for (const tyche::Rule& rule : tyche::accuracy_rules()) {
    std::printf("%-12s", rule.name);
    const std::vector<tyche::Miss> misses = tyche::worst_misses(rule, inputs, levels);
    for (std::size_t k = 0; k < levels.size(); ++k) {
      worst.add(rule, misses[k]);
      const double error = rule.relative > 0 ? misses[k].share : misses[k].ulps;
      const double ns = time_of(rule, levels[k]);
      std::printf(" %8.3f %8.2f %8.1f", error, ns, ns / cycle);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  const auto print = [](const char* figure, double measured, const char* unit) {
    bench::print({.name = figure, .measured = measured, .unit = unit, .peer = "", .floor = {}});
  };
  print("accuracy: exp, log", worst.exp_log, "ulp");
  print("accuracy: other elementary functions", worst.others, "ulp");
  print("accuracy: lgamma, digamma, erfc, normal cdf and inverse", worst.relative, "relative");
}
