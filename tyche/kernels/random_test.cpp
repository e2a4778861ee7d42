#include "tyche/kernels/random_test.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "tyche/kernels/level.hpp"

namespace tyche {
namespace plain {
extern const RandomProbe random_probe;
}
namespace avx2 {
extern const RandomProbe random_probe;
}
namespace avx512 {
extern const RandomProbe random_probe;
}
namespace {

std::vector<const RandomProbe*> probes() {
  std::vector<const RandomProbe*> out = {&plain::random_probe};
  if (cpu_has(Level::avx2)) out.push_back(&avx2::random_probe);
  if (cpu_has(Level::avx512)) out.push_back(&avx512::random_probe);
  return out;
}

TEST(Philox, GivesThePublishedVectors) {
  struct Known {
    std::uint32_t counter[4], key[2], out[4];
  };
  // Random123's kat_vectors, philox4x32 with 10 rounds.
  const Known known[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
  for (const RandomProbe* probe : probes()) {
    for (const Known& k : known) {
      std::uint32_t out[4];
      probe->block(k.counter, std::uint64_t(k.key[1]) << 32 | k.key[0], out);
      for (int word = 0; word < 4; ++word) EXPECT_EQ(out[word], k.out[word]) << word;
    }
  }
}

TEST(Random, IsTheSameAtEveryWidthAndOnBothFmaLevels) {
  for (std::uint64_t round = 0; round < 20'000; ++round) {
    std::uint64_t keys[8], index[8];
    for (std::uint64_t k = 0; k < 8; ++k) {
      keys[k] = (round * 8 + k) * 0x9e3779b97f4a7c15u;
      index[k] = (round * 77 + k * k) & 0xffffffffu;
    }
    double of_fma[48];
    bool have_fma = false;
    for (const RandomProbe* probe : probes()) {
      double one[48], wide[48];
      probe->eight[0](keys, index, one);
      for (int width = 1; width < 4; ++width) {
        probe->eight[width](keys, index, wide);
        ASSERT_EQ(std::memcmp(one, wide, sizeof one), 0) << width;
      }
      if (probe == &plain::random_probe) continue;
      if (have_fma) {
        ASSERT_EQ(std::memcmp(one, of_fma, sizeof one), 0);
      }
      std::memcpy(of_fma, one, sizeof one);
      have_fma = true;
    }
  }
}

TEST(Random, UniformIsOpenAndSymmetric) {
  for (const RandomProbe* probe : probes()) {
    EXPECT_EQ(probe->uniform(0), 0x1p-53);
    EXPECT_EQ(probe->uniform(~std::uint64_t(0)), 1 - 0x1p-53);
    EXPECT_EQ(probe->uniform(0x123456789abcdef0), 1 - probe->uniform(~0x123456789abcdef0u));
  }
}

TEST(Random, MomentsAreThoseOfTheDistributions) {
  constexpr int rounds = 50'000;
  constexpr double n = 8.0 * rounds;
  double sum[5] = {}, square[5] = {}, product = 0;
  for (int round = 0; round < rounds; ++round) {
    std::uint64_t keys[8], index[8];
    for (int k = 0; k < 8; ++k) keys[k] = 1, index[k] = std::uint64_t(round * 8 + k);
    double out[48];
    plain::random_probe.eight[3](keys, index, out);
    for (int kind = 0; kind < 5; ++kind) {
      for (int k = 0; k < 8; ++k) {
        const double x = out[kind * 8 + k];
        sum[kind] += x, square[kind] += x * x;
      }
    }
    for (int k = 0; k < 8; ++k) product += out[24 + k] * out[32 + k];
  }
  // Means and second moments within 4 standard errors.
  const double mean[] = {0.5, 0, 1, 0, 0}, variance[] = {1.0 / 12, 1, 1, 1, 1};
  const double second[] = {1.0 / 3, 1, 2, 1, 1}, second_variance[] = {4.0 / 45, 2, 20, 2, 2};
  for (int kind = 0; kind < 5; ++kind) {
    EXPECT_LE(std::fabs(sum[kind] / n - mean[kind]), 4 * std::sqrt(variance[kind] / n)) << kind;
    EXPECT_LE(std::fabs(square[kind] / n - second[kind]), 4 * std::sqrt(second_variance[kind] / n))
        << kind;
  }
  EXPECT_LE(std::fabs(product / n), 4 / std::sqrt(n));
}

}  // namespace
}  // namespace tyche
