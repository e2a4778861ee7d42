// log(1 + x) of a lane, to 4 ulp, and the logarithm of an unrounded sum that it is made of.
#pragma once
#include "tyche/kernels/log.hpp"

namespace tyche::TYCHE_LEVEL {

/// log(y + error) for normal positive y and an error below half its last place. Where y lies near
/// 1, the sum y - 1 + error is what the rounding of y had lost.
template <int W>
TYCHE_INLINE Lanes<double, W> log_of_sum(Lanes<double, W> y, Lanes<double, W> error) {
  auto reduced = reduce_log(y, Lanes<double, W>(1023.0));
  const auto scale = bit_cast<double>((Lanes<u64, W>(2046) - reduced.exponent) << 52);
  reduced.f += error * scale;
  return finish_log(reduced);
}

template <int W>
TYCHE_INLINE Lanes<double, W> log1p(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const L y = 1.0 + x;
  const L back = y - 1.0;
  const L inside = log_of_sum(y, (1.0 - (y - back)) + (x - back));
  const L outside = select(x == -1.0, L(-infinity), select(x >= 0.0, x, not_a_number));
  return select((x > -1.0) & (x < infinity) & (x != 0.0), inside, outside);
}

}  // namespace tyche::TYCHE_LEVEL
