// Polynomials in lanes, by Estrin's scheme: short chains of dependent operations.
#pragma once
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {

template <int First, int Count, int Size, int W>
TYCHE_INLINE Lanes<double, W> polynomial_part(const double (&c)[Size],
                                              const Lanes<double, W>* powers) {
  if constexpr (Count == 1) {
    return c[First];
  } else {
    constexpr int log_half = 31 - __builtin_clz(unsigned(Count - 1));
    constexpr int half = 1 << log_half;
    const auto low = polynomial_part<First, half, Size, W>(c, powers);
    const auto high = polynomial_part<First + half, Count - half, Size, W>(c, powers);
    return fma(high, powers[log_half], low);
  }
}

/// c[0] + c[1] x + ... + c[Size - 1] x^(Size - 1), Size at least 2.
template <int W, int Size>
TYCHE_INLINE Lanes<double, W> polynomial(Lanes<double, W> x, const double (&c)[Size]) {
  constexpr int count = 32 - __builtin_clz(unsigned(Size - 1));
  Lanes<double, W> powers[count];
  powers[0] = x;
  for (int k = 1; k < count; ++k) powers[k] = powers[k - 1] * powers[k - 1];
  return polynomial_part<0, Size, Size, W>(c, powers);
}

}  // namespace tyche::TYCHE_LEVEL
