// The random numbers of trajectories, keyed by chain, iteration and leaf: momenta,
// uniforms for the choice of a leaf, directions.
#pragma once
#include "tyche/kernels/leapfrog.hpp"
#include "tyche/kernels/purpose.hpp"
#include "tyche/kernels/random.hpp"

namespace tyche::TYCHE_LEVEL {

/// Which of a chain's momenta: 0 opens a draw, n > 0 is trial n of the search for a step size.
enum class Opening : u32 { draw = 0 };

/// A pair of normals from 64 bits: the high 40 for the radius, the low 24 for the angle. (The
/// angles are evenly spaced, so that their trigonometric moments are exact; the radius ends
/// at 7.5.)
template <int W>
TYCHE_INLINE NormalPair<W> momenta_of(Lanes<u64, W> bits) {
  using U = Lanes<u64, W>;
  return normal_pair((bits & U(~u64(0xffffff))) | U(0x800000u), (bits << 40) | U(u64(1) << 39));
}

/// The bits of momenta 4k to 4k + 3: two pairs.
template <int W>
TYCHE_INLINE PhiloxWords<W> momentum_bits(const PhiloxKeys& keys, Lanes<u64, W> chain,
                                          Lanes<u64, W> iteration, Lanes<u64, W> k,
                                          Opening opening) {
  return philox(keys, counter(k, purpose::momentum, u32(opening), iteration, chain));
}

/// Two vectors as one twice as wide: two chains of dependent operations in the place of one.
template <class T, int W>
TYCHE_INLINE Lanes<T, 2 * W> beside(Lanes<T, W> a, Lanes<T, W> b) {
  struct Both {
    typename Lanes<T, W>::Vector a, b;
  };
  return Lanes<T, 2 * W>(__builtin_bit_cast(typename Lanes<T, 2 * W>::Vector, (Both{a.v, b.v})));
}
template <class T, int W>
TYCHE_INLINE Lanes<T, W / 2> half_of(Lanes<T, W> x, int which) {
  struct Both {
    typename Lanes<T, W / 2>::Vector half[2];
  };
  return Lanes<T, W / 2>(__builtin_bit_cast(Both, x.v).half[which]);
}

/// The momenta of W chains: put(i, value) for i = 0 .. dimension - 1.
template <int W, class Put>
TYCHE_INLINE void draw_momenta(int dimension, const PhiloxKeys& keys, Lanes<u64, W> chain,
                               Lanes<u64, W> iteration, Opening opening, Put put) {
  using U = Lanes<u64, W>;
  const auto chain_twice = beside(chain, chain), iteration_twice = beside(iteration, iteration);
  int i = 0;
  for (; i + 4 < dimension; i += 8) {
    const U k = u64(i / 4);
    const auto bits =
        momentum_bits(keys, chain_twice, iteration_twice, beside(k, k + U(1)), opening);
    for (int j = i; j < i + 4; j += 2) {
      const auto pair = momenta_of(bits.pair((j - i) / 2));
      put(j, half_of(pair.first, 0));
      put(j + 1, half_of(pair.second, 0));
      if (j + 4 < dimension) put(j + 4, half_of(pair.first, 1));
      if (j + 5 < dimension) put(j + 5, half_of(pair.second, 1));
    }
  }
  if (i >= dimension) return;
  const auto bits = momentum_bits(keys, chain, iteration, U(u64(i / 4)), opening);
  const auto pair = momenta_of(beside(bits.pair(0), bits.pair(1)));
  put(i, half_of(pair.first, 0));
  if (i + 1 < dimension) put(i + 1, half_of(pair.second, 0));
  if (i + 2 < dimension) put(i + 2, half_of(pair.first, 1));
  if (i + 3 < dimension) put(i + 3, half_of(pair.second, 1));
}

/// Momenta 16 k to 16 k + 15 from eight pairs.
TYCHE_INLINE void store_pairs(NormalPair<8> pair, int left, double* to) {
  using D = Lanes<double, 8>;
  const D a(__builtin_shufflevector(pair.first.v, pair.second.v, 0, 8, 1, 9, 2, 10, 3, 11));
  const D b(__builtin_shufflevector(pair.first.v, pair.second.v, 4, 12, 5, 13, 6, 14, 7, 15));
  const D index(D::Vector{0, 1, 2, 3, 4, 5, 6, 7});
  select(index < D(double(left)), a, D(0.0)).store(to);
  if (left > 8) select(index < D(double(left - 8)), b, D(0.0)).store(to + 8);
}

TYCHE_INLINE Lanes<u64, 8> count_from(u64 first) {
  return Lanes<u64, 8>(Lanes<u64, 8>::Vector{0, 1, 2, 3, 4, 5, 6, 7}) + Lanes<u64, 8>(first);
}

/// The momenta that open a draw of one chain, and zeros up to a multiple of eight.
TYCHE_INLINE void draw_momenta_alone(int dimension, const PhiloxKeys& keys, u64 chain,
                                     u64 iteration, double* p) {
  using U = Lanes<u64, 8>;
  for (int i = 0; i < dimension; i += 32) {
    const auto bits =
        momentum_bits(keys, U(chain), U(iteration), count_from(u64(i / 4)), Opening::draw);
    const U a = bits.pair(0), b = bits.pair(1);
    const int left = dimension - i;
    const U low(__builtin_shufflevector(a.v, b.v, 0, 8, 1, 9, 2, 10, 3, 11));
    store_pairs(momenta_of(low), left, p + i);
    if (left <= 16) break;
    const U high(__builtin_shufflevector(a.v, b.v, 4, 12, 5, 13, 6, 14, 7, 15));
    store_pairs(momenta_of(high), left - 16, p + i + 16);
  }
}

/// The momenta that open the draws of the lanes of `mask`; p is [dimension][W].
template <int W>
TYCHE_INLINE void open_momenta(int dimension, const PhiloxKeys& keys, Lanes<u64, W> chain,
                               Lanes<u64, W> iteration, Mask<double, W> mask,
                               double* __restrict p) {
  using D = Lanes<double, W>;
  if constexpr (W == 1) {
    if (mask[0]) draw_momenta_alone(dimension, keys, chain[0], iteration[0], p);
  } else {
    draw_momenta(dimension, keys, chain, iteration, Opening::draw,
                 [&](int i, D value) { select(mask, value, D::load(p + i * W)).store(p + i * W); });
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
TYCHE_INLINE LeafBits<W> leaf_bits(const PhiloxKeys& keys, Lanes<u64, W> chain,
                                   Lanes<u64, W> iteration, Lanes<u64, W> half_leaf) {
  const auto bits = philox(keys, counter(half_leaf, purpose::trajectory, 0, iteration, chain));
  return {bits.pair(0), bits.pair(1)};
}

}  // namespace tyche::TYCHE_LEVEL
