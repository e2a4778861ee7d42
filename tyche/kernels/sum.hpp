// Sums whose rounding does not depend on the width: 8 partial sums by index modulo 8, joined in one
// fixed tree.
#pragma once
#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/log.hpp"

namespace tyche::TYCHE_LEVEL {

/// Eight numbers in vectors of W, W at most 8.
template <int W>
struct Eight {
  static constexpr int count = 8 / W;
  Lanes<double, W> part[count];

  TYCHE_INLINE static Eight all(double x) {
    Eight out;
    for (int k = 0; k < count; ++k) out.part[k] = x;
    return out;
  }
  TYCHE_INLINE static Eight load(const double* from) {
    Eight out;
    for (int k = 0; k < count; ++k) out.part[k] = Lanes<double, W>::load(from + k * W);
    return out;
  }
  /// The first `present` of them, the others `absent`.
  TYCHE_INLINE static Eight load(const double* from, i64 present, double absent) {
    double padded[8];
    for (int k = 0; k < 8; ++k) padded[k] = k < present ? from[k] : absent;
    return load(padded);
  }
};

/// ((p0 + p4) + (p2 + p6)) + ((p1 + p5) + (p3 + p7)): halves of a vector, added three times.
template <int W>
TYCHE_INLINE double join(const Eight<W>& p) {
  double x[8];
  for (int k = 0; k < Eight<W>::count; ++k) p.part[k].store(x + k * W);
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

/// Calls add(partials, first index, how many of eight) over 0 .. n - 1.
template <int W, class Add>
TYCHE_INLINE double sum_by_eights(i64 n, Add add) {
  Eight<W> partials = Eight<W>::all(0.0);
  i64 k = 0;
  for (; k + 8 <= n; k += 8) add(partials, k, 8);
  if (k < n) add(partials, k, n - k);
  return join(partials);
}

template <int W>
TYCHE_INLINE Eight<W> load_eight(const double* from, i64 present, double absent) {
  return present == 8 ? Eight<W>::load(from) : Eight<W>::load(from, present, absent);
}

/// The sum of n numbers.
template <int W>
TYCHE_INLINE double sum_of(i64 n, const double* a) {
  return sum_by_eights<W>(n, [&](Eight<W>& partials, i64 k, i64 present) {
    const auto x = load_eight<W>(a + k, present, 0.0);
    for (int j = 0; j < Eight<W>::count; ++j) partials.part[j] += x.part[j];
  });
}

/// The scalar product of n pairs, each by one fma.
template <int W>
TYCHE_INLINE double dot(i64 n, const double* a, const double* b) {
  return sum_by_eights<W>(n, [&](Eight<W>& partials, i64 k, i64 present) {
    const auto x = load_eight<W>(a + k, present, 0.0), y = load_eight<W>(b + k, present, 0.0);
    for (int j = 0; j < Eight<W>::count; ++j) {
      partials.part[j] = fma(x.part[j], y.part[j], partials.part[j]);
    }
  });
}

/// log(sum of exp(a)); of no numbers -inf.
template <int W>
TYCHE_INLINE double log_sum_exp_of(i64 n, const double* a) {
  double largest = -infinity;
  for (i64 k = 0; k < n; ++k) largest = a[k] > largest || a[k] != a[k] ? a[k] : largest;
  if (!(largest - largest == 0)) return largest;
  const double sum = sum_by_eights<W>(n, [&](Eight<W>& partials, i64 k, i64 present) {
    const auto x = load_eight<W>(a + k, present, -infinity);
    for (int j = 0; j < Eight<W>::count; ++j) partials.part[j] += exp(x.part[j] - largest);
  });
  return largest + log(Lanes<double, 1>(sum))[0];
}

}  // namespace tyche::TYCHE_LEVEL
