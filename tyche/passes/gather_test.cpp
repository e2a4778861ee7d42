#include "tyche/passes/gather.hpp"

#include <gtest/gtest.h>

#include "tyche/ir/print.hpp"
#include "tyche/passes/gradient_test.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

/// sum over i < n of (x[i + 1] - x[i])^2, and its gradient by adds to both neighbours.
Program walk_program(std::int64_t n) {
  Program p;
  const Value u = p.new_value(Type::vector(n + 1), "u");
  p.density.arguments = {u};
  Builder b(p, p.density);
  const Value gradient = b.local(Type::vector(n + 1));
  b.for_loop(b.integer(n + 1), {}, [&](Builder& in, Value k, auto) -> std::vector<Value> {
    in.store(gradient, {k}, in.real(0));
    return {};
  });
  const Value two = b.real(2);
  const auto sums = b.plate(n, 0, [&](Builder& in, Value i) -> std::vector<Value> {
    const Value next = in.emit(Op::add, {i, in.integer(1)});
    const Value step = in.emit(Op::sub, {in.load(u, {next}), in.load(u, {i})});
    const Value slope = in.emit(Op::mul, {two, step});
    in.add_to(gradient, {next}, slope);
    in.add_to(gradient, {i}, in.emit(Op::neg, {slope}));
    return {in.emit(Op::mul, {step, step})};
  });
  b.yield({sums[0], gradient});
  Builder(p, p.prelude).yield({});
  return p;
}

std::size_t adds_in_plates(const Program& p) {
  std::size_t count = 0;
  for (const Instruction& i : p.density.body) {
    if (i.op != Op::plate) continue;
    for_each_instruction(i.regions[0],
                         [&](const Instruction& in) { count += in.op == Op::add_to; });
  }
  return count;
}

TEST(Gather, AddsToEachElementOnceAndChangesNoSum) {
  const std::int64_t n = 37;
  const Program before = walk_program(n), after = gather(before);
  EXPECT_EQ(adds_in_plates(before), 2U);
  EXPECT_EQ(adds_in_plates(after), 1U) << ir::print(after);
  std::vector<double> u;
  for (std::int64_t k = 0; k <= n; ++k) u.push_back(std::sin(1 + 1.7 * double(k)));
  const interpret::Evaluation x = evaluated(before, {}, u), y = evaluated(after, {}, u);
  EXPECT_NEAR(x.yields[0].reals[0], y.yields[0].reals[0], 1e-13);
  for (std::size_t k = 0; k < u.size(); ++k) {
    EXPECT_NEAR(x.yields[1].reals[k], y.yields[1].reals[k], 1e-14) << k;
  }
}

TEST(Gather, LeavesShortPlatesAlone) { EXPECT_EQ(adds_in_plates(gather(walk_program(5))), 2U); }

}  // namespace
}  // namespace tyche::passes
