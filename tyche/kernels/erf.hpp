// The error function to 4 ulp; its complement and the standard normal cdf to 1e-14 relative.
#pragma once
#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/product.hpp"

namespace tyche::TYCHE_LEVEL {

/// exp(x^2) erfc(x) for 0 <= x <= 28: rational minimax, 2^-59.
template <int W>
TYCHE_INLINE Lanes<double, W> scaled_erfc(Lanes<double, W> x) {
  return polynomial(x, {0x1.0000000000000p+0, 0x1.2bb33437b6772p+1, 0x1.5bdf2ca1aafb0p+1,
                        0x1.02a6b47c2f238p+1, 0x1.0e4d7de4ec9b3p+0, 0x1.9cfaac9621cc6p-2,
                        0x1.d27aec6d60abap-4, 0x1.81234942d66afp-6, 0x1.be94594be2d86p-9,
                        0x1.4aad8dca0188fp-12, 0x1.e0d945eb36df2p-17}) /
         polynomial(x, {0x1.0000000000000p+0, 0x1.bc21eeb9cb52ap+1, 0x1.6882c6c0408dbp+2,
                        0x1.6a3248feb72aap+2, 0x1.f59e9188b9896p+1, 0x1.f82c11edd4a18p+0,
                        0x1.7884347a51fcbp-1, 0x1.a390b0a472acfp-3, 0x1.579be8a2e5960p-5,
                        0x1.8c9a62fe79f91p-8, 0x1.250e423eb5040p-11, 0x1.aa241e2df9b02p-16});
}

/// factor exp(-scale x^2), scale a power of two: the square's rounding, up to 2^-44, is kept.
template <int W>
TYCHE_INLINE Lanes<double, W> gauss(Lanes<double, W> x, double scale, Lanes<double, W> factor) {
  const auto xh = leading_bits(x);
  return exp_of_sum(-scale * (xh * xh), -scale * ((x - xh) * (x + xh)), factor);
}

/// erfc(x) for x >= 0.
template <int W>
TYCHE_INLINE Lanes<double, W> erfc_positive(Lanes<double, W> x) {
  x = min(Lanes<double, W>(28.0), x);
  return gauss(x, 1.0, scaled_erfc(x));
}

template <int W>
TYCHE_INLINE Lanes<double, W> erfc(Lanes<double, W> x) {
  const auto tail = erfc_positive(abs(x));
  return select(x < 0.0, 2.0 - tail, tail);
}

template <int W>
TYCHE_INLINE Lanes<double, W> erf(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const L a = abs(x);
  const L z = min(L(1.0), x * x);
  // erf(x) / x - 1 for |x| <= 1: minimax in x^2, 2^-57.
  const L small =
      fma(x,
          polynomial(z, {0x1.06eba8214db69p-3, -0x1.812746b0379bdp-2, 0x1.ce2f21a040d14p-4,
                         -0x1.b82ce311fa8fep-6, 0x1.565bccf92ac51p-8, -0x1.c02db03dc89d4p-11,
                         0x1.f9a2baa7b7aa7p-14, -0x1.f4ca4d5c781a7p-17, 0x1.b97fd32773545p-20,
                         -0x1.5c0722d41ed50p-23, 0x1.d71af39f80cf4p-27, -0x1.abadf9ac88ed2p-31}),
          x);
  const L large = 1.0 - erfc_positive(a);
  return select(a < 1.0, small, select(x < 0.0, -large, large));
}

template <int W>
TYCHE_INLINE Lanes<double, W> normal_cdf(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const L a = min(L(39.5), abs(x));
  const L tail = gauss(a, 0.5, 0.5 * scaled_erfc(a * 0x1.6a09e667f3bcdp-1));
  return select(x > 0.0, 1.0 - tail, tail);
}

}  // namespace tyche::TYCHE_LEVEL
