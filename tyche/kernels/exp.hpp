// The exponential of a lane, to 2 ulp.
#pragma once
#include "tyche/kernels/intrinsics.hpp"
#include "tyche/kernels/polynomial.hpp"

namespace tyche::TYCHE_LEVEL {

/// log 2 in two parts; the first has 38 bits, so that its product with sixteenths is exact.
inline constexpr double log2_high38 = 0x1.62e42fefap-1;
inline constexpr double log2_low38 = 0x1.cf79abc9e3b3ap-40;

/// 2^(j / 16).
inline constexpr double power_table[16] = {0x1p+0,
                                           0x1.0b5586cf9890fp+0,
                                           0x1.172b83c7d517bp+0,
                                           0x1.2387a6e756238p+0,
                                           0x1.306fe0a31b715p+0,
                                           0x1.3dea64c123422p+0,
                                           0x1.4bfdad5362a27p+0,
                                           0x1.5ab07dd485429p+0,
                                           0x1.6a09e667f3bcdp+0,
                                           0x1.7a11473eb0187p+0,
                                           0x1.8ace5422aa0dbp+0,
                                           0x1.9c49182a3f09p+0,
                                           0x1.ae89f995ad3adp+0,
                                           0x1.c199bdd85529cp+0,
                                           0x1.d5818dcfba487p+0,
                                           0x1.ea4afa2a490dap+0};

/// a 2^k, `shift` = k + 2046 in its low 12 bits, in two exact steps and a last one that rounds
/// once, for results that may be subnormal.
template <int W>
TYCHE_INLINE Lanes<double, W> scale_exp(Lanes<double, W> a, Lanes<u64, W> shift) {
  const auto half = (shift << 51) & Lanes<u64, W>(0x7ff0000000000000u);
  const auto rest = (shift << 52) - half;
  return a * bit_cast<double>(half) * bit_cast<double>(rest);
}

/// factor exp(high + low) for |high| <= 1000 and |low| < 0.001: high = k log 2 + r with k in
/// sixteenths and |r| <= log(2) / 32. Adding 1.5 2^48 rounds to sixteenths; 2046 more keep k
/// positive where it is read from the bits.
template <int W>
TYCHE_INLINE Lanes<double, W> exp_of_sum(Lanes<double, W> high, Lanes<double, W> low,
                                         Lanes<double, W> factor) {
  constexpr double rounder = 0x1.8p48 + 2046;
  const auto shifted = fma(high, 0x1.71547652b82fep+0, rounder);
  const auto bits = bit_cast<u64>(shifted);
  const auto k = shifted - rounder;
  const auto r = fma(k, -log2_low38, fma(k, -log2_high38, high)) + low;
  // (exp(r) - 1 - r) / r^2: minimax, exp(r) to 2^-56.
  const auto tail = polynomial(r, {0x1.0000000000005p-1, 0x1.555555548f729p-3, 0x1.555555545e8fcp-5,
                                   0x1.11123abef6043p-7, 0x1.6c185e01df2c3p-10});
  const auto power = lookup(power_table, bits);
  const auto a = factor * fma(power, fma(tail, r * r, r), power);
#ifdef __AVX512F__
  return scaled(a, k);
#else
  return scale_exp(a, bits >> 4);
#endif
}

template <int W>
TYCHE_INLINE Lanes<double, W> exp(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  return exp_of_sum(max(L(-746.0), min(L(710.0), x)), L(-0.0), L(1.0));
}

}  // namespace tyche::TYCHE_LEVEL
