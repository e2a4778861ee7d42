// The linear algebra of eight lanes, computed at each width.
#pragma once

namespace tyche {

/// Inputs and outputs are [element][8]; the result of `cholesky` has a bit a definite lane. n is at
/// most 12.
struct LinearAlgebraProbe {
  struct Width {
    unsigned (*cholesky)(long n, const double* a, double* l);
    void (*cholesky_adjoint)(long n, const double* l, const double* l_bar, double* a_bar);
    void (*solve_lower)(long n, long columns, const double* l, const double* b, double* x);
    void (*solve_lower_transposed)(long n, long columns, const double* l, const double* b,
                                   double* x);
  };
  Width widths[4];  // 1, 2, 4, 8
};

}  // namespace tyche
