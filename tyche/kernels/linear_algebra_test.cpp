#include "tyche/kernels/linear_algebra_test.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tyche/kernels/level.hpp"

namespace tyche {

namespace plain {
extern const LinearAlgebraProbe linear_algebra_probe;
}
namespace avx2 {
extern const LinearAlgebraProbe linear_algebra_probe;
}
namespace avx512 {
extern const LinearAlgebraProbe linear_algebra_probe;
}

namespace {

using Wide = std::vector<double>;  // [element][8]

double noise(int k) { return std::sin(12.9898 * k + 78.233); }

/// B B' + n I, another one a lane; lane 5 is negated, lane 6 all NaN.
Wide matrices(long n) {
  Wide a(std::size_t(n * n * 8));
  for (long i = 0; i < n; ++i) {
    for (long j = 0; j < n; ++j) {
      for (long lane = 0; lane < 8; ++lane) {
        double sum = i == j ? double(n) : 0;
        for (long k = 0; k < n; ++k) {
          sum += noise(int((i * n + k) * 8 + lane)) * noise(int((j * n + k) * 8 + lane));
        }
        if (lane == 5) sum = -sum;
        if (lane == 6) sum = std::nan("");
        a[std::size_t((i + j * n) * 8 + lane)] = sum;
      }
    }
  }
  return a;
}

Wide random(long elements, int seed) {
  Wide out;
  for (long k = 0; k < elements * 8; ++k) out.push_back(noise(int(k) + 1000 * seed));
  return out;
}

bool same_bits(const Wide& a, const Wide& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (std::isnan(a[k]) && std::isnan(b[k])) continue;
    if (std::bit_cast<std::uint64_t>(a[k]) != std::bit_cast<std::uint64_t>(b[k])) return false;
  }
  return true;
}

struct Results {
  unsigned definite;
  Wide l, a_bar, x, y;
};

Results compute(const LinearAlgebraProbe::Width& width, long n) {
  const Wide a = matrices(n), b = random(n * 2, 1), l_bar = random(n * n, 2);
  const std::size_t size = std::size_t(n * n * 8);
  Results out{0, Wide(size), Wide(size), Wide(b.size()), Wide(b.size())};
  out.definite = width.cholesky(n, a.data(), out.l.data());
  width.cholesky_adjoint(n, out.l.data(), l_bar.data(), out.a_bar.data());
  width.solve_lower(n, 2, out.l.data(), b.data(), out.x.data());
  width.solve_lower_transposed(n, 2, out.l.data(), b.data(), out.y.data());
  return out;
}

void expect_same(const Results& a, const Results& b) {
  EXPECT_EQ(a.definite, b.definite);
  EXPECT_TRUE(same_bits(a.l, b.l));
  EXPECT_TRUE(same_bits(a.a_bar, b.a_bar));
  EXPECT_TRUE(same_bits(a.x, b.x));
  EXPECT_TRUE(same_bits(a.y, b.y));
}

TEST(LinearAlgebra, LanesDoNotDependOnTheWidthOrEachOther) {
  const std::pair<Level, const LinearAlgebraProbe*> levels[] = {
      {Level::plain, &plain::linear_algebra_probe},
      {Level::avx2, &avx2::linear_algebra_probe},
      {Level::avx512, &avx512::linear_algebra_probe}};
  for (const auto& [level, probe] : levels) {
    if (!cpu_has(level)) continue;
    for (const long n : {1, 2, 3, 7, 8, 9, 12, 17, 32, 33}) {
      const Results one = compute(probe->widths[0], n);
      EXPECT_EQ(one.definite, 0b10011111u);
      for (int w = 1; w < 4; ++w) expect_same(one, compute(probe->widths[w], n));
    }
  }
}

TEST(LinearAlgebra, Avx2AndAvx512GiveTheSameBits) {
  if (!cpu_has(Level::avx512)) GTEST_SKIP();
  for (const long n : {1, 5, 12, 33}) {
    expect_same(compute(avx2::linear_algebra_probe.widths[3], n),
                compute(avx512::linear_algebra_probe.widths[3], n));
  }
}

/// L L' is the matrix, and the adjoint the slope of sum L_bar L along a symmetric change, by
/// differences. Broken by a diagonal that is not halved.
TEST(LinearAlgebra, IsTheFactorAndItsAdjoint) {
  const LinearAlgebraProbe::Width& width = plain::linear_algebra_probe.widths[0];
  constexpr double h = 0x1p-18;
  for (const long n : {1, 2, 5, 11, 33}) {
    const auto at = [n](long i, long j) { return std::size_t((i + j * n) * 8); };  // lane 0
    const Results found = compute(width, n);
    const Wide a = matrices(n), l_bar = random(n * n, 2);
    Wide ahead = a, behind = a, l_ahead(a.size()), l_behind(a.size());
    double slope = 0;
    for (long i = 0; i < n; ++i) {
      for (long j = 0; j < n; ++j) {
        double product = 0;
        for (long k = 0; k < n; ++k) product += found.l[at(i, k)] * found.l[at(j, k)];
        EXPECT_NEAR(product, a[at(i, j)], 1e-13 * double(n * n));
        const double change = noise(int(i * j + 7 * (i + j)));
        ahead[at(i, j)] += h * change;
        behind[at(i, j)] -= h * change;
        slope += found.a_bar[at(i, j)] * change;
      }
    }
    width.cholesky(n, ahead.data(), l_ahead.data());
    width.cholesky(n, behind.data(), l_behind.data());
    double known = 0;
    for (long i = 0; i < n; ++i) {
      for (long j = 0; j <= i; ++j) {
        known += l_bar[at(i, j)] * (l_ahead[at(i, j)] - l_behind[at(i, j)]) / (2 * h);
      }
    }
    EXPECT_NEAR(slope, known, 1e-7 * (1 + std::abs(known)));
  }
}

}  // namespace
}  // namespace tyche
