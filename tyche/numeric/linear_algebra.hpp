// The one-lane linear algebra of tyche/kernels/linear_algebra.hpp, for host code.
#pragma once
#include "tyche/kernels/level.hpp"

namespace tyche {

/// Matrices by columns; shapes and meanings as in the kernels.
struct LinearAlgebraTable {
  /// Whether `a` is positive definite.
  bool (*cholesky)(long n, const double* a, double* l);
  void (*cholesky_adjoint)(long n, const double* l, const double* l_bar, double* a_bar);
  void (*solve_lower)(long n, long columns, const double* l, const double* b, double* x);
  void (*solve_lower_transposed)(long n, long columns, const double* l, const double* b, double* x);
};

/// The level must be one that this CPU has.
const LinearAlgebraTable& linear_algebra(Level level);

}  // namespace tyche
