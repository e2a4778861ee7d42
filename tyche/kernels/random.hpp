// Random bits to random numbers: uniform, normal, exponential.
#pragma once
#include "tyche/kernels/half_turn.hpp"
#include "tyche/kernels/log.hpp"
#include "tyche/kernels/normal_quantile.hpp"
#include "tyche/kernels/philox.hpp"

namespace tyche::TYCHE_LEVEL {

/// (k + 1/2) 2^-52, k the high 52 bits: never 0 or 1, and as often u as 1 - u.
template <int W>
TYCHE_INLINE Lanes<double, W> uniform(Lanes<u64, W> bits) {
  const auto above_one = bit_cast<double>((bits >> 12) | Lanes<u64, W>(0x3ff0000000000000u));
  return above_one - (1.0 - 0x1p-53);
}

/// By the inverse cdf: one number an argument, increasing in it.
template <int W>
TYCHE_INLINE Lanes<double, W> normal(Lanes<u64, W> bits) {
  return normal_quantile_normal_range(uniform(bits));
}

template <int W>
struct NormalPair {
  Lanes<double, W> first, second;
};

/// Two independent normals from two numbers' bits, cheaper than two inverse cdfs (Box and Muller
/// 1958); not monotone in either.
template <int W>
TYCHE_INLINE NormalPair<W> normal_pair(Lanes<u64, W> radius_bits, Lanes<u64, W> angle_bits) {
  const auto radius = sqrt(-2.0 * log_normal_range(uniform(radius_bits)));
  const auto [sine, cosine] = sine_cosine_quarters(4.0 * uniform(angle_bits));
  return {radius * cosine, radius * sine};
}

/// Mean 1.
template <int W>
TYCHE_INLINE Lanes<double, W> exponential(Lanes<u64, W> bits) {
  return -log_normal_range(uniform(bits));
}

}  // namespace tyche::TYCHE_LEVEL
