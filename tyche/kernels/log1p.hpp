// log(1 + x) of a lane and its slope, to 4 ulp.
#pragma once
#include "tyche/kernels/intrinsics.hpp"
#include "tyche/kernels/log.hpp"
#include "tyche/kernels/product.hpp"

namespace tyche::TYCHE_LEVEL {

/// Near 1 / m at the middle of [1 + (2 j - 19) / 64, 1 + (2 j - 17) / 64) for j < 9, of the same
/// with the steps doubled above 1; 1 around 1. Of 26 bits, and with logarithms that are near
/// numbers.
inline constexpr double inverse_table[16] = {
    0x1.64253380p+0, 0x1.55534200p+0, 0x1.47af1200p+0, 0x1.3b11b080p+0,
    0x1.2f6fc500p+0, 0x1.248a9400p+0, 0x1.1a860280p+0, 0x1.1110fd00p+0,
    0x1.083ab180p+0, 0x1.00000000p+0, 0x1.e1d6b500p-1, 0x1.c7254b00p-1,
    0x1.af151600p-1, 0x1.99968d00p-1, 0x1.862bda00p-1, 0x1.745ed100p-1};
/// Their logarithms.
inline constexpr double inverse_log_table[16] = {0x1.5215d44c2abd7p-2,  0x1.268fe70e750fap-2,
                                                 0x1.f997f748d645dp-3,  0x1.a931cefe15d95p-3,
                                                 0x1.5c2677d63c5efp-3,  0x1.1142f36c8c0cbp-3,
                                                 0x1.93cd074bc7e2ap-4,  0x1.08585e59d8912p-4,
                                                 0x1.033153ee8962p-5,   0x0p+0,
                                                 -0x1.f16109351133p-5,  -0x1.e220d4a8dcab1p-4,
                                                 -0x1.604ee099b7a71p-3, -0x1.c90ebb8830ccap-3,
                                                 -0x1.1642afc138178p-2, -0x1.4613fd64966e2p-2};

/// 1 + x = 2^k m, m in [0.703125, 1.40625), and c of the table near 1 / m. r = c 2^-k (1 + x) - 1
/// is formed from x itself and loses nothing to the rounding of 1 + x; |r| < 1/32.
template <int W>
struct Log1pReduction {
  Lanes<double, W> k, c, log_c, r;
  Lanes<i64, W> exponent;  // k 2^52
};

/// For -1 < x < infinity.
template <int W>
TYCHE_INLINE Log1pReduction<W> reduce_log1p(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  using I = Lanes<i64, W>;
  const auto bits = bit_cast<i64>(1.0 + x) - I(0x3fe6800000000000);  // of 0.703125
  const auto exponent = bits & I(i64(0xfff0000000000000u));
  const auto index = bit_cast<u64>(bits >> 48);
  const L c = lookup(inverse_table, index);
  // -2^-k, or 0 where that is subnormal and nothing beside c 2^-k x.
  const L minus_one = min(L(-0.0), bit_cast<double>(I(i64(0xbff0000000000000u)) - exponent));
  const L scaled_x = bit_cast<double>(bit_cast<i64>(x) - exponent);
  const L r = fma_short(c, scaled_x, -fma(c, minus_one, L(1.0)));
  return {convert<double>(bits >> 52), c, lookup(inverse_log_table, index), r, exponent};
}

/// log(1 + x) = k log 2 - log c + log(1 + r) for -1 < x < infinity.
template <int W>
TYCHE_INLINE Lanes<double, W> log1p_inside(Lanes<double, W> x) {
  const auto [k, c, log_c, r, exponent] = reduce_log1p(x);
  // (log(1 + r) - r) / r^2: minimax, log(1 + r) to 2^-56.
  const auto tail = polynomial(
      r, {-0x1.fffffffffffd8p-2, 0x1.55555555559fp-2, -0x1.0000000095a1bp-2, 0x1.99999988d1871p-3,
          -0x1.555542e9b17f3p-3, 0x1.2492cefcbc3b6p-3, -0x1.006a8992e8f52p-3, 0x1.c4e9a9f73131p-4});
  // Signs such that x = -0.0 stays as it is.
  return fma(tail, r * r, r) - fma(k, -0x1.62e42fefa39efp-1, log_c);
}

template <int W>
TYCHE_INLINE Lanes<double, W> log1p(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const auto above = x > -1.0;
  const L outside = select(x == -1.0, L(-infinity), select(above, x, L(not_a_number)));
  return select(above & (x < infinity), log1p_inside(x), outside);
}

/// 1 / (1 + x), to 4 ulp, of the reduction that log1p makes and without a division: c 2^-k / (1 +
/// r). NaN below -1.
template <int W>
TYCHE_INLINE Lanes<double, W> inv1p(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const auto reduced = reduce_log1p(x);
  const L r = reduced.r;
  // (1 - r) (1 + r^2) (1 + r^4) (1 + r^8), of which an eighth, as 2^-k may be subnormal.
  const L r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  L quotient = fma(r, -0.125, 0.125);
  quotient = fma(quotient, r2, quotient);
  quotient = fma(quotient, r4, quotient);
  quotient = fma(quotient, r8, quotient);
  const auto eight = bit_cast<double>(Lanes<i64, W>(0x4020000000000000) - reduced.exponent);
  const auto above = x > -1.0;
  const L outside = select(x == -1.0, L(infinity), select(above, L(0.0), L(not_a_number)));
  return select(above & (x < infinity), reduced.c * eight * quotient, outside);
}

}  // namespace tyche::TYCHE_LEVEL
