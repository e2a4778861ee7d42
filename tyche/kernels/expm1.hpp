// exp(x) - 1 and the hyperbolic tangent of a lane, to 4 ulp.
#pragma once
#include "tyche/kernels/exp.hpp"

namespace tyche::TYCHE_LEVEL {

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
