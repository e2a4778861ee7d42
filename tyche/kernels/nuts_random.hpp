// The random numbers of NUTS, keyed by chain, iteration and leaf: momenta,
// uniforms for the choice of a leaf, directions.
#pragma once
#include "tyche/kernels/leapfrog.hpp"
#include "tyche/kernels/purpose.hpp"
#include "tyche/kernels/random.hpp"

namespace tyche::TYCHE_LEVEL {

/// Which of a chain's momenta: 0 opens a draw, n > 0 is trial n of the search for a step size.
enum class Opening : u32 { draw = 0 };

/// A pair of normals from 64 bits: the high 40 for the radius, the low 24 for the angle. (The angles
/// are evenly spaced, so that their trigonometric moments are exact; the radius ends at 7.5.)
template <int W>
TYCHE_INLINE NormalPair<W> momenta_of(Lanes<u64, W> bits) {
  using U = Lanes<u64, W>;
  return normal_pair((bits & U(~u64(0xffffff))) | U(0x800000u), (bits << 40) | U(u64(1) << 39));
}

/// The bits of momenta 4k to 4k + 3: two pairs.
template <int W>
TYCHE_INLINE PhiloxWords<W> momentum_bits(u64 seed, Lanes<u64, W> chain, Lanes<u64, W> iteration,
                                          Lanes<u64, W> k, Opening opening) {
  return philox(Lanes<u64, W>(seed),
                counter(k, purpose::momentum, u32(opening), iteration, chain));
}

/// The momenta of W chains: put(i, value) for i = 0 .. dimension - 1.
template <int W, class Put>
TYCHE_INLINE void draw_momenta(int dimension, u64 seed, Lanes<u64, W> chain,
                               Lanes<u64, W> iteration, Opening opening, Put put) {
  for (int i = 0; i < dimension; i += 4) {
    const auto bits = momentum_bits(seed, chain, iteration, Lanes<u64, W>(u64(i / 4)), opening);
    for (int half = 0; half < 2 && i + 2 * half < dimension; ++half) {
      const auto pair = momenta_of(half == 0 ? bits.pair(0) : bits.pair(1));
      put(i + 2 * half, pair.first);
      if (i + 2 * half + 1 < dimension) put(i + 2 * half + 1, pair.second);
    }
  }
}

/// 128 bits for leaves 2k and 2k + 1 of a trajectory, none used twice: the high 42 of each half for
/// the choice within a subtree; 43 for the choice at the outer merge after the odd leaf; the last
/// for the direction after that. Leaf 0 makes no choice: its top bit is the first direction.
template <int W>
struct LeafBits {
  Lanes<u64, W> even, odd;

  TYCHE_INLINE static Lanes<double, W> centred(Lanes<u64, W> mantissa) {
    return bit_cast<double>(mantissa | Lanes<u64, W>(0x3ff0000000000000u)) - 1.0;
  }
  TYCHE_INLINE static Lanes<double, W> within(Lanes<u64, W> half) {
    return centred(((half >> 22) << 10) | Lanes<u64, W>(0x200u));
  }
  TYCHE_INLINE Lanes<double, W> merge() const {
    using U = Lanes<u64, W>;
    const U high = even & U(0x3fffffu), low = (odd >> 1) & U(0x1fffffu);
    return centred((high << 30) | (low << 9) | U(0x100u));
  }
  TYCHE_INLINE Mask<u64, W> forward() const { return (odd & Lanes<u64, W>(1)) != Lanes<u64, W>(0); }
  TYCHE_INLINE Mask<u64, W> first_forward() const { return (even >> 63) != Lanes<u64, W>(0); }
};

template <int W>
TYCHE_INLINE LeafBits<W> leaf_bits(u64 seed, Lanes<u64, W> chain, Lanes<u64, W> iteration,
                                   Lanes<u64, W> half_leaf) {
  const auto bits = philox(Lanes<u64, W>(seed),
                           counter(half_leaf, purpose::trajectory, 0, iteration, chain));
  return {bits.pair(0), bits.pair(1)};
}

}  // namespace tyche::TYCHE_LEVEL
