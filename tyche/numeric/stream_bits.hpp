// The bits of a stream, for what makes numbers of them at one CPU level.
#pragma once
#include "tyche/kernels/philox.hpp"
#include "tyche/numeric/random.hpp"

namespace tyche::TYCHE_LEVEL {

inline u64 next_bits(Stream& s) {
  const u64 k = s.next++;
  if ((k & 1) != 0) return s.second_half ^ s.flipped;
  const unsigned substream = (s.substream + unsigned(k >> 33)) & 0xffffffu;
  const u64 block = (k >> 1) & 0xffffffffu;
  const auto at = counter<1>(block, s.purpose, substream, u64(s.iteration), u64(s.chain));
  const auto words = philox(Lanes<u64, 1>(s.key), at);
  s.second_half = words.pair(1)[0];
  return words.pair(0)[0] ^ s.flipped;
}

}  // namespace tyche::TYCHE_LEVEL
