#include "tyche/passes/algebra.hpp"

#include <algorithm>

#include "tyche/passes/gradient_test.hpp"

namespace tyche::passes {
namespace {

using ir::Role;

std::size_t count(const Region& region, Op op) {
  std::size_t n = 0;
  for_each_instruction(region, [&](const Instruction& i) { n += i.op == op; });
  return n;
}

Program rewritten(const Program& program) {
  Program out = simplify(terms_to_sum(program));
  for (int round = 0; round < 2; ++round) {
    out = simplify(algebra(std::move(out)));
    expect_well_formed(out);
  }
  return out;
}

/// sum of -((u_i - m) / s)^2 / 2 - log s, with m = u_0 and s = u_1.
TEST(Algebra, WhatDoesNotVaryLeavesTheSum) {
  const Program program = density_of(9, [](Builder& b, Value u) {
    const Value m = b.load(u, {b.integer(0)}), s = b.load(u, {b.integer(1)});
    b.plate(9, 0, [&](Builder& in, Value i) -> std::vector<Value> {
      const Value z = in.emit(Op::div, {in.emit(Op::sub, {in.load(u, {i}), m}), s});
      const Value kernel = in.emit(Op::mul, {in.real(-.5), in.emit(Op::mul, {z, z})});
      in.term(in.emit(Op::sub, {kernel, in.emit(Op::log, {s})}), Role::prior);
      return {};
    });
  });
  const Program out = rewritten(program);
  const auto plate = std::ranges::find(out.density.body, Op::plate, &Instruction::op);
  ASSERT_NE(plate, out.density.body.end());
  // load, sub, mul, yield: the rest is outside, once.
  EXPECT_EQ(plate->regions[0].body.size(), 4U) << ir::print(out);
  EXPECT_EQ(count(out.density, Op::div), 1U);
  check_gradient(program, {}, {.3, 1.2, -.5, .8, .1, 2, -1, .4, .6});
  const Result<Program> gradient = differentiate(out);
  ASSERT_TRUE(gradient.has_value());
  expect_gradient(terms_to_sum(program), *gradient, {}, {.3, 1.2, -.5, .8, .1, 2, -1, .4, .6});
}

/// Both arguments equal: each has half of the slope, however the larger is chosen.
TEST(Algebra, LogSumExpSharesATie) {
  const Program program = density_of(2, [](Builder& b, Value u) {
    const Value x = b.load(u, {b.integer(0)}), y = b.load(u, {b.integer(1)});
    b.term(b.emit(Op::log_sum_exp, {x, y}), Role::prior);
  });
  const Result<Program> gradient = differentiate(rewritten(program));
  ASSERT_TRUE(gradient.has_value());
  const interpret::Evaluation at = evaluated(*gradient, {}, {.7, .7});
  EXPECT_DOUBLE_EQ(at.yields[0].reals[0], .7 + std::log(2));
  EXPECT_DOUBLE_EQ(at.yields[1].reals[0], .5);
  EXPECT_DOUBLE_EQ(at.yields[1].reals[1], .5);
  expect_gradient(terms_to_sum(program), *gradient, {}, {.7, -2});
}

TEST(Algebra, LogSumExpOfWhatCannotBe) {
  const Program program = density_of(1, [](Builder& b, Value u) {
    const Value x = b.load(u, {b.integer(0)});
    const Value never = b.emit(Op::add, {x, b.real(-std::numeric_limits<double>::infinity())});
    const Value both = b.emit(Op::log_sum_exp, {never, never});
    b.term(b.emit(Op::log_sum_exp, {both, x}), Role::prior);
  });
  const Result<Program> gradient = differentiate(rewritten(program));
  ASSERT_TRUE(gradient.has_value());
  const interpret::Evaluation at = evaluated(*gradient, {}, {.7});
  EXPECT_EQ(at.yields[0].reals[0], .7);
  EXPECT_EQ(at.yields[1].reals[0], 1);
}

/// log s and 1 / s of s = e^u need neither log nor division.
TEST(Algebra, ExponentialsAreUndone) {
  const Program program = density_of(2, [](Builder& b, Value u) {
    const Value s = b.emit(Op::exp, {b.load(u, {b.integer(0)})});
    const Value x = b.load(u, {b.integer(1)});
    b.term(b.emit(Op::sub, {b.emit(Op::div, {x, s}), b.emit(Op::log, {s})}), Role::prior);
  });
  const Program out = rewritten(program);
  EXPECT_EQ(count(out.density, Op::log) + count(out.density, Op::div), 0U) << ir::print(out);
  EXPECT_EQ(count(out.density, Op::exp), 1U);
  const Result<Program> gradient = differentiate(out);
  ASSERT_TRUE(gradient.has_value());
  expect_gradient(terms_to_sum(program), *gradient, {}, {.7, -2});
}

/// log(1 + e^x) and its slope share one exponential, far out too.
TEST(Algebra, LogisticSharesItsExponential) {
  const Program program = density_of(1, [](Builder& b, Value u) {
    const Value x = b.load(u, {b.integer(0)});
    b.term(b.emit(Op::log1p_exp, {x}), Role::prior);
  });
  const Result<Program> gradient = differentiate(simplify(terms_to_sum(program)));
  ASSERT_TRUE(gradient.has_value());
  const Program out = simplify(algebra(simplify(*gradient)));
  EXPECT_EQ(count(out.density, Op::exp), 1U);
  EXPECT_EQ(count(out.density, Op::inv_logit), 0U);
  for (const double x : {-700.0, -30.0, -1.0, 0.0, 1.0, 30.0, 700.0}) {
    const interpret::Evaluation at = evaluated(out, {}, {x});
    const double e = std::exp(-std::fabs(x)), s = x >= 0 ? 1 / (1 + e) : e / (1 + e);
    EXPECT_NEAR(at.yields[1].reals[0], s, 1e-15 * s);
    EXPECT_NEAR(at.yields[0].reals[0], std::max(x, 0.0) + std::log1p(e),
                1e-15 * at.yields[0].reals[0]);
  }
}

}  // namespace
}  // namespace tyche::passes
