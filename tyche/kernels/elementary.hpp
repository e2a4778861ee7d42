// The elementary functions for host code: one table a CPU level, with the bits of compiled code.
#pragma once
#include <cstddef>
#include <span>

#include "tyche/kernels/level.hpp"

namespace tyche {

/// The one-lane instances. What they compute is what lanes of any width compute, bit for bit.
struct ElementaryTable {
#define TYCHE_UNARY(name, function) double (*name)(double);
#define TYCHE_BINARY(name, function) double (*name)(double, double);
#include "tyche/kernels/elementary.def"
  double (*fma)(double, double, double);
};

/// One elementary function over arrays. `map` computes n elements, lanes of `width` (1, 2, 4 or 8)
/// at a time; `b` is read only if there are two arguments. `out` may be `a` or `b`.
struct ElementaryMap {
  const char* name;
  int arguments;
  void (*map)(int width, std::size_t n, const double* a, const double* b, double* out);
};

/// Code of a level must only be called where cpu_has(level).
const ElementaryTable& elementary(Level level);
/// The rows of elementary.def, in order.
std::span<const ElementaryMap> elementary_maps(Level level);

}  // namespace tyche
