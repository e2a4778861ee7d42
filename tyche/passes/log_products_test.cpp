#include <gtest/gtest.h>

#include <cmath>

#include "tyche/ir/print.hpp"
#include "tyche/passes/contract.hpp"
#include "tyche/passes/gradient_test.hpp"
#include "tyche/passes/simplify.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

enum class Form { sum, difference, reversed, alone };

/// Sums over i < n of x_i and log(1 + e_i) as `form` says, and of 1 / (1 + e_i); e_i = exp(-|x_i|).
Program sums(std::int64_t n, Form form) {
  Program p;
  const Value u = p.new_value(Type::vector(n), "u");
  p.density.arguments = {u};
  Builder b(p, p.density);
  const auto results = b.plate(n, 0, [&](Builder& in, Value i) -> std::vector<Value> {
    const Value x = in.load(u, {i});
    const Value e = in.emit(Op::exp, {in.emit(Op::neg, {in.emit(Op::abs, {x})})});
    const Value log = in.emit(Op::log1p_unit, {e}), slope = in.emit(Op::inv1p, {e});
    if (form == Form::alone) return {log, slope};
    if (form == Form::sum) return {in.emit(Op::add, {x, log}), slope};
    if (form == Form::difference) return {in.emit(Op::sub, {x, log}), slope};
    return {in.emit(Op::sub, {log, in.emit(Op::add, {x, x})}), slope};
  });
  b.yield(results);
  Builder(p, p.prelude).yield({});
  return p;
}

int count(const Program& p, Op op) {
  int found = 0;
  for_each_instruction(p.density, [&](const Instruction& i) { found += i.op == op; });
  return found;
}

Point numbers(std::int64_t n) {
  Point u;
  for (std::int64_t k = 0; k < n; ++k) u.push_back(3 * std::sin(1 + 1.7 * double(k)));
  return u;
}

TEST(LogProducts, SumsAreAsTheyWere) {
  for (const Form form : {Form::sum, Form::difference, Form::reversed, Form::alone}) {
    for (const std::int64_t n : {64, 100, 256, 257, 1000}) {
      const Program before = sums(n, form), after = log_products(before);
      expect_well_formed(after);
      EXPECT_GE(count(after, Op::log), 1) << ir::print(after);
      EXPECT_EQ(count(after, Op::inv1p), 0) << ir::print(after);
      EXPECT_EQ(count(simplify(after), Op::log1p_unit), 0) << ir::print(after);
      const Point u = numbers(n);
      const interpret::Evaluation x = evaluated(before, {}, u), y = evaluated(after, {}, u);
      for (std::size_t k = 0; k < 2; ++k) {
        const double wanted = x.yields[k].reals[0];
        EXPECT_NEAR(y.yields[k].reals[0], wanted, 1e-15 * double(n)) << "sum " << k << " of " << n;
      }
    }
  }
}

TEST(LogProducts, OfOnesIsTheCountTimesLogTwo) {
  const std::int64_t n = 300;
  const interpret::Evaluation at =
      evaluated(log_products(sums(n, Form::alone)), {}, Point(std::size_t(n), 0.0));
  EXPECT_NEAR(at.yields[0].reals[0], double(n) * std::log(2), 1e-13);
  EXPECT_EQ(at.yields[1].reals[0], double(n) / 2);
}

TEST(LogProducts, LeavesFewRowsAlone) {
  EXPECT_EQ(count(log_products(sums(63, Form::sum)), Op::log1p_unit), 1);
}

/// What else needs the logarithm keeps it.
TEST(LogProducts, LeavesAUsedLogAlone) {
  Program p = sums(100, Form::sum);
  Region& body = p.density.body.back().op == Op::yield
                     ? p.density.body[p.density.body.size() - 2].regions[0]
                     : p.density.body.back().regions[0];
  Instruction& yield = body.body.back();
  for (const Instruction& i : body.body) {
    if (i.op == Op::log1p_unit) yield.operands[1] = i.results[0];
  }
  EXPECT_EQ(count(log_products(p), Op::log), 0) << ir::print(p);
}

}  // namespace
}  // namespace tyche::passes
