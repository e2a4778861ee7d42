// The elementary functions as the compiler links them into a model: tyche_NAME_W, for W lanes.
// Arguments and result go through memory, so that no vector type is part of the calling convention.
#include "tyche/kernels/elementary_lanes.hpp"

using namespace tyche::TYCHE_LEVEL;

#define TYCHE_FUNCTION __attribute__((always_inline)) void

#define TYCHE_UNARY_AT(name, function, W)                           \
  TYCHE_FUNCTION tyche_##name##_##W(const double* a, double* out) { \
    function(Lanes<double, W>::load(a)).store(out);                 \
  }
#define TYCHE_BINARY_AT(name, function, W)                                           \
  TYCHE_FUNCTION tyche_##name##_##W(const double* a, const double* b, double* out) { \
    function(Lanes<double, W>::load(a), Lanes<double, W>::load(b)).store(out);       \
  }
#define TYCHE_UNARY(name, function) \
  TYCHE_UNARY_AT(name, function, 1) \
  TYCHE_UNARY_AT(name, function, 2) \
  TYCHE_UNARY_AT(name, function, 4) TYCHE_UNARY_AT(name, function, 8)
#define TYCHE_BINARY(name, function) \
  TYCHE_BINARY_AT(name, function, 1) \
  TYCHE_BINARY_AT(name, function, 2) \
  TYCHE_BINARY_AT(name, function, 4) TYCHE_BINARY_AT(name, function, 8)

extern "C" {
#include "tyche/kernels/elementary.def"
}
