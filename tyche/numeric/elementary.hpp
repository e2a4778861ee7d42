// Elementary functions of one number with the bits that compiled code has on this CPU; one name
// each, as in the IR.
#pragma once
#include "tyche/kernels/elementary.hpp"

namespace tyche::numeric {

/// elementary(cpu_level()).
const ElementaryTable& elementary();

#define TYCHE_UNARY(name, function) \
  inline double name(double x) { return elementary().name(x); }
#define TYCHE_BINARY(name, function) \
  inline double name(double a, double b) { return elementary().name(a, b); }
#include "tyche/kernels/elementary.def"

/// a b + c, rounded once; on Level::plain twice.
inline double fma(double a, double b, double c) { return elementary().fma(a, b, c); }

}  // namespace tyche::numeric
