// What the lanes of the random functions compute, for random_test.cpp to compare.
#include "tyche/kernels/random.hpp"

#include "tyche/kernels/random_test.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

template <int W>
Lanes<u64, W> load(const std::uint64_t* from) {
  return Lanes<u64, W>::load(from);
}

void block(const std::uint32_t* counter, std::uint64_t key, std::uint32_t* out) {
  PhiloxWords<4> words;
  for (int k = 0; k < 4; ++k) words.w[k] = u64(counter[k]);
  const auto drawn = philox(Lanes<u64, 4>(key), words);
  for (int k = 0; k < 4; ++k) out[k] = std::uint32_t(drawn.w[k][2]);
}

template <int W>
void eight(const std::uint64_t* keys, const std::uint64_t* index, double* out) {
  for (int k = 0; k < 8; k += W) {
    const auto at =
        counter(load<W>(index + k), purpose::synthetic, 7, Lanes<u64, W>(3), load<W>(index + k));
    const auto words = philox(load<W>(keys + k), at);
    const auto pair = normal_pair(words.pair(0), words.pair(1));
    uniform(words.pair(0)).store(out + k);
    normal(words.pair(1)).store(out + 8 + k);
    exponential(words.pair(1)).store(out + 16 + k);
    pair.first.store(out + 24 + k);
    pair.second.store(out + 32 + k);
    bit_cast<double>(derive(load<W>(keys + k), purpose::choice, load<W>(index + k)))
        .store(out + 40 + k);
  }
}

}  // namespace

extern const RandomProbe random_probe;
const RandomProbe random_probe = {
    block,
    {eight<1>, eight<2>, eight<4>, eight<8>},
    [](std::uint64_t bits) { return uniform(Lanes<u64, 1>(bits))[0]; },
};

}  // namespace tyche::TYCHE_LEVEL
