#include "tyche/codegen/host_functions.hpp"

#include "tyche/kernels/elementary_lanes.hpp"
#include "tyche/kernels/linear_algebra.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

template <int W>
struct At {
  using L = Lanes<double, W>;
  using Unary = void (*)(const double*, double*);
  using Binary = void (*)(const double*, const double*, double*);

  /// Bit k of the result: the matrix is positive definite in lane k.
  static unsigned factor(i64 n, const double* a, double* l) { return cholesky<W>(n, a, l).bits(); }
};

template <class Function>
codegen::HostFunction row(const char* name, Function function) {
  return {name, reinterpret_cast<void*>(function)};
}

#define TYCHE_UNARY_AT(name, function, W) \
  row("tyche_" #name "_" #W,              \
      At<W>::Unary([](const double* a, double* out) { function(At<W>::L::load(a)).store(out); })),
#define TYCHE_BINARY_AT(name, function, W)                                                     \
  row("tyche_" #name "_" #W, At<W>::Binary([](const double* a, const double* b, double* out) { \
        function(At<W>::L::load(a), At<W>::L::load(b)).store(out);                             \
      })),
#define TYCHE_UNARY(name, function) \
  TYCHE_UNARY_AT(name, function, 2) \
  TYCHE_UNARY_AT(name, function, 4) TYCHE_UNARY_AT(name, function, 8)
#define TYCHE_BINARY(name, function) \
  TYCHE_BINARY_AT(name, function, 2) \
  TYCHE_BINARY_AT(name, function, 4) TYCHE_BINARY_AT(name, function, 8)
#define TYCHE_ALGEBRA(W)                                      \
  row("tyche_cholesky_" #W, At<W>::factor),                   \
      row("tyche_cholesky_adjoint_" #W, cholesky_adjoint<W>), \
      row("tyche_solve_lower_" #W, solve_lower<W>),           \
      row("tyche_solve_lower_transposed_" #W, solve_lower_transposed<W>),

const codegen::HostFunction rows[] = {
#include "tyche/kernels/elementary.def"
    TYCHE_ALGEBRA(1) TYCHE_ALGEBRA(4) TYCHE_ALGEBRA(8)};

}  // namespace

extern const std::span<const codegen::HostFunction> host_function_table;
const std::span<const codegen::HostFunction> host_function_table{rows};

}  // namespace tyche::TYCHE_LEVEL
