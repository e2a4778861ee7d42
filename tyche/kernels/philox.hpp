// Philox4x32-10, a counter-based generator, over lanes: each lane its own counter and key.
// Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
#pragma once
#include "tyche/kernels/lanes.hpp"
#include "tyche/kernels/purpose.hpp"

namespace tyche::TYCHE_LEVEL {

/// Four 32-bit words a lane, each in a 64-bit element whose high half is 0.
template <int W>
struct PhiloxWords {
  Lanes<u64, W> w[4];

  /// Words 2k and 2k + 1 as one 64-bit number, the first in the low half.
  TYCHE_INLINE Lanes<u64, W> pair(int k) const { return w[2 * k] | (w[2 * k + 1] << 32); }
};

/// The key words of the ten rounds, for callers that draw many blocks under one key.
struct PhiloxKeys {
  u64 word[2][10];

  explicit PhiloxKeys(u64 key) {
    const u32 step[2] = {0x9E3779B9u, 0xBB67AE85u};
    for (int k = 0; k < 2; ++k) {
      u32 at = u32(key >> (32 * k));
      for (u64& w : word[k]) {
        w = at;
        at += step[k];
      }
    }
  }
};

/// One of the ten rounds.
template <int W>
TYCHE_INLINE void philox_round(PhiloxWords<W>& x, Lanes<u64, W> k0, Lanes<u64, W> k1) {
  using L = Lanes<u64, W>;
  constexpr u64 low_half = 0xffffffffu;
  // The masks cost nothing: they tell the compiler that a 32-bit multiplication will do.
  const L a = (x.w[0] & L(low_half)) * L(0xD2511F53u), b = (x.w[2] & L(low_half)) * L(0xCD9E8D57u);
  x.w[0] = (b >> 32) ^ x.w[1] ^ k0;
  x.w[1] = b & L(low_half);
  x.w[2] = (a >> 32) ^ x.w[3] ^ k1;
  x.w[3] = a & L(low_half);
}

template <int W>
TYCHE_INLINE PhiloxWords<W> philox(const PhiloxKeys& keys, PhiloxWords<W> counter) {
  using L = Lanes<u64, W>;
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; ++round) {
    philox_round(counter, L(keys.word[0][round]), L(keys.word[1][round]));
  }
  return counter;
}

/// The block of a counter under a 64-bit key (its low half is the first key word).
template <int W>
TYCHE_INLINE PhiloxWords<W> philox(Lanes<u64, W> key, PhiloxWords<W> counter) {
  using L = Lanes<u64, W>;
  constexpr u64 low_half = 0xffffffffu;
  L k0 = key & L(low_half), k1 = key >> 32;
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; ++round) {
    philox_round(counter, k0, k1);
    k0 = (k0 + L(0x9E3779B9u)) & L(low_half);
    k1 = (k1 + L(0xBB67AE85u)) & L(low_half);
  }
  return counter;
}

/// Where a random number stands: index | purpose and substream | iteration | chain. The index
/// counts blocks within an iteration; `iteration` is also time or sweep, `chain` also a particle or
/// a replication. Every field but the purpose (8 bits) and the substream (24) has 32 bits.
template <int W>
TYCHE_INLINE PhiloxWords<W> counter(Lanes<u64, W> index, unsigned purpose, unsigned substream,
                                    Lanes<u64, W> iteration, Lanes<u64, W> chain) {
  const u64 second = (u64(purpose) << 24) | u64(substream);
  return {{index, Lanes<u64, W>(second), iteration, chain}};
}

/// A child key: for what needs more counters than four words hold (a particle's own filter).
template <int W>
TYCHE_INLINE Lanes<u64, W> derive(Lanes<u64, W> key, unsigned purpose, Lanes<u64, W> id) {
  const PhiloxWords<W> at = counter(id & Lanes<u64, W>(0xffffffffu), purpose::derive, purpose,
                                    id >> 32, Lanes<u64, W>(0));
  return philox(key, at).pair(0);
}

}  // namespace tyche::TYCHE_LEVEL
