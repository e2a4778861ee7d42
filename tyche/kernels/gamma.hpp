// log |Gamma(x)| and its first two derivatives in a lane, to 1e-14 relative; lgamma and digamma to
// 1e-15 absolute near their zeros right of -8 (left of it, to 4 ulp of the terms that cancel).
#pragma once
#include "tyche/kernels/half_turn.hpp"
#include "tyche/kernels/log.hpp"

namespace tyche::TYCHE_LEVEL {

inline constexpr double gamma_far = 6;    // from here on, the asymptotic series
inline constexpr double gamma_left = -8;  // from here to the left, by reflection

/// The step from x to the interval of length 1 around `middle`: up (x, x + 1, ...) or down (x - 1,
/// x - 2, ...) through the factors first, first + 1, ... of which there are `count`. The point
/// reached minus the middle is `rest`, without rounding if the middle is a whole number.
template <int W>
struct GammaShift {
  Lanes<double, W> rest, first, count;
  Mask<double, W> up;
};

template <int W>
TYCHE_INLINE GammaShift<W> gamma_shift(Lanes<double, W> x, double middle) {
  const auto steps = round_small(middle - x).value;
  const auto up = steps > 0.0;
  return {x - (middle - steps), select(up, x, x + steps), abs(steps), up};
}

/// Of pi times what x >= 0 differs from a whole number near it.
template <int W>
TYCHE_INLINE SineCosine<W> sine_cosine_near_whole(Lanes<double, W> x) {
  const auto rest = select(x < 0x1p52, x - round_small(x).value, Lanes<double, W>(0.0));
  return sine_cosine_quarters(2.0 * rest);
}

/// log |Gamma(x)|; infinite at the poles.
template <int W>
TYCHE_INLINE Lanes<double, W> lgamma(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const L a = abs(x);
  const auto left = x <= gamma_left;
  const auto far = (x >= gamma_far) | left;
  const auto shift = gamma_shift(select(far, L(2.0), x), 2.0);
  L factors = 1.0;
  for (L k = 0.0; any(k < shift.count); k += 1.0) {
    factors *= select(k < shift.count, shift.first + k, L(1.0));
  }
  const L logarithm = log(select(far, a, abs(factors)));

  // (lgamma(2 + d)) / d for |d| <= 1/2: minimax, 2^-59.
  const L d = shift.rest;
  const L near =
      fma(d,
          polynomial(d, {0x1.b0ee6072093cep-2, 0x1.4a34cc4a60fa7p-2, -0x1.13e001a557616p-4,
                         0x1.51322ac7d8008p-6, -0x1.e404fc21888efp-8, 0x1.7add6eae55aa2p-9,
                         -0x1.38ac5c3099935p-10, 0x1.0b36af367591cp-11, -0x1.d3fd494596ba4p-13,
                         0x1.a127dc2c3537bp-14, -0x1.78defd4b823dbp-15, 0x1.5806f4a4aa675p-16,
                         -0x1.3ca949d8693ebp-17, 0x1.263eaf5aaa32fp-18, -0x1.131c586820a2dp-19,
                         0x1.ee16fb7796fabp-21, -0x1.c3103f222d199p-22, 0x1.2b0824b6f45e2p-22,
                         -0x1.33a44cffc64c6p-23}),
          select(shift.up, -logarithm, logarithm));

  // Stirling's series; log(2 pi) / 2 - 1/2 stands beside (x - 1/2) (log(x) - 1).
  const L inverse = 1.0 / select(far, a, L(gamma_far));
  const L series = polynomial(
      inverse * inverse,
      {0x1.5555555555555p-4, -0x1.6c16c16c1477bp-9, 0x1.a01a0184759a4p-11, -0x1.3813614b6b73ap-11,
       0x1.b93fa4b07c0d7p-11, -0x1.f3cbe228090acp-10, 0x1.830cb1687c892p-8, -0x1.0e40bb35dd02ap-6});
  L distant = fma(a - 0.5, logarithm - 1.0, fma(inverse, series, 0x1.acfe390c97d69p-2));
  if (any(left)) {
    // Gamma(x) Gamma(-x) = -pi / (x sin(pi x)).
    const L sine = abs(sine_cosine_near_whole(a).sine);
    const L reflected = (0x1.250d048e7a1bdp+0 - logarithm) - log(sine) - distant;
    distant = select(left, select(sine == 0.0, L(infinity), reflected), distant);
  }
  const L out = select(far, distant, near);
  return select(a == infinity, a, out);
}

/// Sum over the factors of a shift of 1 / factor.
template <int W>
TYCHE_INLINE Lanes<double, W> reciprocal_sum(const GammaShift<W>& shift) {
  using L = Lanes<double, W>;
  L top = 0.0, bottom = 1.0;
  for (L k = 0.0; any(k < shift.count); k += 1.0) {
    const auto inside = k < shift.count;
    const L factor = shift.first + k;
    top = select(inside, fma(top, factor, bottom), top);
    bottom = select(inside, bottom * factor, bottom);
  }
  return top / bottom;
}

/// The derivative of lgamma; NaN at the negative whole numbers.
template <int W>
TYCHE_INLINE Lanes<double, W> digamma(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const auto left = x <= gamma_left;
  const auto far = (x >= gamma_far) | left;
  const auto shift = gamma_shift(select(far, L(1.5), x), 1.5);
  const L sum = reciprocal_sum(shift);
  // digamma(3/2 + d) / (3/2 + d - x0) for |d| <= 1/2, x0 its zero, in two parts: minimax, 2^-56.
  const L d = shift.rest;
  const L from_zero = (d + (1.5 - 0x1.762d86356be3fp+0)) - 0x1.b86a722197829p-54;
  const L middle =
      from_zero *
      polynomial(d, {0x1.e6f0cbb873617p-1,   -0x1.b1cb63005ee98p-2,  0x1.eca189b8e6d99p-3,
                     -0x1.2feeeb98a7a41p-3,  0x1.8512e5905da48p-4,   -0x1.fb44202a05fe8p-5,
                     0x1.4de9aa059ad3ep-5,   -0x1.b9f8b124fe2fap-6,  0x1.256475f12cd16p-6,
                     -0x1.8635626b7a861p-7,  0x1.03c006a93a4adp-7,   -0x1.5a06ce12dad17p-8,
                     0x1.cd3e73e0bfab1p-9,   -0x1.336b293c2751ap-9,  0x1.980da07b4e7e6p-10,
                     -0x1.0fce58323c553p-10, 0x1.7b49fbb4f688bp-11,  -0x1.fc398555ddd98p-12,
                     0x1.dc1bcbd1e100ap-13,  -0x1.346b3d70a3699p-13, 0x1.10791dfa882c6p-12,
                     -0x1.72239dc0e7128p-13});
  const L near = middle + select(shift.up, -sum, sum);

  const L y = select(far, select(left, 1.0 - x, x), L(gamma_far));
  const L inverse = 1.0 / y;
  const L w = inverse * inverse;
  const L series =
      polynomial(w, {0x1.555555555553cp-4, -0x1.11111110d6ba1p-7, 0x1.04104049d9db8p-8,
                     -0x1.11108090cb08ap-8, 0x1.f03d7ab59dc43p-8, -0x1.558e3b1b23894p-6,
                     0x1.2d605cbd10ba0p-4, -0x1.b7df79acdd8c3p-3});
  L distant = log(y) - fma(inverse, 0.5, w * series);
  if (any(left)) {
    const auto [sine, cosine] = sine_cosine_near_whole(abs(x));
    distant = select(left, distant + 0x1.921fb54442d18p+1 * cosine / sine, distant);
  }
  const L out = select(far, distant, near);
  const auto pole = (x <= -1.0) & (out - out != 0.0);
  return select(x == 0.0, with_sign(L(infinity), -x), select(pole, not_a_number, out));
}

/// The derivative of digamma; infinite at the poles.
template <int W>
TYCHE_INLINE Lanes<double, W> trigamma(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const auto negative = x < 0.0;
  const L start = select(negative, 1.0 - x, x);
  // Up to gamma_far: sum of 1 / factor^2.
  L y = start, top = 0.0, bottom = 1.0;
  for (auto near = y < gamma_far; any(near); near = y < gamma_far) {
    const L square = y * y;
    top = select(near, fma(top, square, bottom), top);
    bottom = select(near, bottom * square, bottom);
    y = select(near, y + 1.0, y);
  }
  const L inverse = 1.0 / y;
  const L w = inverse * inverse;
  const L series =
      polynomial(w, {0x1.5555555555488p-3, -0x1.1111111021c02p-5, 0x1.86185e8861270p-6,
                     -0x1.110fe712e790cp-5, 0x1.360cb8c72c2b1p-4, -0x1.fdfbd0d05a47ep-3,
                     0x1.009ea4247c712p+0, -0x1.956f6c348de5ep+1});
  L out = top / bottom + fma(w * inverse, series, fma(w, 0.5, inverse));
  if (any(negative)) {
    const L sine = sine_cosine_near_whole(abs(x)).sine;
    out = select(negative, 0x1.3bd3cc9be45dep+3 / (sine * sine) - out, out);
  }
  return out;
}

}  // namespace tyche::TYCHE_LEVEL
