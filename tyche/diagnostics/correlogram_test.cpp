#include "tyche/diagnostics/correlogram.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tyche {
namespace {

TEST(Correlogram, EqualsTheSumsWrittenOut) {
  for (int length : {1, 2, 3, 4, 5, 8, 13, 31, 32, 33, 100, 257}) {
    const std::size_t n = static_cast<std::size_t>(length);
    const std::size_t lanes = correlogram_lanes;
    Correlogram correlogram(length);
    for (int round = 0; round < 2; ++round) {
      correlogram.clear();
      std::vector<double> expected(n * lanes);
      for (int pair = 0; pair < 3; ++pair) {
        for (const auto& piece : {correlogram.first(), correlogram.second()}) {
          const double phase = piece.data() == correlogram.first().data() ? 0.3 : 1.1;
          for (std::size_t k = 0; k < n * lanes; ++k) {
            piece[k] = std::sin(phase * static_cast<double>(k * k + 7) + pair + round);
          }
          for (std::size_t lag = 0; lag < n; ++lag) {
            for (std::size_t i = 0; i + lag < n; ++i) {
              for (std::size_t lane = 0; lane < lanes; ++lane) {
                expected[lag * lanes + lane] +=
                    piece[i * lanes + lane] * piece[(i + lag) * lanes + lane];
              }
            }
          }
        }
        correlogram.add();
      }
      const std::span<const double> found = correlogram.lagged_products();
      ASSERT_EQ(found.size(), n * lanes);
      for (std::size_t k = 0; k < n * lanes; ++k) {
        EXPECT_NEAR(found[k], expected[k], 1e-12 * static_cast<double>(n)) << length << ' ' << k;
      }
    }
  }
}

}  // namespace
}  // namespace tyche
