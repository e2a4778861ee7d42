#include "tyche/simulation/random.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tyche::simulation {
namespace {

/// Of every kind in turn, so that streams come to odd places too.
double draw(Random& random, int k) {
  switch (k % 5) {
    case 0:
      return random.exponential(2);
    case 1:
      return random.normal(0, 1);
    case 2:
      return random.gamma(0.5, 1);
    case 3:
      return random.erlang(3, 1);
    default:
      return double(random.below(1000));
  }
}

// Sees numbers drawn ahead that are others, in another order, or taken twice by a copy.
TEST(Random, GivesTheSameNumbersAheadAndOneByOne) {
  for (const bool antithetic : {false, true}) {
    for (const std::uint64_t start :
         {std::uint64_t{0}, std::uint64_t{5}, (std::uint64_t{1} << 33) - 40}) {
      const Streams streams(7, 3, antithetic);
      Random long_lived = streams.at(11, 2, start & ~std::uint64_t{1});
      for (int k = 0; k < 300; ++k) {
        Random fresh = long_lived;
        const double expected = draw(fresh, k);
        ASSERT_EQ(draw(long_lived, k), expected) << k;
        ASSERT_EQ(long_lived.position(), fresh.position());
      }
    }
  }
}

TEST(Random, AntitheticNumbersAddUpToOne) {
  Random plain = Streams(1, 0, false)("x"), turned = Streams(1, 0, true)("x");
  for (int k = 0; k < 100; ++k) EXPECT_EQ(plain.uniform() + turned.uniform(), 1);
}

TEST(Random, StreamsOfOtherNamesIndicesAndReplicationsDiffer) {
  const double first = Streams(1, 0)("x", 0).uniform();
  EXPECT_NE(first, Streams(1, 0)("y", 0).uniform());
  EXPECT_NE(first, Streams(1, 0)("x", 1).uniform());
  EXPECT_NE(first, Streams(1, 1)("x", 0).uniform());
  EXPECT_NE(first, Streams(2, 0)("x", 0).uniform());
  EXPECT_EQ(first, Streams(1, 0)("x", 0).uniform());
}

}  // namespace
}  // namespace tyche::simulation
