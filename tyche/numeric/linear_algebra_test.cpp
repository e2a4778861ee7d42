#include "tyche/numeric/linear_algebra.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace tyche {
namespace {

using Matrix = std::vector<double>;  // n by n, by columns

double noise(int k) { return std::sin(12.9898 * k + 78.233); }

/// B B' + n I: well conditioned.
Matrix definite(long n, int seed) {
  Matrix a(std::size_t(n * n));
  for (long i = 0; i < n; ++i) {
    for (long j = 0; j < n; ++j) {
      double sum = i == j ? double(n) : 0;
      for (long k = 0; k < n; ++k) {
        sum += noise(int(i * n + k) + seed) * noise(int(j * n + k) + seed);
      }
      a[std::size_t(i + j * n)] = sum;
    }
  }
  return a;
}

double at(const Matrix& m, long n, long i, long j) { return m[std::size_t(i + j * n)]; }

class LinearAlgebraAt : public testing::TestWithParam<Level> {
 protected:
  void SetUp() override {
    if (!cpu_has(GetParam())) GTEST_SKIP();
  }
  const LinearAlgebraTable& table() { return linear_algebra(GetParam()); }
  Matrix factor(long n, const Matrix& a) {
    Matrix l(a.size());
    EXPECT_TRUE(table().cholesky(n, a.data(), l.data()));
    return l;
  }
};

TEST_P(LinearAlgebraAt, FactorTimesItsTransposeIsTheMatrix) {
  for (const long n : {1, 2, 3, 8, 20}) {
    const Matrix a = definite(n, 3);
    const Matrix l = factor(n, a);
    for (long i = 0; i < n; ++i) {
      for (long j = 0; j < n; ++j) {
        double sum = 0;
        for (long k = 0; k < n; ++k) sum += at(l, n, i, k) * at(l, n, j, k);
        EXPECT_NEAR(sum, at(a, n, i, j), 1e-14 * double(n * n));
        if (i < j) {
          EXPECT_EQ(at(l, n, i, j), 0);
        }
      }
    }
  }
}

TEST_P(LinearAlgebraAt, FactorReadsTheLowerTriangleAlone) {
  Matrix a = definite(3, 5);
  const Matrix l = factor(3, a);
  a[3] = a[6] = a[7] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(factor(3, a), l);
}

TEST_P(LinearAlgebraAt, NotDefiniteIsSaid) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (const Matrix& a :
       {Matrix{0, 0, 0, 1}, Matrix{1, 2, 2, 4}, Matrix{1, 2, 2, 3.9}, Matrix{-1, 0, 0, 1},
        Matrix{1, 0, 0, nan}, Matrix{nan, 0, 0, 1}, Matrix{1, 0, 0, inf}}) {
    Matrix l(4);
    EXPECT_FALSE(table().cholesky(2, a.data(), l.data())) << a[0] << " " << a[3];
  }
  Matrix l(4);
  EXPECT_TRUE(table().cholesky(2, Matrix{1, 2, 2, 4.1}.data(), l.data()));
}

TEST_P(LinearAlgebraAt, SolvesUndoProducts) {
  for (const long n : {1, 2, 5, 12}) {
    const Matrix l = factor(n, definite(n, 11));
    const long columns = 3;
    Matrix x, b(std::size_t(n * columns)), c(b.size()), found(b.size());
    for (long k = 0; k < n * columns; ++k) x.push_back(noise(int(k)));
    for (long j = 0; j < columns; ++j) {
      for (long i = 0; i < n; ++i) {
        for (long k = 0; k < n; ++k) {
          b[std::size_t(i + j * n)] += at(l, n, i, k) * at(x, n, k, j);
          c[std::size_t(i + j * n)] += at(l, n, k, i) * at(x, n, k, j);
        }
      }
    }
    table().solve_lower(n, columns, l.data(), b.data(), found.data());
    for (std::size_t k = 0; k < x.size(); ++k) EXPECT_NEAR(found[k], x[k], 1e-13);
    table().solve_lower_transposed(n, columns, l.data(), c.data(), found.data());
    for (std::size_t k = 0; k < x.size(); ++k) EXPECT_NEAR(found[k], x[k], 1e-13);
  }
}

TEST_P(LinearAlgebraAt, AdjointIsTheDerivativeOfTheFactor) {
  // d/dt sum L_bar L(A + t D) at 0 = sum A_bar D, for symmetric D; by central differences.
  for (const long n : {1, 2, 3, 6}) {
    const Matrix a = definite(n, 17), d = definite(n, 23);
    const Matrix l = factor(n, a);
    Matrix l_bar, a_bar(a.size());
    for (std::size_t k = 0; k < a.size(); ++k) l_bar.push_back(noise(int(k) + 7));
    table().cholesky_adjoint(n, l.data(), l_bar.data(), a_bar.data());
    const double h = 1e-5;
    Matrix up = a, down = a;
    double expected = 0, found = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
      up[k] += h * d[k];
      down[k] -= h * d[k];
      found += a_bar[k] * d[k];
    }
    const Matrix l_up = factor(n, up), l_down = factor(n, down);
    for (std::size_t k = 0; k < a.size(); ++k) {
      expected += l_bar[k] * (l_up[k] - l_down[k]) / (2 * h);
    }
    EXPECT_NEAR(found, expected, 1e-8 * (1 + std::fabs(expected)));
    for (long i = 0; i < n; ++i) {
      for (long j = 0; j < n; ++j) EXPECT_EQ(at(a_bar, n, i, j), at(a_bar, n, j, i));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, LinearAlgebraAt,
                         testing::Values(Level::plain, Level::avx2, Level::avx512),
                         [](const auto& level) { return std::string(name(level.param)); });

}  // namespace
}  // namespace tyche
