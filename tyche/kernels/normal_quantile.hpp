// The inverse of the standard normal cdf, to 1e-14 relative.
#pragma once
#include "tyche/kernels/log.hpp"

namespace tyche::TYCHE_LEVEL {

/// For p inside (0, 1), given the logarithm of min(p, 1 - p). Two rational minimax functions, in
/// q = p - 1/2 around the middle (2^-53) and in sqrt(-log p) for both whole tails (1.7e-16): the
/// variables are those of Wichura 1988, algorithm AS 241; one division serves both.
template <int W>
TYCHE_INLINE Lanes<double, W> normal_quantile_inside(Lanes<double, W> p,
                                                     Lanes<double, W> log_tail_mass) {
  const auto q = p - 0.5;
  const auto t = 0.180625 - q * q;
  const auto middle_top =
      polynomial(t, {0x1.b18d91e9eef75p+1, 0x1.0a4e47ab14085p+7, 0x1.ecfd5163862a5p+10,
                     0x1.ad3f9df23a39cp+13, 0x1.66ee380df35a5p+15, 0x1.06ecf6bc7dd3cp+16,
                     0x1.05666d867b3d5p+15, 0x1.39fb30e28e5d9p+11});
  const auto middle_bottom =
      polynomial(t, {0x1.0000000000000p+0, 0x1.52887ca8b7077p+5, 0x1.57a715f950e67p+9,
                     0x1.513bc5f18250fp+12, 0x1.4b9afd2ade5ccp+14, 0x1.3345d51196c64p+15,
                     0x1.c13dcaf76d573p+14, 0x1.46fb7baa39bb2p+12});
  const auto r = sqrt(-log_tail_mass);
  const auto tail_top = polynomial(
      r, {-0x1.c1aba06c82861p+1, -0x1.0d0ecfe111dd1p+5, -0x1.90fa43d5a7e7ep+5, 0x1.2c47dbdb6df13p+4,
          0x1.09e1bf9157230p+6, 0x1.6a4f94f835c97p+5, 0x1.c9551027d57dcp+3, 0x1.0d2a9ff768e0cp+1,
          0x1.0f9e2e3cae23fp-3, 0x1.9acaea93d0b49p-9, 0x1.51d04f7424983p-16});
  const auto tail_bottom = polynomial(
      r, {0x1.0000000000000p+0, 0x1.fbf4853a7d6b5p+3, 0x1.9fe332901411ep+5, 0x1.ed809dadf48d7p+5,
          0x1.15b7a1cc3a202p+5, 0x1.4a209ca676e16p+3, 0x1.7e3db82aaf310p+0, 0x1.80560cfbb774cp-4,
          0x1.227a2cff08a6ap-9, 0x1.ddbd633363005p-17});
  const auto middle = abs(q) <= 0.425;
  const auto signed_tail_top = select(q < 0.0, -tail_top, tail_top);
  return select(middle, q * middle_top, signed_tail_top) /
         select(middle, middle_bottom, tail_bottom);
}

/// For 2^-1022 <= p <= 1 - 2^-53: the same bits as normal_quantile, without its care.
template <int W>
TYCHE_INLINE Lanes<double, W> normal_quantile_normal_range(Lanes<double, W> p) {
  return normal_quantile_inside(p, log_normal_range(min(p, 1.0 - p)));
}

/// 0 and 1 give the infinities; outside [0, 1], NaN.
template <int W>
TYCHE_INLINE Lanes<double, W> normal_quantile(Lanes<double, W> p) {
  using L = Lanes<double, W>;
  const L inside = normal_quantile_inside(p, log(min(p, 1.0 - p)));
  const L outside = select(p == 0.0, L(-infinity), select(p == 1.0, L(infinity), not_a_number));
  return select((p > 0.0) & (p < 1.0), inside, outside);
}

}  // namespace tyche::TYCHE_LEVEL
