// How far the elementary functions may err, and how far they do: against MPFR, for tests and bench.
#pragma once
#include <span>
#include <vector>

#include "tyche/kernels/elementary.hpp"
#include "tyche/kernels/oracle_test.hpp"

namespace tyche {

/// How a function is tried and how far it may err: `ulps` units in the last place, or `relative`
/// or `absolute` if given. Half of the inputs are uniform in the intervals, the others are spread
/// over all magnitudes or all bit patterns.
struct Rule {
  const char* name;
  double low, high;
  double ulps;
  double relative = 0, absolute = 0;
  double low2 = 0, high2 = 0;
  /// How slow the exact value is, against exp.
  int cost = 1;
  bool confined = false;  // of no meaning outside [low, high]
};

/// One a function of elementary.def.
std::span<const Rule> accuracy_rules();

struct Inputs {
  std::vector<double> a, b;
};
Inputs inputs_of(const Rule& rule, int count);

/// An error in units of what the rule allows, and in ulp; where it was met.
struct Miss {
  double share = 0, ulps = 0;
  double a = 0, b = 0, got = 0;
};
Miss miss(const Rule& rule, double a, double b, double got, Exact exact);

const ElementaryMap& map_of(Level level, std::string_view name);

/// The worst of `count / rule.cost` inputs on each of `levels`, over lanes of width 8.
std::vector<Miss> worst_misses(const Rule& rule, int count, std::span<const Level> levels);

}  // namespace tyche
