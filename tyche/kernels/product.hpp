// Products and sums with the part that rounding drops, without relying on a fused multiply-add.
#pragma once
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {

/// high + low, low the smaller.
template <int W>
struct Pair {
  Lanes<double, W> high, low;
};

/// x with the low 27 bits of its significand cleared: products of two such are exact.
template <int W>
TYCHE_INLINE Lanes<double, W> leading_bits(Lanes<double, W> x) {
  return bit_cast<double>(bit_cast<u64>(x) & Lanes<u64, W>(~((u64(1) << 27) - 1)));
}

/// a b to 2^-78 relative; `high` has the leading 52 bits and is not the rounded product.
template <int W>
TYCHE_INLINE Pair<W> product(Lanes<double, W> a, Lanes<double, W> b) {
  const auto ah = leading_bits(a), bh = leading_bits(b);
  const auto al = a - ah, bl = b - bh;
  return {ah * bh, fma(al, b, ah * bl)};
}

/// c x + d for c of at most 26 bits where d cancels most of c x: as precise as with fma also where
/// there is none.
template <int W>
TYCHE_INLINE Lanes<double, W> fma_short(Lanes<double, W> c, Lanes<double, W> x,
                                        Lanes<double, W> d) {
#ifdef __FMA__
  return fma(c, x, d);
#else
  const auto high = leading_bits(x);
  return (c * high + d) - c * (high - x);
#endif
}

/// a + b exactly (Knuth).
template <int W>
TYCHE_INLINE Pair<W> sum(Lanes<double, W> a, Lanes<double, W> b) {
  const auto s = a + b;
  const auto back = s - a;
  return {s, (a - (s - back)) + (b - back)};
}

/// a + b exactly, for |a| >= |b| or a = 0 (Dekker).
template <int W>
TYCHE_INLINE Pair<W> sum_ordered(Lanes<double, W> a, Lanes<double, W> b) {
  const auto s = a + b;
  return {s, b - (s - a)};
}

}  // namespace tyche::TYCHE_LEVEL
