// x to the power y in a lane, to 4 ulp.
#pragma once
#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/floor.hpp"
#include "tyche/kernels/log.hpp"
#include "tyche/kernels/product.hpp"

namespace tyche::TYCHE_LEVEL {

/// log(x) to 2^-64 relative for positive finite x: 2 atanh(f / (2 + f)), its first two terms
/// carried in two parts.
template <int W>
TYCHE_INLINE Pair<W> log_pair(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const auto small = x < 0x1p-1022;
  const auto reduced =
      reduce_log(select(small, x * 0x1p54, x), select(small, L(1023.0 + 54.0), L(1023.0)));
  const L k = reduced.k, f = reduced.f;

  const auto divisor = sum_ordered(L(2.0), f);
  const L inverse = 1.0 / divisor.high;
  const L s = f * inverse;
  const auto back = product(s, divisor.high);
  const L s_low = (((f - back.high) - back.low) - s * divisor.low) * inverse;

  auto z = product(s, s);
  z = sum_ordered(z.high, fma(2.0 * s, s_low, z.low));
  const L tail =
      z.high * polynomial(z.high, {0x1.9999999999b35p-2, 0x1.249249245749cp-2, 0x1.c71c722e30a8ap-3,
                                   0x1.745ce99bea957p-3, 0x1.3b1ef94aa0329p-3, 0x1.0f7eac6fd7997p-3,
                                   0x1.0e4e7810056e0p-3});
  auto u = sum_ordered(L(0x1.5555555555555p-1), tail);
  u.low += 0x1.5555555555555p-55;
  auto t = product(z.high, u.high);
  t.low += fma(z.low, u.high, z.high * u.low);
  t = sum_ordered(t.high, t.low);
  auto cubic = product(s, t.high);
  cubic.low += fma(s, t.low, s_low * t.high);

  const auto a = sum_ordered(k * log2_high, 2.0 * s);
  const auto b = sum(a.high, cubic.high);
  const L low = ((a.low + b.low) + cubic.low) + fma(k, log2_low, 2.0 * s_low);
  return sum_ordered(b.high, low);
}

/// x^y for 0 < x < infinity and finite y.
template <int W>
TYCHE_INLINE Lanes<double, W> pow_inside(Lanes<double, W> x, Lanes<double, W> y) {
  using L = Lanes<double, W>;
  const auto l = log_pair(x);
  const L rough = y * l.high;
  const auto exponent = product(y, l.high);
  const L inside = exp_of_sum(exponent.high, fma(y, l.low, exponent.low), L(1.0));
  return select(rough >= 800.0, L(infinity), select(rough <= -800.0, L(0.0), inside));
}

/// As C's pow: 1 to any power and anything to the power 0 are 1, NaN included; a negative base has
/// whole powers only.
template <int W>
TYCHE_INLINE Lanes<double, W> pow(Lanes<double, W> x, Lanes<double, W> y) {
  using L = Lanes<double, W>;
  const L a = abs(x), b = abs(y);
  const auto is_whole = [](L v) { return ((v + 0x1p52) - 0x1p52 == v) | (v >= 0x1p52); };
  const auto odd = is_whole(b) & !is_whole(0.5 * b) & (b < 0x1p53);
  const auto rises = (a > 1.0) ^ (y < 0.0);  // whether the size grows without bound with |y|
  L size = pow_inside(a, y);
  size = select((b == infinity) | (a == infinity) | (a == 0.0), select(rises, L(infinity), L(0.0)),
                size);
  size = select((a == 1.0) & (b == infinity), 1.0, size);
  const L negative = select(odd, -size, size);
  const L of_negative = select(is_whole(b) | (a == infinity) | (a == 0.0), negative, not_a_number);
  const auto has_sign = with_sign(L(1.0), x) < 0.0;
  L out = select(has_sign, of_negative, size);
  out = select((x != x) | (y != y), L(not_a_number), out);
  return select((x == 1.0) | (y == 0.0), 1.0, out);
}

}  // namespace tyche::TYCHE_LEVEL
