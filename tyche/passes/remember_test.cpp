#include "tyche/passes/remember.hpp"

#include "tyche/passes/gradient_test.hpp"

namespace tyche::passes {
namespace {

using Values = std::vector<Value>;

constexpr std::int64_t n = 9;

Point point() {
  Point u;
  for (std::int64_t k = 0; k < n; ++k) u.push_back(0.1 * double(k) - 0.35);
  return u;
}

int count(const Program& program, Op op) {
  int found = 0;
  for_each_instruction(program.density, [&](const Instruction& i) { found += i.op == op; });
  return found;
}

double value(const Program& program) { return evaluated(program, {}, point()).yields[0].reals[0]; }

/// A plate whose terms are f(its row).
void plate(Builder& b, std::int64_t rows, const std::function<Value(Builder&, Value)>& f) {
  b.plate(rows, 0, [&](Builder& in, Value i) -> Values {
    in.term(f(in, i), ir::Role::prior);
    return {};
  });
}

Program summed(const std::function<void(Builder&, Value)>& body) {
  return simplify(terms_to_sum(density_of(n, body)));
}

Value exp_of(Builder& b, Value u, Value i) {
  return b.emit(Op::exp, {b.emit(Op::mul, {b.real(1.5), b.load(u, {i})})});
}

TEST(Remember, ALaterPlateReadsWhatAnEarlierOneComputed) {
  const Program before = summed([](Builder& b, Value u) {
    plate(b, n, [&](Builder& in, Value i) { return in.emit(Op::sin, {exp_of(in, u, i)}); });
    plate(b, n, [&](Builder& in, Value i) { return in.emit(Op::tanh, {exp_of(in, u, i)}); });
  });
  const Program after = simplify(remember(before));
  expect_well_formed(after);
  EXPECT_EQ(count(before, Op::exp), 2);
  EXPECT_EQ(count(after, Op::exp), 1);
  EXPECT_EQ(value(after), value(before));
}

TEST(Remember, WhatDiffersIsComputed) {
  const Program before = summed([](Builder& b, Value u) {
    plate(b, n, [&](Builder& in, Value i) { return in.emit(Op::sin, {exp_of(in, u, i)}); });
    plate(b, n, [&](Builder& in, Value i) {
      return exp_of(in, u, in.emit(Op::sub, {in.integer(n - 1), i}));
    });
    plate(b, n - 1, [&](Builder& in, Value i) { return exp_of(in, u, i); });
  });
  EXPECT_EQ(ir::print(remember(before)), ir::print(before));
}

TEST(Remember, WhatIsReadOfAnArrayThatChangesIsComputed) {
  const Program before = summed([](Builder& b, Value u) {
    const Value x = b.local(Type::vector(n));
    for (std::int64_t k = 0; k < 2; ++k) {
      b.for_loop(b.integer(n), {}, [&](Builder& in, Value i, auto) -> Values {
        in.store(x, {i}, in.emit(Op::add, {in.load(u, {i}), in.real(double(k))}));
        return {};
      });
      plate(b, n, [&](Builder& in, Value i) { return exp_of(in, x, i); });
    }
  });
  EXPECT_EQ(ir::print(remember(before)), ir::print(before));
}

/// An array of zeros, to which a plate adds at `index`, `times` times; read after it.
Program sums(const std::function<Value(Builder&, Value)>& index, int times, double start) {
  return summed([&](Builder& b, Value u) {
    const Value x = b.local(Type::vector(n));
    b.for_loop(b.integer(n), {}, [&](Builder& in, Value i, auto) -> Values {
      in.store(x, {i}, in.real(start));
      return {};
    });
    b.plate(n, 0, [&](Builder& in, Value i) -> Values {
      for (int k = 0; k < times; ++k) in.add_to(x, {index(in, i)}, exp_of(in, u, i));
      return {};
    });
    plate(b, n, [&](Builder& in, Value i) {
      return in.emit(Op::mul, {in.load(x, {i}), in.load(u, {i})});
    });
  });
}

Value own(Builder&, Value i) { return i; }
Value other(Builder& b, Value i) { return b.emit(Op::sub, {b.integer(n - 1), i}); }

TEST(MapSums, AnElementThatIsAddedToOnceIsMapped) {
  const Program before = sums(own, 1, 0);
  const Program after = simplify(map_sums(before));
  expect_well_formed(after);
  EXPECT_EQ(count(after, Op::local), 0);
  EXPECT_EQ(value(after), value(before));
}

TEST(MapSums, OthersStay) {
  for (const Program& before : {sums(other, 1, 0), sums(own, 2, 0), sums(own, 1, .5)}) {
    EXPECT_EQ(ir::print(map_sums(before)), ir::print(before));
  }
}

}  // namespace
}  // namespace tyche::passes
