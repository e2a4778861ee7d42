#include "tyche/numeric/symmetric_eigen.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tyche {
namespace {

std::size_t at(int n, int i, int j) { return static_cast<std::size_t>(i * n + j); }

/// Entries in (-1, 1) from a congruential sequence, scaled down by row and column.
std::vector<double> symmetric(int n, unsigned seed, double grading) {
  std::vector<double> a(at(n, n, 0));
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j <= i; ++j) {
      seed = seed * 1664525u + 1013904223u;
      const double scale = std::pow(grading, i) * std::pow(grading, j);
      a[at(n, i, j)] = a[at(n, j, i)] = (double(seed >> 8) / 8388608.0 - 1) * scale;
    }
  }
  return a;
}

double norm(const std::vector<double>& a) {
  double sum = 0;
  for (const double x : a) sum += x * x;
  return std::sqrt(sum);
}

/// A shift of the wrong sign does not converge; a rotation applied to T alone breaks A v = l v.
TEST(SymmetricEigen, VectorsAreOrthonormalAndDiagonalise) {
  for (const int n : {1, 2, 3, 5, 8, 21, 64}) {
    for (const double grading : {1.0, 0.7}) {
      const auto a = symmetric(n, unsigned(n), grading);
      const SymmetricEigen eigen = symmetric_eigen(n, a);
      for (int k = 0; k < n; ++k) {
        const double* const v = &eigen.vectors[at(n, k, 0)];
        for (int i = 0; i < n; ++i) {
          double image = 0;
          for (int j = 0; j < n; ++j) image += a[at(n, i, j)] * v[j];
          EXPECT_NEAR(image, eigen.values[std::size_t(k)] * v[i], 4e-15 * n * norm(a));
        }
        for (int l = 0; l <= k; ++l) {
          double dot = 0;
          for (int i = 0; i < n; ++i) dot += v[i] * eigen.vectors[at(n, l, i)];
          EXPECT_NEAR(dot, k == l, 2e-15 * n);
        }
        if (k > 0) EXPECT_LE(eigen.values[std::size_t(k) - 1], eigen.values[std::size_t(k)]);
      }
    }
  }
}

TEST(SymmetricEigen, KnownSpectra) {
  // The path of n vertices: 2 - 2 cos(k pi / (n + 1)).
  constexpr int n = 12;
  std::vector<double> path(at(n, n, 0));
  for (int i = 0; i < n; ++i) {
    path[at(n, i, i)] = 2;
    if (i > 0) path[at(n, i, i - 1)] = path[at(n, i - 1, i)] = -1;
  }
  const SymmetricEigen eigen = symmetric_eigen(n, path);
  for (int k = 1; k <= n; ++k) {
    EXPECT_NEAR(eigen.values[std::size_t(k) - 1], 2 - 2 * std::cos(k * M_PI / (n + 1)), 1e-14);
  }
  EXPECT_EQ(symmetric_eigen(3, std::vector<double>(9)).values, std::vector<double>(3));
  EXPECT_EQ(symmetric_eigen(2, std::vector<double>{3, 0, 0, -1}).values,
            (std::vector<double>{-1, 3}));
}

}  // namespace
}  // namespace tyche
