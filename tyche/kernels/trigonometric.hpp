// Sine and cosine of a lane in radians, to 4 ulp for every finite argument.
#pragma once
#include "tyche/kernels/half_turn.hpp"
#include "tyche/kernels/log.hpp"
#include "tyche/kernels/product.hpp"

namespace tyche::TYCHE_LEVEL {

/// x = quarters pi / 2 + r with |r| <= pi / 4; only the low two bits of `quarters` count.
template <int W>
struct AngleReduction {
  Lanes<double, W> r;
  Lanes<u64, W> quarters;
};

/// For 2^20 <= |x| < infinity: the fraction of x 2 / pi from the 192 bits of 2 / pi that matter
/// (Payne and Hanek 1983). Of a double's 1024 exponents some need bits as far out as 1,160.
[[gnu::noinline]] inline AngleReduction<1> reduce_huge_angle(double x) {
  using u128 = unsigned __int128;
  constexpr u64 two_over_pi[20] = {0,  // the bits before the point
                                   0xa2f9836e4e441529u,
                                   0xfc2757d1f534ddc0u,
                                   0xdb6295993c439041u,
                                   0xfe5163abdebbc561u,
                                   0xb7246e3a424dd2e0u,
                                   0x06492eea09d1921cu,
                                   0xfe1deb1cb129a73eu,
                                   0xe88235f52ebb4484u,
                                   0xe99c7026b45f7e41u,
                                   0x3991d639835339f4u,
                                   0x9c845f8bbdf9283bu,
                                   0x1ff897ffde05980fu,
                                   0xef2f118b5a0a6d1fu,
                                   0x6d367ecf27cb09b7u,
                                   0x4f463f669e5fea2du,
                                   0x7527bac7ebe5f17bu,
                                   0x3d0739f78a5292eau,
                                   0x6bfb5fb11f8d5d08u,
                                   0x56033046fc7b6babu};
  const u64 bits = __builtin_bit_cast(u64, x);
  const u64 significand = (bits & 0xfffffffffffffu) | 0x10000000000000u;
  // The window starts where significand * bit is worth 2: more is a multiple of four quarters.
  const u64 start = ((bits >> 52) & 0x7ff) - 1075 + 62;
  const u64 first = start >> 6, shift = start & 63;
  u64 window[3];
  for (u64 k = 0; k < 3; ++k) {
    const u128 two =
        u128(two_over_pi[first + k]) << 64 | (first + k + 1 < 20 ? two_over_pi[first + k + 1] : 0);
    window[k] = u64(two >> (64 - shift));
  }
  const u128 low = u128(significand) * window[2];
  const u128 middle = u128(significand) * window[1] + u64(low >> 64);
  const u64 high = significand * window[0] + u64(middle >> 64);
  const u128 turns = u128(high) << 64 | u64(middle);  // in units of 2^-126 quarters, modulo 4
  const u128 fraction = turns << 2;
  const bool up = (fraction >> 127) != 0;
  u64 quarters = (high >> 62) + (up ? 1 : 0);
  u128 size = up ? -fraction : fraction;
  const u64 top = u64(size >> 64);
  const u64 zeros = top != 0 ? u64(__builtin_clzl(top)) : 64;
  size <<= zeros;
  const double scale = __builtin_bit_cast(double, (1023 - 63 - zeros) << 52);
  double r = double(i64(u64(size >> 65))) * scale * 0x1.921fb54442d18p+0;
  const bool negative = (bits >> 63) != 0;
  if (up != negative) r = -r;
  if (negative) quarters = -quarters;
  return {r, quarters};
}

template <int W>
TYCHE_INLINE AngleReduction<W> reduce_angle(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const auto huge = !(abs(x) <= 0x1p20);
  const L within = select(huge, L(0.0), x);
  const auto k = round_small(within * 0x1.45f306dc9c883p-1);
  // pi / 2 in parts of 33 bits: their products with |k| < 2^20 are exact.
  const L a = fma(k.value, -0x1.921fb544p+0, within);
  const auto b = sum(a, k.value * -0x1.0b4611a6p-34);
  const auto c = sum(b.high, k.value * -0x1.3198a2ep-69);
  AngleReduction<W> out = {c.high + fma(k.value, -0x1.b839a252049c1p-104, b.low + c.low), k.bits};
  if (any(huge)) {
    for (int lane = 0; lane < W; ++lane) {
      if (!huge[lane]) continue;
      const double one = x[lane];
      const bool finite = one - one == 0.0;
      const auto reduced = reduce_huge_angle(finite ? one : 0x1p20);
      out.r.set(lane, finite ? reduced.r[0] : not_a_number);
      out.quarters.set(lane, reduced.quarters[0]);
    }
  }
  return out;
}

/// For |r| <= pi / 4: minimax, 2^-58.
template <int W>
TYCHE_INLINE SineCosine<W> sine_cosine_eighth(Lanes<double, W> r) {
  const auto z = r * r;
  const auto sine =
      fma(r * z,
          polynomial(z, {-0x1.5555555555548p-3, 0x1.111111110f7c8p-7, -0x1.a01a019bfcf10p-13,
                         0x1.71de3566f580ap-19, -0x1.ae5e59e1c026cp-26, 0x1.5d8f9df86f057p-33}),
          r);
  const auto cosine =
      1.0 - (0.5 * z - z * z *
                           polynomial(z, {0x1.555555555554bp-5, -0x1.6c16c16c14f7ap-10,
                                          0x1.a01a019c823fbp-16, -0x1.27e4f7e95eb0ap-22,
                                          0x1.1ee9d6cd1f6a6p-29, -0x1.8fa42697bfdc5p-37}));
  return {sine, cosine};
}

template <int W>
TYCHE_INLINE Lanes<double, W> sin(Lanes<double, W> x) {
  const auto reduced = reduce_angle(x);
  return select(x == 0.0, x, turn(sine_cosine_eighth(reduced.r), reduced.quarters).sine);
}

template <int W>
TYCHE_INLINE Lanes<double, W> cos(Lanes<double, W> x) {
  const auto reduced = reduce_angle(x);
  return turn(sine_cosine_eighth(reduced.r), reduced.quarters).cosine;
}

}  // namespace tyche::TYCHE_LEVEL
