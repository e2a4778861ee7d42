// Each transform's double instance: back and forth, the support, and the log Jacobian against the
// determinant of central differences.
#include <gtest/gtest.h>

#include <cmath>

#include "tyche/transforms/bounds.hpp"
#include "tyche/transforms/cholesky_factor.hpp"
#include "tyche/transforms/identity.hpp"
#include "tyche/transforms/ordered.hpp"
#include "tyche/transforms/simplex.hpp"

namespace tyche::transforms {
namespace {

using S = Sequences;
using Numbers = std::vector<double>;

double log_abs_determinant(std::vector<Numbers> a) {
  double total = 0;
  const std::size_t n = a.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < n; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    std::swap(a[k], a[pivot]);
    total += std::log(std::abs(a[k][k]));
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  return total;
}

/// `free` picks the elements of x that determine it: as many as u has.
template <class F>
double numeric_log_jacobian(const F& free, const Numbers& u) {
  std::vector<Numbers> columns;
  for (std::size_t k = 0; k < u.size(); ++k) {
    const double h = 1e-5;
    Numbers up = u, down = u, column;
    up[k] += h;
    down[k] -= h;
    const Numbers high = free(up), low = free(down);
    for (std::size_t i = 0; i < high.size(); ++i) column.push_back((high[i] - low[i]) / (2 * h));
    columns.push_back(column);
  }
  return log_abs_determinant(columns);
}

template <class T>
void check_scalar(const T& t, double low, double high) {
  static_assert(ScalarTransform<T, double>);
  for (double u : {-5.0, -1.5, -0.2, 0.0, 0.7, 2.0, 6.0}) {
    const auto [x, log_jacobian] = t.constrain(u);
    EXPECT_GT(x, low);
    EXPECT_LT(x, high);
    EXPECT_NEAR(t.unconstrain(x), u, 1e-11);
    const auto free = [&](const Numbers& at) { return Numbers{t.constrain(at[0]).x}; };
    EXPECT_NEAR(log_jacobian, numeric_log_jacobian(free, {u}), 1e-6);
  }
}

TEST(Transforms, ScalarsStayInsideAndComeBackAndKnowTheirSlope) {
  check_scalar(Identity<double>{}, -infinity, infinity);
  check_scalar(Positive<double>{}, 0, infinity);
  check_scalar(Lower<double>{-2}, -2, infinity);
  check_scalar(Upper<double>{3}, -infinity, 3);
  check_scalar(Interval<double>{-1, 4}, -1, 4);
  check_scalar(UnitInterval<double>{}, 0, 1);
  check_scalar(OffsetMultiplier<double>{2, 0.5}, -infinity, infinity);
}

TEST(Transforms, BoundsWithoutInsideRejectThePoint) {
  EXPECT_EQ((Interval<double>{1, 1}.constrain(0.3).log_jacobian), -infinity);
  EXPECT_EQ((Interval<double>{2, 1}.constrain(0.3).log_jacobian), -infinity);
  EXPECT_EQ((OffsetMultiplier<double>{2, 0}.constrain(0.3).log_jacobian), -infinity);
}

TEST(Transforms, IntervalKeepsItsSlopeFarOut) {
  EXPECT_NEAR((UnitInterval<double>{}.constrain(-300).log_jacobian), -300, 1e-12);
  EXPECT_NEAR((UnitInterval<double>{}.constrain(300).log_jacobian), -300, 1e-12);
}

const std::vector<Numbers> points = {{0.3, -1.2, 0.8, 0.1, -0.4, 1.7},
                                     {-0.9, 0.2, 0.0, 2.1, 0.6, -1.1}};

Numbers first(const Numbers& values, std::int64_t n) {
  return {values.begin(), values.begin() + n};
}

template <class T, class Check>
void check_vector(const T& t, const Check& check) {
  for (const Numbers& all : points) {
    const Numbers u = first(all, t.unconstrained_size());
    const auto [x, log_jacobian] = t.constrain(S::Vector(u));
    check(x);
    const S::Vector back = t.unconstrain(x);
    ASSERT_EQ(back.size(), t.unconstrained_size());
    for (std::int64_t k = 0; k < back.size(); ++k) EXPECT_NEAR(back[k], u[std::size_t(k)], 1e-12);
    const auto free = [&](const Numbers& at) {
      return first(t.constrain(S::Vector(at)).x.values(), t.unconstrained_size());
    };
    EXPECT_NEAR(log_jacobian, numeric_log_jacobian(free, u), 1e-7);
  }
}

TEST(Transforms, OrderedVectorsIncrease) {
  check_vector(Ordered<S>{5, false}, [](const S::Vector& x) {
    for (std::int64_t k = 1; k < 5; ++k) EXPECT_LT(x[k - 1], x[k]);
  });
  check_vector(Ordered<S>{5, true}, [](const S::Vector& x) {
    EXPECT_GT(x[0], 0);
    for (std::int64_t k = 1; k < 5; ++k) EXPECT_LT(x[k - 1], x[k]);
  });
}

TEST(Transforms, SimplexElementsArePositiveAndSumToOne) {
  for (std::int64_t n : {2, 3, 6}) {
    check_vector(Simplex<S>{n}, [&](const S::Vector& x) {
      double sum = 0;
      for (std::int64_t k = 0; k < n; ++k) {
        EXPECT_GT(x[k], 0);
        sum += x[k];
      }
      EXPECT_NEAR(sum, 1, 1e-14);
    });
  }
}

TEST(Transforms, SimplexIsAnIsometryOfLogRatios) {
  // The centred logarithms of x keep distances between the u.
  const Simplex<S> t{4};
  const auto centred = [&](const Numbers& u) {
    const S::Vector x = t.constrain(S::Vector(u)).x;
    Numbers z;
    double mean = 0;
    for (std::int64_t k = 0; k < 4; ++k) mean += std::log(x[k]) / 4;
    for (std::int64_t k = 0; k < 4; ++k) z.push_back(std::log(x[k]) - mean);
    return z;
  };
  const auto distance = [](const Numbers& a, const Numbers& b) {
    double squares = 0;
    for (std::size_t k = 0; k < a.size(); ++k) squares += (a[k] - b[k]) * (a[k] - b[k]);
    return std::sqrt(squares);
  };
  const Numbers a = {0.3, -1.2, 0.8}, b = {-0.9, 0.2, 0.0};
  EXPECT_NEAR(distance(centred(a), centred(b)), distance(a, b), 1e-13);
}

template <class T, class Free, class Check>
void check_factor(const T& t, const Free& free_of, const Check& check) {
  for (const Numbers& all : points) {
    const Numbers u = first(all, t.unconstrained_size());
    const auto [L, log_jacobian] = t.constrain(S::Vector(u));
    for (std::int64_t i = 0; i < t.n; ++i) {
      EXPECT_GT(L(i, i), 0);
      for (std::int64_t j = i + 1; j < t.n; ++j) EXPECT_EQ(L(i, j), 0);
    }
    check(L);
    const S::Vector back = t.unconstrain(L);
    for (std::size_t k = 0; k < u.size(); ++k) EXPECT_NEAR(back[std::int64_t(k)], u[k], 1e-12);
    const auto free = [&](const Numbers& at) { return free_of(t.constrain(S::Vector(at)).x); };
    EXPECT_NEAR(log_jacobian, numeric_log_jacobian(free, u), 1e-7);
  }
}

Numbers lower_triangle(const S::Matrix& L, bool with_diagonal) {
  Numbers out;
  for (std::int64_t i = 0; i < L.rows; ++i) {
    for (std::int64_t j = 0; j < i + (with_diagonal ? 1 : 0); ++j) out.push_back(L(i, j));
  }
  return out;
}

TEST(Transforms, CorrelationFactorHasRowsOfLengthOne) {
  for (std::int64_t n : {2, 3, 4}) {
    check_factor(
        CholeskyCorrelation<S>{n}, [](const S::Matrix& L) { return lower_triangle(L, false); },
        [](const S::Matrix& L) {
          for (std::int64_t i = 0; i < L.rows; ++i) {
            double squares = 0;
            for (std::int64_t j = 0; j < L.cols; ++j) squares += L(i, j) * L(i, j);
            EXPECT_NEAR(squares, 1, 1e-14);
          }
        });
  }
}

TEST(Transforms, CovarianceFactorIsLowerTriangular) {
  for (std::int64_t n : {1, 2, 3}) {
    check_factor(
        CholeskyCovariance<S>{n}, [](const S::Matrix& L) { return lower_triangle(L, true); },
        [](const S::Matrix&) {});
  }
}

}  // namespace
}  // namespace tyche::transforms
