// The leapfrog in lanes, and dot products over parameters. Momenta are scaled by the root of the
// metric, so that velocity and momentum are one vector: q is [row][W], row by row of W numbers.
#pragma once
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {

template <int K>
struct Index {
  static constexpr int value = K;
};

/// body(i, Index<i mod 8>) for i = 0 .. n - 1, eight at a time, so that eight partial sums stay in
/// registers.
template <class Body>
TYCHE_INLINE void for_rows(int n, Body body) {
  int i = 0;
  for (; i + 8 <= n; i += 8) {
    body(i, Index<0>{}), body(i + 1, Index<1>{}), body(i + 2, Index<2>{}), body(i + 3, Index<3>{});
    body(i + 4, Index<4>{}), body(i + 5, Index<5>{}), body(i + 6, Index<6>{});
    body(i + 7, Index<7>{});
  }
  const int rest = n - i;
  auto tail = [&]<int K>(Index<K> k) __attribute__((always_inline)) {
    if (K >= rest) return false;
    body(i + K, k);
    return true;
  };
  (void)(tail(Index<0>{}) && tail(Index<1>{}) && tail(Index<2>{}) && tail(Index<3>{}) &&
         tail(Index<4>{}) && tail(Index<5>{}) && tail(Index<6>{}));
}

/// A dot product over parameters: eight partial sums by index modulo 8, joined in one tree, so that
/// chains in lanes and parameters in lanes give the same bits.
template <int W>
struct RowSum {
  Lanes<double, W> part[8];

  TYCHE_INLINE RowSum() {
    for (auto& x : part) x = 0.0;
  }
  template <int K>
  TYCHE_INLINE void add(Index<K>, Lanes<double, W> a, Lanes<double, W> b) {
    part[K] = fma(a, b, part[K]);
  }
  TYCHE_INLINE Lanes<double, W> total() const {
    return ((part[0] + part[4]) + (part[2] + part[6])) +
           ((part[1] + part[5]) + (part[3] + part[7]));
  }
};

/// The same tree over the elements of one vector.
TYCHE_INLINE double tree_sum(Lanes<double, 8> a) {
  using Four = double __attribute__((ext_vector_type(4)));
  using Two = double __attribute__((ext_vector_type(2)));
  const Four four =
      __builtin_shufflevector(a.v, a.v, 0, 1, 2, 3) + __builtin_shufflevector(a.v, a.v, 4, 5, 6, 7);
  const Two two =
      __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
  return two[0] + two[1];
}

/// Two such sums in one tree.
TYCHE_INLINE Lanes<double, 2> tree_sums(Lanes<double, 8> a, Lanes<double, 8> b) {
  using Four = double __attribute__((ext_vector_type(4)));
  const Lanes<double, 8>::Vector eight =
      __builtin_shufflevector(a.v, b.v, 0, 1, 2, 3, 8, 9, 10, 11) +
      __builtin_shufflevector(a.v, b.v, 4, 5, 6, 7, 12, 13, 14, 15);
  const Four four = __builtin_shufflevector(eight, eight, 0, 1, 4, 5) +
                    __builtin_shufflevector(eight, eight, 2, 3, 6, 7);
  return Lanes<double, 2>(__builtin_shufflevector(four, four, 0, 2) +
                          __builtin_shufflevector(four, four, 1, 3));
}

/// Eight such sums in one tree, one an element.
TYCHE_INLINE Lanes<double, 8> tree_sums(const Lanes<double, 8>* a) {
  const auto halves = [](auto x, auto y) __attribute__((always_inline)) {
    return __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11) +
           __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
  };
  const auto quarters = [](auto x, auto y) __attribute__((always_inline)) {
    return __builtin_shufflevector(x, y, 0, 1, 4, 5, 8, 9, 12, 13) +
           __builtin_shufflevector(x, y, 2, 3, 6, 7, 10, 11, 14, 15);
  };
  const auto low = quarters(halves(a[0].v, a[1].v), halves(a[2].v, a[3].v)),
             high = quarters(halves(a[4].v, a[5].v), halves(a[6].v, a[7].v));
  return Lanes<double, 8>(__builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14) +
                          __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15));
}

/// The momentum half a step on: p + (eps / 2) s g, for metric diag(1 / s^2) and gradient g.
template <int W>
TYCHE_INLINE Lanes<double, W> half_kick(Lanes<double, W> half_step, Lanes<double, W> p,
                                        Lanes<double, W> g) {
  return fma(half_step, g, p);
}

/// q += eps s (p + (eps / 2) s g), for `rows` rows; `half` is eps / 2 (any sign, 0 stands still).
template <int W>
TYCHE_INLINE void drift(int rows, Lanes<double, W> half, const double* __restrict scale,
                        const double* __restrict p, const double* __restrict g, const double* from,
                        double* to) {
  using D = Lanes<double, W>;
  for (int i = 0; i < rows; ++i) {
    const D step = half * D::load(scale + i * W);
    const D p_half = half_kick(step, D::load(p + i * W), D::load(g + i * W));
    fma(step + step, p_half, D::load(from + i * W)).store(to + i * W);
  }
}

/// The momentum after a whole step between two gradients; the half-step momentum is computed anew
/// rather than stored.
template <int W>
TYCHE_INLINE Lanes<double, W> kicked(Lanes<double, W> step, Lanes<double, W> p, Lanes<double, W> g,
                                     Lanes<double, W> g_next) {
  return half_kick(step, half_kick(step, p, g), g_next);
}

}  // namespace tyche::TYCHE_LEVEL
