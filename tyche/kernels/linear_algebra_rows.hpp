// Dense linear algebra of one small matrix, its rows or columns in vectors of eight: the operations
// of linear_algebra.hpp on every element, in the same order, so the same bits.
#pragma once
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {

/// Of the largest matrix that is worked on in vectors.
inline constexpr i64 most_in_rows = 32;

/// Eight times `C` numbers of a row or column.
template <int C>
struct Stripe {
  using L = Lanes<double, 8>;
  static constexpr i64 length = 8 * C;
  L part[C];

  TYCHE_INLINE static Stripe load(const double* from) {
    Stripe out;
    for (int c = 0; c < C; ++c) out.part[c] = L::load(from + 8 * c);
    return out;
  }
  TYCHE_INLINE void store(double* to) const {
    for (int c = 0; c < C; ++c) part[c].store(to + 8 * c);
  }
  /// a x + this, each by one fma.
  TYCHE_INLINE void add(double x, const Stripe& a) {
    for (int c = 0; c < C; ++c) part[c] = fma(a.part[c], L(x), part[c]);
  }
  TYCHE_INLINE void scale(double x) {
    for (int c = 0; c < C; ++c) part[c] = part[c] * L(x);
  }
};

TYCHE_INLINE double root(double x) { return sqrt(Lanes<double, 1>(x))[0]; }
TYCHE_INLINE double fma_of(double a, double b, double c) {
  using L = Lanes<double, 1>;
  return fma(L(a), L(b), L(c))[0];
}

/// Numbers [0, n) of `from`, and anything beyond where `readable` allows.
template <int C>
TYCHE_INLINE void copy_stripe(i64 n, const double* from, i64 readable, double* to) {
  if (readable >= Stripe<C>::length) return Stripe<C>::load(from).store(to);
  for (i64 i = 0; i < n; ++i) to[i] = from[i];
}

template <int C>
inline bool cholesky_in_rows(i64 n, const double* a, double* l) {
  constexpr i64 length = Stripe<C>::length;
  alignas(64) double columns[length * length] = {};
  bool definite = true;
  for (i64 j = 0; j < n; ++j) {
    double* const column = columns + j * length;
    copy_stripe<C>(n, a + j * n, (n - j) * n, column);
    auto now = Stripe<C>::load(column);
    for (i64 k = 0; k < j; ++k) {
      const double* const before = columns + k * length;
      now.add(-before[j], Stripe<C>::load(before));
    }
    now.store(column);
    const double square = column[j];
    definite = definite && square > 0.0 && square < __builtin_inf();
    const double pivot = root(square);
    now.scale(1.0 / pivot);
    now.store(column);
    for (i64 i = 0; i < j; ++i) l[i + j * n] = 0.0;
    l[j + j * n] = pivot;
    for (i64 i = j + 1; i < n; ++i) l[i + j * n] = column[i];
  }
  return definite;
}

template <int C>
inline void cholesky_adjoint_in_rows(i64 n, const double* l_elements, const double* l_bar,
                                     double* out) {
  constexpr i64 length = Stripe<C>::length;
  alignas(64) double l[length * length] = {}, bar[length * length] = {};  // by rows
  for (i64 j = 0; j < n; ++j) {
    for (i64 i = j; i < n; ++i) {
      l[i * length + j] = l_elements[i + j * n];
      bar[i * length + j] = l_bar[i + j * n];
    }
  }
  for (i64 j = n - 1; j >= 0; --j) {
    const double inverse = 1.0 / l[j * length + j];
    const auto row = Stripe<C>::load(l + j * length);
    auto minus_row = row;
    for (int c = 0; c < C; ++c) minus_row.part[c] = -row.part[c];
    auto row_bar = Stripe<C>::load(bar + j * length);
    double sum = 0.0;
    for (i64 i = j + 1; i < n; ++i) {
      double* const other_bar = bar + i * length;
      const double scaled = other_bar[j] * inverse;
      sum = fma_of(l[i * length + j], scaled, sum);
      out[i + j * n] = out[j + i * n] = scaled * 0.5;
      row_bar.add(-scaled, Stripe<C>::load(l + i * length));
      auto updated = Stripe<C>::load(other_bar);
      updated.add(scaled, minus_row);
      updated.store(other_bar);
    }
    const double diagonal = (bar[j * length + j] - sum) * inverse;
    row_bar.add(diagonal, minus_row);
    row_bar.store(bar + j * length);
    out[j + j * n] = diagonal * 0.5;
  }
}

/// One column of the right side.
template <int C>
inline void solve_lower_in_rows(i64 n, const double* l, const double* b, double* out) {
  constexpr i64 length = Stripe<C>::length;
  alignas(64) double x[length] = {};
  for (i64 i = 0; i < n; ++i) x[i] = b[i];
  i64 j = 0;
  for (; j < n && j * n + length <= n * n; ++j) {
    out[j] = x[j] * (1.0 / l[j + j * n]);
    auto rest = Stripe<C>::load(x);
    rest.add(-out[j], Stripe<C>::load(l + j * n));
    rest.store(x);
  }
  for (; j < n; ++j) {
    out[j] = x[j] * (1.0 / l[j + j * n]);
    for (i64 i = j + 1; i < n; ++i) x[i] = fma_of(l[i + j * n], -out[j], x[i]);
  }
}

/// f(c), c such that a column is at most 8 c numbers: f is a template's choice by size.
template <class F>
TYCHE_INLINE auto by_stripes(i64 n, F f) {
  if (n <= 8) return f.template operator()<1>();
  if (n <= 16) return f.template operator()<2>();
  return f.template operator()<4>();
}

}  // namespace tyche::TYCHE_LEVEL
