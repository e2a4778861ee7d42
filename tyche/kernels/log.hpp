// The natural logarithm of a lane, to 2 ulp.
#pragma once
#include "tyche/kernels/polynomial.hpp"

namespace tyche::TYCHE_LEVEL {

/// log 2 in two parts; the first has 41 bits, so that its product with an exponent is exact.
inline constexpr double log2_high = 0x1.62e42fefa3p-1;
inline constexpr double log2_low = 0x1.3de6af278ece6p-42;

inline constexpr double infinity = __builtin_inf();
inline constexpr double not_a_number = __builtin_nan("");

/// x = 2^k (1 + f) with f in [sqrt(1/2) - 1, sqrt(2) - 1], x positive and normal. f is exact.
template <int W>
struct LogReduction {
  Lanes<double, W> k, f;
  Lanes<u64, W> exponent;  // k + 1023 before any offset
};

template <int W>
TYCHE_INLINE LogReduction<W> reduce_log(Lanes<double, W> x, Lanes<double, W> k_offset) {
  constexpr u64 root_half = 0x3fe6a09e667f3bcdu;
  const auto bits = bit_cast<u64>(x) + Lanes<u64, W>(0x3ff0000000000000u - root_half);
  // A whole number in the low bits of 2^52 is that number added to 2^52.
  const auto exponent = bits >> 52;
  const auto k =
      bit_cast<double>(exponent | Lanes<u64, W>(0x4330000000000000u)) - (k_offset + 0x1p52);
  const auto m =
      bit_cast<double>((bits & Lanes<u64, W>(0x000fffffffffffffu)) + Lanes<u64, W>(root_half));
  return {k, m - 1.0, exponent};
}

/// (log(1 + f) - f + f^2 / 2) = s (f^2 / 2 + R(s^2)) with s = f / (2 + f): here R, minimax, 2^-58.
template <int W>
TYCHE_INLINE Lanes<double, W> log_tail(Lanes<double, W> s) {
  const auto z = s * s;
  return z * polynomial(z, {0x1.5555555555593p-1, 0x1.999999997f9fap-2, 0x1.249249422a1d1p-2,
                            0x1.c71c51d7f4df6p-3, 0x1.746649a73a08ep-3, 0x1.39a0966a4d93ep-3,
                            0x1.2f11767c60897p-3});
}

template <int W>
TYCHE_INLINE Lanes<double, W> finish_log(LogReduction<W> x) {
  const auto k = x.k, f = x.f;
  const auto half_square = 0.5 * f * f;
  const auto s = f / (2.0 + f);
  const auto tail = fma(s, half_square + log_tail(s), k * log2_low);
  return fma(k, log2_high, f - (half_square - tail));
}

/// For positive, normal, finite x only.
template <int W>
TYCHE_INLINE Lanes<double, W> log_normal_range(Lanes<double, W> x) {
  return finish_log(reduce_log(x, Lanes<double, W>(1023.0)));
}

template <int W>
TYCHE_INLINE Lanes<double, W> log(Lanes<double, W> x) {
  using L = Lanes<double, W>;
  const auto small = x < 0x1p-1022;
  const L scaled = select(small, x * 0x1p54, x);
  const L inside = finish_log(reduce_log(scaled, select(small, L(1023.0 + 54.0), L(1023.0))));
  const L outside = select(x == 0.0, L(-infinity), select(x > 0.0, x, L(not_a_number)));
  return select((x > 0.0) & (x < infinity), inside, outside);
}

}  // namespace tyche::TYCHE_LEVEL
