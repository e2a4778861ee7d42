// A gradient is right if differences of the log density say so.
#pragma once
#include <gtest/gtest.h>

#include <cmath>

#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/print.hpp"
#include "tyche/ir/verify.hpp"
#include "tyche/passes/differentiate.hpp"
#include "tyche/passes/simplify.hpp"
#include "tyche/passes/terms.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {

using Point = std::vector<double>;

/// A density of u: vector[d] whose terms `body(builder, u)` writes.
template <class Body>
Program density_of(std::int64_t d, Body body) {
  Program program;
  program.density.arguments = {program.new_value(Type::vector(d), "u")};
  Builder b(program, program.density);
  body(b, program.density.arguments[0]);
  b.yield({});
  return program;
}

inline ir::Array reals(std::vector<double> x) {
  const std::int64_t n = std::int64_t(x.size());
  return {.type = Type::vector(n), .reals = std::move(x)};
}

inline ir::Array integers(std::vector<std::int64_t> x) {
  const std::int64_t n = std::int64_t(x.size());
  return {.type = Type::array(Type::integer(), {n}), .integers = std::move(x)};
}

inline void expect_well_formed(const Program& program) {
  const Result<void> verdict = ir::verify(program);
  ASSERT_TRUE(verdict.has_value()) << to_string(verdict.error()) << "\n" << ir::print(program);
}

/// lp and, after differentiate, the gradient.
inline interpret::Evaluation evaluated(const Program& program, const ir::DataSet& data,
                                       const Point& u) {
  auto made = interpret::Interpreter::create(program, data);
  EXPECT_TRUE(made.has_value()) << to_string(made.error());
  return made->density(u);
}

struct Slope {
  double value = NAN;
  double error = std::numeric_limits<double>::infinity();  // about; large near a kink
};

/// Central differences, extrapolated (Ridders): error about 1e-11 of the scale for smooth lp.
inline Slope slope_at(const interpret::Interpreter& lp, Point u, std::size_t k) {
  const double x = u[k];
  const auto at = [&](double h) {
    u[k] = x + h;
    const double up = lp.density(u).yields[0].reals[0];
    u[k] = x - h;
    return (up - lp.density(u).yields[0].reals[0]) / (2 * h);
  };
  constexpr int rows = 6;
  double table[rows][rows], h = 0.05;
  Slope best;
  for (int r = 0; r < rows; ++r, h /= 2) {
    table[r][0] = at(h);
    for (int c = 1; c <= r; ++c) {
      table[r][c] =
          table[r][c - 1] + (table[r][c - 1] - table[r - 1][c - 1]) / (std::pow(4, c) - 1);
      const double error = std::max(std::fabs(table[r][c] - table[r][c - 1]),
                                    std::fabs(table[r][c] - table[r - 1][c - 1]));
      if (error < best.error) best = {table[r][c], error};
    }
  }
  return best;
}

/// That the gradient of `summed` (its density yields lp) in the differentiated `program` is the
/// slope, relative to the largest component, and that both give the same lp.
inline void expect_gradient(const Program& summed, const Program& program, const ir::DataSet& data,
                            const Point& u, double tolerance = 1e-8) {
  expect_well_formed(program);
  auto lp = interpret::Interpreter::create(summed, data);
  ASSERT_TRUE(lp.has_value()) << to_string(lp.error());
  const interpret::Evaluation plain = lp->density(u), both = evaluated(program, data, u);
  ASSERT_FALSE(plain.rejected) << plain.why;
  ASSERT_FALSE(both.rejected) << both.why << ir::print(program);
  const double value = plain.yields[0].reals[0];
  EXPECT_NEAR(both.yields[0].reals[0], value, 1e-12 * std::max(1.0, std::fabs(value)));
  ASSERT_EQ(both.yields[1].reals.size(), u.size());
  std::vector<double> slopes;
  double scale = 1;
  for (std::size_t k = 0; k < u.size(); ++k) {
    slopes.push_back(slope_at(*lp, u, k).value);
    scale = std::max(scale, std::fabs(slopes.back()));
  }
  for (std::size_t k = 0; k < u.size(); ++k) {
    EXPECT_NEAR(both.yields[1].reals[k], slopes[k], tolerance * scale) << "component " << k << "\n"
                                                                       << ir::print(program);
  }
}

/// From terms to a gradient by the passes in their plainest order, before and after simplify.
inline void check_gradient(const Program& program, const ir::DataSet& data, const Point& u) {
  const Program summed = terms_to_sum(program);
  expect_well_formed(summed);
  const Result<Program> direct = differentiate(summed);
  ASSERT_TRUE(direct.has_value()) << to_string(direct.error());
  expect_gradient(summed, *direct, data, u);
  if (testing::Test::HasFailure()) return;
  const Program small = simplify(summed);
  expect_well_formed(small);
  const Result<Program> again = differentiate(small);
  ASSERT_TRUE(again.has_value()) << to_string(again.error());
  expect_gradient(summed, *again, data, u);
  expect_gradient(summed, simplify(*again), data, u);
}

}  // namespace tyche::passes
