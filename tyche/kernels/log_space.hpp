// Sums and differences of probabilities known by their logarithms or their odds, to 4 ulp.
#pragma once
#include "tyche/kernels/expm1.hpp"
#include "tyche/kernels/log1p.hpp"
#include "tyche/kernels/product.hpp"

namespace tyche::TYCHE_LEVEL {

/// 1 / (1 + exp(-x)).
template <int W>
TYCHE_INLINE Lanes<double, W> inv_logit(Lanes<double, W> x) {
  const auto e = exp(-abs(x));
  return select(x < 0.0, e, Lanes<double, W>(1.0)) / (1.0 + e);
}

/// Below this, log(1 + e) = e and log(1 - e) = -e; their squares would underflow, slowly.
inline constexpr double negligible = 0x1p-60;

/// log(1 + e) for 0 <= e <= 1, of no meaning elsewhere: e + e^2 Q(e) with Q minimax, 2^-56, which
/// costs less than to reduce e and divide. The square of the smallest e is left out: it would
/// underflow, slowly.
template <int W>
TYCHE_INLINE Lanes<double, W> log1p_unit(Lanes<double, W> e) {
  const auto x = max(e, Lanes<double, W>(negligible));
  const auto q =
      polynomial(x, {-0x1.fffffffffff9fp-2,  0x1.5555555551048p-2,  -0x1.fffffffdd47f8p-3,
                     0x1.99999951f8b06p-3,   -0x1.55554fbe49fb9p-3, 0x1.2491fed8c159ep-3,
                     -0x1.fffa8bbe31ae3p-4,  0x1.c6f6a7c77f579p-4,  -0x1.98d2948463146p-4,
                     0x1.712dee0a9de35p-4,   -0x1.4b020a59aaf21p-4, 0x1.202dc331c7428p-4,
                     -0x1.d710bdc813157p-5,  0x1.5a88708e793a3p-5,  -0x1.b6311c8b5a63cp-6,
                     0x1.c57cff37f494ap-7,   -0x1.6b4c54e6287d9p-8, 0x1.a2590af410563p-10,
                     -0x1.31f648c045a7bp-12, 0x1.a9026f46625cbp-16});
  return fma(e, x * q, e);
}

/// log(1 + exp(x)).
template <int W>
TYCHE_INLINE Lanes<double, W> log1p_exp(Lanes<double, W> x) {
  return max(x, Lanes<double, W>(0.0)) + log1p_unit(exp(-abs(x)));
}

/// log(exp(a) + exp(b)), to 4 ulp of itself or of the larger argument, whichever is larger.
template <int W>
TYCHE_INLINE Lanes<double, W> log_sum_exp(Lanes<double, W> a, Lanes<double, W> b) {
  using L = Lanes<double, W>;
  const auto rising = a < b;
  const L high = select(rising, b, a), low = select(rising, a, b);
  const auto difference = sum(low, -high);
  // What the difference's rounding drops is worth up to 500 ulp of the smaller term.
  const auto within = difference.high >= -746.0;
  const L e =
      exp_of_sum(max(L(-746.0), difference.high), select(within, difference.low, L(0.0)), L(1.0));
  return select(a == b, a + 0x1.62e42fefa39efp-1, high + log1p_unit(e));
}

/// log(1 - exp(x)) for x <= 0; NaN above. Through expm1 where exp(x) > 1/2 (Maechler 2012).
template <int W>
TYCHE_INLINE Lanes<double, W> log1m_exp(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const auto reduced = reduce_exp(max(L(-746.0), x));
  const L rest = fma(exp_tail(reduced.r), reduced.r * reduced.r, reduced.r);
  const L e = scale_exp(rest + 1.0, reduced.shift);
  const auto near = x > -0.6931471805599453;
  const L y = select(near, select(x > -0x1p-54, -x, -finish_expm1(reduced, rest)), 1.0 - e);
  const auto small = y < 0x1p-1022;
  auto log_reduced =
      reduce_log(select(small, y * 0x1p54, y), select(small, L(1023.0 + 54.0), L(1023.0)));
  // Beyond `near`, y >= 1/2: its binary exponent is -1 or 0 and the rounding of 1 - e matters.
  const L scale = bit_cast<double>((Lanes<u64, W>(2046) - log_reduced.exponent) << 52);
  log_reduced.f += select(near, L(0.0), ((1.0 - y) - max(L(negligible), e)) * scale);
  const L below = select(e < negligible, -e, finish_log(log_reduced));
  return select(x < 0.0, below, select(x == 0.0, L(-infinity), L(not_a_number)));
}

}  // namespace tyche::TYCHE_LEVEL
