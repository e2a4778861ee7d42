#include <gtest/gtest.h>

#include <cmath>

#include "tyche/infer/coordinates.hpp"
#include "tyche/infer/infer_test.hpp"
#include "tyche/infer/metric_fit.hpp"

namespace tyche {
namespace {

using Vector = std::vector<double>;

/// Draws q = B x + mean of no particular distribution, and the gradients of normal(mean, B B')
/// there.
Window normal_window(int d, int draws, const std::vector<Vector>& b) {
  Window window{.dimension = d};
  Whitening map = identity(d);
  map.lower.resize(std::size_t(d * d));
  for (int i = 0; i < d; ++i) {
    for (int j = 0; j <= i; ++j)
      map.lower[std::size_t(i * d + j)] = b[std::size_t(i)][std::size_t(j)];
  }
  for (int k = 0; k < draws; ++k) {
    Vector q(static_cast<std::size_t>(d)), g(q);
    for (int i = 0; i < d; ++i) {
      q[std::size_t(i)] = number(k * d + i);
      g[std::size_t(i)] = -q[std::size_t(i)];
    }
    map.to_position(q);
    map.push_forward(g);
    for (int i = 0; i < d; ++i) q[std::size_t(i)] += i;
    window.add(k, q, g);
  }
  return window;
}

std::vector<Vector> triangle(int d, double grading) {
  std::vector<Vector> b;
  for (int i = 0; i < d; ++i) {
    Vector row(static_cast<std::size_t>(d));
    for (int j = 0; j < i; ++j)
      row[std::size_t(j)] = 0.8 * number(5 * i + j) * std::pow(grading, i);
    row[std::size_t(i)] = std::pow(grading, i);
    b.push_back(row);
  }
  return b;
}

/// A A' from its columns A A' e.
std::vector<Vector> inverse_metric(const Whitening& whitening) {
  std::vector<Vector> columns;
  for (int j = 0; j < whitening.dimension(); ++j) {
    Vector e(std::size_t(whitening.dimension()));
    e[std::size_t(j)] = 1;
    whitening.pull_back(e);
    whitening.to_position(e);
    columns.push_back(e);
  }
  return columns;
}

/// A covariance that is never divided by the number of draws, or a mean that is not taken off,
/// breaks this.
TEST(Whitening, OfANormalTargetIsItsCovarianceFromFewDraws) {
  for (const int d : {1, 2, 5, 12}) {
    const auto b = triangle(d, 1.4);
    const Window window = normal_window(d, 40 * d, b);
    const Whitening full = by_directions(window, d);
    const auto found = inverse_metric(full);
    for (std::size_t i = 0; i < found.size(); ++i) {
      for (std::size_t j = 0; j < found.size(); ++j) {
        double exact = 0;
        for (std::size_t k = 0; k < found.size(); ++k) exact += b[i][k] * b[j][k];
        const double scale = std::pow(1.4, double(i + j));
        EXPECT_NEAR(found[i][j], exact, 2e-3 * scale) << i << " " << j;
      }
    }
  }
}

TEST(Whitening, ItsInversesAreInverse) {
  const int d = 6;
  const Window window = normal_window(d, 50, triangle(d, 0.5));
  for (const int rank : {0, 2, 6}) {
    const Whitening low = by_directions(window, rank);
    for (const Whitening& map : {low, low.triangular()}) {
      Vector x(d), y(d);
      for (int i = 0; i < d; ++i) x[std::size_t(i)] = y[std::size_t(i)] = number(i);
      map.to_position(y);
      map.to_coordinates(y);
      for (int i = 0; i < d; ++i) EXPECT_NEAR(y[std::size_t(i)], x[std::size_t(i)], 1e-12);
      map.pull_back(y);
      map.push_forward(y);
      for (int i = 0; i < d; ++i) EXPECT_NEAR(y[std::size_t(i)], x[std::size_t(i)], 1e-12);
    }
  }
}

TEST(Whitening, TheTriangleIsTheSameMetric) {
  const int d = 7;
  for (const int rank : {0, 3, 7}) {
    const Whitening low = by_directions(normal_window(d, 60, triangle(d, 0.7)), rank);
    const auto a = inverse_metric(low), b = inverse_metric(low.triangular());
    const Vector diagonal = low.inverse_mass();
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_NEAR(a[i][i], diagonal[i], 1e-12);
      for (std::size_t j = 0; j < a.size(); ++j) EXPECT_NEAR(a[i][j], b[i][j], 1e-12);
    }
  }
}

TEST(Whitening, FewDrawsLeaveTheOtherDirectionsAsTheyWere) {
  const int d = 12;
  const Whitening full = by_directions(normal_window(d, 4, triangle(d, 1)), d);
  for (const double x : full.stretch) {
    EXPECT_GT(x, 1e-3);
    EXPECT_LT(x, 1e3);
  }
}

TEST(Whitening, WhatOverflowsLeavesADiagonal) {
  Window window = normal_window(3, 20, triangle(3, 1));
  for (const double extreme : {1e160, 1e300, HUGE_VAL}) {
    window.gradients[4] = extreme;
    const Whitening whitening = by_directions(window, 3);
    EXPECT_TRUE(whitening.finite());
    if (extreme > 1e200) EXPECT_EQ(whitening.rank(), 0);
  }
}

/// I + 99 u u' for u all alike, whose diagonal alone says nothing of it.
std::vector<Vector> one_long_direction(int d) {
  Whitening map = identity(d);
  map.directions.assign(std::size_t(d), 1 / std::sqrt(double(d)));
  map.stretch = {10};
  const Vector lower = map.triangular().lower;
  std::vector<Vector> rows;
  for (auto row = lower.begin(); row != lower.end(); row += d) rows.emplace_back(row, row + d);
  return rows;
}

TEST(Directions, AreFoundInManyDimensions) {
  const int d = 60;
  const Window window = normal_window(d, 200, one_long_direction(d));
  double along = 0;  // u' A A' u, exactly 100; 1.64 by the diagonal alone
  for (const Vector& column : inverse_metric(by_directions(window, 3))) {
    for (const double x : column) along += x / d;
  }
  EXPECT_GT(along, 50);
  EXPECT_LT(along, 150);
}

TEST(Directions, AreBelievedWhereTheyMatter) {
  const int d = 6;
  const Whitening one =
      by_directions(normal_window(d, 200, one_long_direction(d)), d, Directions::believed);
  ASSERT_EQ(one.rank(), 6);  // to the diagonal of equal correlations all six are new
  const Window alone = normal_window(d, 200, triangle(d, 0));
  EXPECT_EQ(by_directions(alone, d, Directions::believed).rank(), 0);
}

/// Correlated in the first half of the window, not in the second: both find the sum of the two
/// parameters wide against the diagonal of the whole, and only the first their difference narrow.
TEST(Directions, AreNotBelievedWhereOneHalfRefutesTheOther) {
  Window window = normal_window(2, 100, {{1, 0}, {0.95, 0.31}});
  const Window second = normal_window(2, 100, {{1, 0}, {0, 1}});
  for (int k = 0; k < 100; ++k) {
    window.add(100 + k, {&second.positions[std::size_t(2 * k)], 2},
               {&second.gradients[std::size_t(2 * k)], 2});
  }
  EXPECT_EQ(by_directions(window, 2).rank(), 2);
  const Whitening believed = by_directions(window, 2, Directions::believed);
  ASSERT_EQ(believed.rank(), 1);
  EXPECT_GT(believed.directions[0] * believed.directions[1], 0);
}

TEST(Window, BeginsAtAnIterationWhateverWasLeftOut) {
  Window window{.dimension = 1};
  for (const std::int64_t iteration : {3, 4, 7, 9}) {
    const double x = double(iteration);
    window.add(iteration, {&x, 1}, {&x, 1});
  }
  window.begin_at(5);
  EXPECT_EQ(window.positions, (Vector{7, 9}));
  EXPECT_EQ(window.count(), 2);
}

/// Ten draws on the way, then a chain that is there; and one that is there from the first.
TEST(Window, BeginsWhereTheChainArrives) {
  const auto begin = [](int way) {
    Window window{.dimension = 1};
    for (int k = 0; k < 60; ++k) {
      const double x = k;
      window.add(k, {&x, 1}, {&x, 1});
      window.log_densities.push_back(k < way ? -1000 + k : number(k));
    }
    window.begin_on_arrival();
    EXPECT_EQ(window.positions.front(), double(window.iterations.front()));
    EXPECT_EQ(window.gradients.size(), std::size_t(window.count()));
    EXPECT_EQ(window.log_densities.size(), std::size_t(window.count()));
    return window.iterations.front();
  };
  EXPECT_LE(begin(0), 5);
  EXPECT_GE(begin(10), 10);
  EXPECT_LE(begin(10), 15);
  EXPECT_EQ(begin(45), 30) << "half of a window stays";
}

/// Eight lanes, each with a whitening of its own, against the formula and each lane alone.
TEST(Coordinates, AreTheDensityOfThePosition) {
  const int d = 5;
  const FormulaDensity density = scaled_normal(d);
  const Window window = normal_window(d, 30, triangle(d, 0.6));
  for (const bool dense : {false, true}) {
    Coordinates together(density, 8, 3, dense, true);
    for (int k = 0; k < 8; ++k) together.set(k, by_directions(window, dense ? d : k % 4));
    Vector z(8 * 8), gradient(8 * 8), log_density(8);
    for (std::size_t i = 0; i < 5 * 8; ++i) z[i] = number(int(i));
    Coordinates::evaluate(&together, z.data(), gradient.data(), log_density.data());
    for (int k = 0; k < 8; ++k) {
      const auto one = density.evaluator(1);
      Coordinates alone(density, 1, 3, dense, true);
      alone.set(0, by_directions(window, dense ? d : k % 4));
      Vector row(8), row_gradient(8), q(d), g(d);
      for (std::size_t i = 0; i < 5; ++i) q[i] = row[i] = z[8 * i + std::size_t(k)];
      double value = 0;
      Coordinates::evaluate(&alone, row.data(), row_gradient.data(), &value);
      EXPECT_EQ(value, log_density[std::size_t(k)]);
      together.to_position(k, q);
      one->evaluate(one->context(), q.data(), g.data(), &value);
      EXPECT_EQ(value, log_density[std::size_t(k)]);
      for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(row_gradient[i], gradient[8 * i + std::size_t(k)]);
      }
      together.push_forward(k, std::span(row_gradient).first(5));
      for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_NEAR(row_gradient[i], g[i], 1e-11 * (1 + std::abs(g[i])));
      }
    }
  }
}

}  // namespace
}  // namespace tyche
