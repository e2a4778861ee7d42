// What the formulas of transforms and distributions call: elementary functions of doubles, with
// the bits of compiled code, and selection.
#pragma once
#include <concepts>
#include <cstdint>

#include "tyche/numeric/elementary.hpp"
#include "tyche/numeric/infinity.hpp"

namespace tyche {

namespace transforms {

using namespace numeric;

/// a where the condition holds, else b.
inline double select(bool condition, double a, double b) { return condition ? a : b; }
inline double abs(double a) { return a < 0 ? -a : a + 0.0; }
/// b where either is NaN, as in the kernels.
inline double min(double a, double b) { return a < b ? a : b; }
inline double max(double a, double b) { return a > b ? a : b; }

/// Both are computed.
inline bool both(bool a, bool b) { return a && b; }
inline bool either(bool a, bool b) { return a || b; }
template <class Condition>
Condition both(const Condition& a, const Condition& b) {
  return a & b;
}
template <class Condition>
Condition either(const Condition& a, const Condition& b) {
  return a | b;
}

}  // namespace transforms

namespace distributions {
using namespace numeric;
using transforms::abs;
using transforms::both;
using transforms::either;
using transforms::max;
using transforms::min;
using transforms::select;
}  // namespace distributions

}  // namespace tyche
