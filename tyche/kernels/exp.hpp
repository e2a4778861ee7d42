// The exponential of a lane, to 2 ulp.
#pragma once
#include "tyche/kernels/polynomial.hpp"

namespace tyche::TYCHE_LEVEL {

/// log 2 in two parts; the first has 41 bits, so that its product with an exponent is exact.
inline constexpr double log2_high = 0x1.62e42fefa3p-1;
inline constexpr double log2_low = 0x1.3de6af278ece6p-42;

/// x = k log 2 + r with k whole and |r| <= log(2) / 2; `shift` holds k + bias in its low 12 bits.
template <int W>
struct ExpReduction {
  Lanes<double, W> r;
  Lanes<u64, W> shift;
};

/// For |x| <= 1000. Adding 1.5 2^52 rounds to a whole number; the 2046 more keep it positive.
template <int W>
TYCHE_INLINE ExpReduction<W> reduce_exp(Lanes<double, W> x) {
  constexpr double rounder = 0x1.8p52 + 2046;
  const auto shifted = fma(x, 0x1.71547652b82fep+0, rounder);
  const auto k = shifted - rounder;
  const auto r = fma(k, -log2_low, fma(k, -log2_high, x));
  return {r, bit_cast<u64>(shifted)};
}

/// (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2: minimax, exp(r) to 2^-58.
template <int W>
TYCHE_INLINE Lanes<double, W> exp_tail(Lanes<double, W> r) {
  return polynomial(
      r, {0x1.000000000000ap-1, 0x1.55555555554f9p-3, 0x1.555555555083cp-5, 0x1.1111111127caep-7,
          0x1.6c16c18439177p-10, 0x1.a01a012a3119dp-13, 0x1.a01999e18c1c2p-16,
          0x1.71df2564d752dp-19, 0x1.28ad9c2216d6fp-22, 0x1.ad7fbe55c5861p-26});
}

/// a 2^k in two exact steps and a last one that rounds once, for results that may be subnormal.
template <int W>
TYCHE_INLINE Lanes<double, W> scale_exp(Lanes<double, W> a, Lanes<u64, W> shift) {
  const auto half = (shift << 51) & Lanes<u64, W>(0x7ff0000000000000u);
  const auto rest = (shift << 52) - half;
  return a * bit_cast<double>(half) * bit_cast<double>(rest);
}

/// factor exp(high + low) for |high| <= 1000 and |low| < 0.001.
template <int W>
TYCHE_INLINE Lanes<double, W> exp_of_sum(Lanes<double, W> high, Lanes<double, W> low,
                                         Lanes<double, W> factor) {
  const auto reduced = reduce_exp(high);
  const auto r = reduced.r + low;
  return scale_exp(factor * (fma(exp_tail(r), r * r, r) + 1.0), reduced.shift);
}

template <int W>
TYCHE_INLINE Lanes<double, W> exp(Lanes<double, W> x) {
  x = max(Lanes<double, W>(-746.0), min(Lanes<double, W>(710.0), x));
  const auto [r, shift] = reduce_exp(x);
  return scale_exp(fma(exp_tail(r), r * r, r) + 1.0, shift);
}

}  // namespace tyche::TYCHE_LEVEL
