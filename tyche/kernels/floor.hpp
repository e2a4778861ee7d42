// Whole numbers near a lane. SSE2 has no rounding instruction, so these add and subtract 2^52.
#pragma once
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {

/// The largest whole number that is not larger.
template <int W>
TYCHE_INLINE Lanes<double, W> floor(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const L nearest = with_sign((abs(x) + 0x1p52) - 0x1p52, x);
  const L down = select(nearest > x, nearest - 1.0, nearest);
  return select(abs(x) < 0x1p52, down, x);
}

/// The nearest whole number; halves away from 0.
template <int W>
TYCHE_INLINE Lanes<double, W> round(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const L a = abs(x);
  const L down = floor(a);
  const L up = down + select(a - down >= 0.5, L(1.0), L(0.0));
  return select(a < 0x1p52, with_sign(up, x), x);
}

}  // namespace tyche::TYCHE_LEVEL
