// Small dense linear algebra a lane: Cholesky factor, its adjoint, triangular solves.
// Matrices are [element][lane], elements by columns. Every sum runs in one order, so
// a lane's bits do not depend on the width. Inputs and outputs do not overlap.
#pragma once
#include "tyche/kernels/linear_algebra_rows.hpp"

namespace tyche::TYCHE_LEVEL {

/// Element (row, column) of a matrix with `rows` rows.
template <int W>
struct MatrixView {
  const double* elements;
  i64 rows;
  TYCHE_INLINE Lanes<double, W> operator()(i64 row, i64 column) const {
    return Lanes<double, W>::load(elements + (row + column * rows) * W);
  }
};

template <int W>
struct MutableMatrixView {
  double* elements;
  i64 rows;
  TYCHE_INLINE Lanes<double, W> operator()(i64 row, i64 column) const {
    return Lanes<double, W>::load(elements + (row + column * rows) * W);
  }
  TYCHE_INLINE void set(i64 row, i64 column, Lanes<double, W> x) const {
    x.store(elements + (row + column * rows) * W);
  }
};

/// L with A = L L', zeros above the diagonal; reads the lower triangle of A [n][n]. Gives the lanes
/// where A is positive definite; elsewhere L is unspecified.
template <int W>
inline Mask<double, W> cholesky(i64 n, const double* a_elements, double* l_elements) {
  if constexpr (W == 1) {
    if (n <= most_in_rows) {
      return by_stripes(n, [&]<int C>() {
        return Mask<double, W>(cholesky_in_rows<C>(n, a_elements, l_elements));
      });
    }
  }
  const MatrixView<W> a{a_elements, n};
  const MutableMatrixView<W> l{l_elements, n};
  Mask<double, W> definite(true);
  for (i64 j = 0; j < n; ++j) {
    for (i64 i = 0; i < j; ++i) l.set(i, j, 0.0);
    for (i64 i = j; i < n; ++i) l.set(i, j, a(i, j));
    for (i64 k = 0; k < j; ++k) {
      const auto factor = -l(j, k);
      for (i64 i = j; i < n; ++i) l.set(i, j, fma(l(i, k), factor, l(i, j)));
    }
    const auto square = l(j, j);
    definite = definite & (square > 0.0) & (square < __builtin_inf());
    const auto pivot = sqrt(square);
    const auto inverse = 1.0 / pivot;
    l.set(j, j, pivot);
    for (i64 i = j + 1; i < n; ++i) l.set(i, j, l(i, j) * inverse);
  }
  return definite;
}

/// The symmetric A_bar for which sum A_bar dA = sum L_bar dL (L_bar's lower triangle) for every
/// symmetric dA. Murray 2016, "Differentiation of the Cholesky decomposition", level-2 algorithm.
template <int W>
inline void cholesky_adjoint(i64 n, const double* l_elements, const double* l_bar_elements,
                             double* a_bar_elements) {
  if constexpr (W == 1) {
    if (n <= most_in_rows) {
      return by_stripes(n, [&]<int C>() {
        cholesky_adjoint_in_rows<C>(n, l_elements, l_bar_elements, a_bar_elements);
      });
    }
  }
  const MatrixView<W> l{l_elements, n};
  const MatrixView<W> l_bar{l_bar_elements, n};
  const MutableMatrixView<W> bar{a_bar_elements, n};
  for (i64 j = 0; j < n; ++j) {
    for (i64 i = j; i < n; ++i) bar.set(i, j, l_bar(i, j));
  }
  for (i64 j = n - 1; j >= 0; --j) {
    const auto inverse = 1.0 / l(j, j);
    auto sum = Lanes<double, W>(0.0);
    for (i64 i = j + 1; i < n; ++i) {
      const auto scaled = bar(i, j) * inverse;
      sum = fma(l(i, j), scaled, sum);
      bar.set(i, j, scaled);
    }
    const auto diagonal = (bar(j, j) - sum) * inverse;
    for (i64 k = 0; k < j; ++k) {
      const auto row = -l(j, k);
      auto row_bar = bar(j, k);
      for (i64 i = j + 1; i < n; ++i) {
        row_bar = fma(l(i, k), -bar(i, j), row_bar);
        bar.set(i, k, fma(row, bar(i, j), bar(i, k)));
      }
      bar.set(j, k, fma(row, diagonal, row_bar));
    }
    bar.set(j, j, diagonal * 0.5);
  }
  for (i64 j = 0; j < n; ++j) {
    for (i64 i = j + 1; i < n; ++i) {
      const auto half = bar(i, j) * 0.5;
      bar.set(i, j, half);
      bar.set(j, i, half);
    }
  }
}

/// X with L X = B; L [n][n] lower, B and X [n][columns].
template <int W>
inline void solve_lower(i64 n, i64 columns, const double* l_elements, const double* b_elements,
                        double* x_elements) {
  if constexpr (W == 1) {
    if (n <= most_in_rows) {
      return by_stripes(n, [&]<int C>() {
        for (i64 c = 0; c < columns; ++c) {
          solve_lower_in_rows<C>(n, l_elements, b_elements + c * n, x_elements + c * n);
        }
      });
    }
  }
  const MatrixView<W> l{l_elements, n};
  const MatrixView<W> b{b_elements, n};
  const MutableMatrixView<W> x{x_elements, n};
  for (i64 c = 0; c < columns; ++c) {
    for (i64 i = 0; i < n; ++i) x.set(i, c, b(i, c));
    for (i64 j = 0; j < n; ++j) {
      const auto solved = x(j, c) * (1.0 / l(j, j));
      x.set(j, c, solved);
      for (i64 i = j + 1; i < n; ++i) x.set(i, c, fma(l(i, j), -solved, x(i, c)));
    }
  }
}

/// X with L' X = B; shapes as in solve_lower. What is solved leaves the other rows at once, so that
/// none waits for a long sum.
template <int W>
inline void solve_lower_transposed(i64 n, i64 columns, const double* l_elements,
                                   const double* b_elements, double* x_elements) {
  const MatrixView<W> l{l_elements, n};
  const MatrixView<W> b{b_elements, n};
  const MutableMatrixView<W> x{x_elements, n};
  for (i64 c = 0; c < columns; ++c) {
    for (i64 i = 0; i < n; ++i) x.set(i, c, b(i, c));
    for (i64 j = n - 1; j >= 0; --j) {
      const auto solved = x(j, c) * (1.0 / l(j, j));
      x.set(j, c, solved);
      for (i64 k = 0; k < j; ++k) x.set(k, c, fma(l(j, k), -solved, x(k, c)));
    }
  }
}

}  // namespace tyche::TYCHE_LEVEL
