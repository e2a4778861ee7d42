// exp(x) - 1 and the hyperbolic tangent of a lane, to 4 ulp.
#pragma once
#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/log.hpp"

namespace tyche::TYCHE_LEVEL {

/// x = k log 2 + r with k whole and |r| <= log(2) / 2; `shift` holds k + 2046 in its low 12 bits.
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
/// From an argument's reduction and expm1 of its rest. Half the result first: 2^k may overflow.
template <int W>
TYCHE_INLINE Lanes<double, W> finish_expm1(ExpReduction<W> reduced, Lanes<double, W> rest) {
  const auto half_scale = bit_cast<double>((reduced.shift - Lanes<u64, W>(1024)) << 52);
  return 2.0 * fma(half_scale, rest, half_scale - 0.5);
}

/// For -745 <= x <= 710; loses the sign of 0 and the last bits of subnormals.
template <int W>
TYCHE_INLINE Lanes<double, W> expm1_normal_range(Lanes<double, W> x) {
  const auto reduced = reduce_exp(x);
  return finish_expm1(reduced, fma(exp_tail(reduced.r), reduced.r * reduced.r, reduced.r));
}

template <int W>
TYCHE_INLINE Lanes<double, W> expm1(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const L inside = expm1_normal_range(max(L(-40.0), min(L(710.0), x)));
  return select(abs(x) < 0x1p-54, x, inside);
}

template <int W>
TYCHE_INLINE Lanes<double, W> tanh(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const L t = expm1_normal_range(max(L(-44.0), -2.0 * abs(x)));
  return select(abs(x) < 0x1p-28, x, with_sign(-t / (2.0 + t), x));
}

}  // namespace tyche::TYCHE_LEVEL
