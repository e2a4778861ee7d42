#include "tyche/passes/distribute.hpp"

#include "tyche/ir/random_program.hpp"
#include "tyche/passes/bind.hpp"
#include "tyche/passes/gradient_test.hpp"
#include "tyche/passes/random_test.hpp"
#include "tyche/passes/structure.hpp"

namespace tyche::passes {
namespace {

using Values = std::vector<Value>;
using Carried = std::span<const Value>;

constexpr std::int64_t turns = 20;

/// A loop, and whether it stays as it is.
struct Case {
  std::string name;
  std::function<void(Builder&, Value u)> body;
  int loops = 0;  // after the pass
  bool stays = false;
};

void PrintTo(const Case& at, std::ostream* out) { *out << at.name; }

Value element(Builder& b, Value u, Value i) { return b.load(u, {i}); }
Value at(Builder& b, Value u, std::int64_t k) { return b.load(u, {b.integer(k)}); }
Value add(Builder& b, Value x, Value y) { return b.emit(Op::add, {x, y}); }
Value sub(Builder& b, Value x, Value y) { return b.emit(Op::sub, {x, y}); }
Value mul(Builder& b, Value x, Value y) { return b.emit(Op::mul, {x, y}); }
Value of(Builder& b, Op op, Value x) { return b.emit(op, {x}); }
Value square(Builder& b, Value x) { return mul(b, x, x); }

/// Not cheap, and none of its derivatives vanish.
Value dear(Builder& b, Value x) { return of(b, Op::log1p, square(b, of(b, Op::exp, x))); }

Values loop(Builder& b, Values first, const std::function<Values(Builder&, Value, Carried)>& body) {
  return b.for_loop(b.integer(turns), first, body);
}

void prior(Builder& b, Value x) { b.term(x, ir::Role::prior); }

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"ARandomWalkIsAPlate",
       [](Builder& b, Value u) {
         loop(b, {at(b, u, 3)}, [&](Builder& in, Value t, Carried now) -> Values {
           const Value s = element(in, u, t);
           prior(in, square(in, sub(in, s, now[0])));
           prior(in, dear(in, s));
           return {s};
         });
       }},
      {"ALagOfTwoIsCarried",
       [](Builder& b, Value u) {
         loop(b, {at(b, u, 3), b.real(.2)}, [&](Builder& in, Value t, Carried now) -> Values {
           const Value s = element(in, u, t);
           prior(in, square(in, sub(in, s, mul(in, now[0], now[1]))));
           prior(in, dear(in, mul(in, s, now[1])));
           return {s, now[0]};
         });
       },
       1},
      {"WhatAStepNeedsOfItselfIsFormedBefore",
       [](Builder& b, Value u) {
         loop(b, {at(b, u, 0)}, [&](Builder& in, Value t, Carried now) -> Values {
           const Value a = of(in, Op::tanh, element(in, u, t));
           const Value x = sub(in, element(in, u, t), mul(in, a, now[0]));
           const Value next = add(in, now[0], mul(in, a, x));
           prior(in, dear(in, mul(in, next, now[0])));
           prior(in, dear(in, a));
           return {next};
         });
       },
       1},
      {"ARecurrenceThatIsNotLinear",
       [](Builder& b, Value u) {
         loop(b, {at(b, u, 1)}, [&](Builder& in, Value t, Carried now) -> Values {
           const Value drift = dear(in, element(in, u, t));
           const Value next = of(in, Op::tanh, add(in, drift, mul(in, now[0], now[0])));
           prior(in, dear(in, next));
           prior(in, of(in, Op::sin, mul(in, dear(in, now[0]), drift)));
           return {next};
         });
       },
       1},
      {"OneRecurrenceFeedsAnother",
       [](Builder& b, Value u) {
         const Value one = b.real(1);
         const Values last = loop(b, {one, one}, [&](Builder& in, Value t, Carried now) -> Values {
           const Value x = of(in, Op::tanh, add(in, now[0], dear(in, element(in, u, t))));
           const Value y =
               of(in, Op::sin, add(in, now[1], dear(in, of(in, Op::log1p, square(in, x)))));
           prior(in, dear(in, y));
           return {x, y};
         });
         prior(b, mul(b, last[0], last[1]));
       },
       2},
      {"ResultsAreThoseOfTheLastTurn",
       [](Builder& b, Value u) {
         const Values last = loop(b, {at(b, u, 0), b.real(.5), b.real(0)},
                                  [&](Builder& in, Value t, Carried now) -> Values {
                                    const Value s = dear(in, element(in, u, t));
                                    const Value c = of(in, Op::tanh, add(in, now[1], dear(in, s)));
                                    prior(in, mul(in, now[0], dear(in, c)));
                                    return {s, c, sub(in, now[2], dear(in, mul(in, s, c)))};
                                  });
         prior(b, mul(b, add(b, last[0], last[1]), last[2]));
       },
       1},
      {"BackFromTheEnd",
       [](Builder& b, Value u) {
         loop(b, {at(b, u, 2), b.real(.5)}, [&](Builder& in, Value j, Carried now) -> Values {
           const Value t = sub(in, in.integer(turns - 1), j);
           const Value s = dear(in, element(in, u, t));
           const Value c =
               add(in, mul(in, of(in, Op::tanh, s), now[1]), dear(in, element(in, u, t)));
           prior(in, dear(in, sub(in, element(in, u, t), now[0])));
           prior(in, dear(in, mul(in, c, now[1])));
           return {element(in, u, t), c};
         });
       },
       1},
      {"StoresBecomeWhatAPlateMaps",
       [](Builder& b, Value u) {
         const Value sd = b.local(Type::vector(turns)), longer = b.local(Type::vector(turns + 1));
         b.store(longer, {b.integer(turns)}, b.real(.25));
         loop(b, {at(b, u, 0)}, [&](Builder& in, Value t, Carried now) -> Values {
           in.store(sd, {t}, dear(in, now[0]));
           in.store(longer, {t}, dear(in, element(in, u, t)));
           return {add(in, dear(in, element(in, u, t)), mul(in, at(in, u, 1), now[0]))};
         });
         loop(b, {}, [&](Builder& in, Value t, Carried) -> Values {
           prior(in, mul(in, in.load(sd, {t}), in.load(longer, {add(in, t, in.integer(1))})));
           return {};
         });
       },
       1},
      {"AddsGoWhereTheyMay",
       [](Builder& b, Value u) {
         const Value sums = b.local(Type::vector(turns));
         b.for_loop(b.integer(turns), {}, [&](Builder& in, Value t, Carried) -> Values {
           in.store(sums, {t}, in.real(.5));
           return {};
         });
         loop(b, {at(b, u, 0)}, [&](Builder& in, Value t, Carried now) -> Values {
           in.add_to(sums, {t}, dear(in, element(in, u, t)));
           in.add_to(sums, {in.integer(3)}, dear(in, now[0]));
           return {element(in, u, t)};
         });
         prior(b, mul(b, at(b, sums, 3), at(b, sums, 5)));
       }},
      {"AnArrayThatIsReadBackStaysInItsLoop",
       [](Builder& b, Value u) {
         const Value kept = b.local(Type::vector(turns + 1));
         b.store(kept, {b.integer(0)}, at(b, u, 0));
         loop(b, {}, [&](Builder& in, Value t, Carried) -> Values {
           const Value before = in.load(kept, {t});
           const Value x = of(in, Op::sin, add(in, before, dear(in, element(in, u, t))));
           in.store(kept, {add(in, t, in.integer(1))}, x);
           prior(in, dear(in, x));
           prior(in, dear(in, mul(in, before, dear(in, element(in, u, t)))));
           return {};
         });
       },
       1},
      {"CountersAndConditions",
       [](Builder& b, Value u) {
         const Value no = b.boolean(false);
         loop(b, {b.integer(0), no}, [&](Builder& in, Value t, Carried now) -> Values {
           const Value x = dear(in, element(in, u, t));
           const Value count =
               in.emit(Op::select, {now[1], add(in, now[0], in.integer(1)), now[0]});
           prior(in, mul(in, dear(in, x), of(in, Op::to_real, now[0])));
           prior(in, in.emit(Op::select, {now[1], dear(in, of(in, Op::neg, x)), x}));
           return {count, in.emit(Op::gt, {x, in.real(.9)})};
         });
       },
       1},
      {"LoopsInLoops",
       [](Builder& b, Value u) {
         loop(b, {at(b, u, 0)}, [&](Builder& in, Value t, Carried now) -> Values {
           const Value x = element(in, u, t);
           const Values inner = in.for_loop(
               in.integer(7), Values{x}, [&](Builder& deep, Value, Carried y) -> Values {
                 return {of(deep, Op::sin, add(deep, dear(deep, y[0]), x))};
               });
           prior(in, dear(in, inner[0]));
           const Value next = of(in, Op::tanh, add(in, now[0], x));
           prior(in, dear(in, mul(in, next, dear(in, inner[0]))));
           return {next};
         });
       },
       2},
      {"RejectionsStay",
       [](Builder& b, Value u) {
         loop(b, {at(b, u, 0)}, [&](Builder& in, Value t, Carried now) -> Values {
           const Value x = dear(in, element(in, u, t));
           in.if_else(
               in.emit(Op::lt, {x, in.real(-5)}),
               [](Builder& reject) -> Values {
                 reject.append({.op = Op::reject, .name = "low"});
                 return {};
               },
               [](Builder&) -> Values { return {}; });
           prior(in, mul(in, x, now[0]));
           return {x};
         });
       },
       1, true},
      {"CarriedArraysStay",
       [](Builder& b, Value u) {
         const Value first = b.local(Type::vector(2));
         b.store(first, {b.integer(0)}, at(b, u, 0));
         b.store(first, {b.integer(1)}, at(b, u, 1));
         const Value pair = b.load(first, {});
         loop(b, {pair}, [&](Builder& in, Value t, Carried now) -> Values {
           prior(in, dear(in, mul(in, element(in, u, t), at(in, now[0], 0))));
           return in.plate(2, 1, [&](Builder& deep, Value k) -> Values {
             return {of(deep, Op::sin, deep.load(now[0], {k}))};
           });
         });
       },
       1, true},
      {"NothingButARecurrenceStays",
       [](Builder& b, Value u) {
         prior(b, loop(b, {at(b, u, 0)}, [&](Builder& in, Value t, Carried now) -> Values {
                 return {of(in, Op::tanh, add(in, now[0], element(in, u, t)))};
               })[0]);
       },
       1, true}};
  return all;
}

int loops_of(const Program& program) {
  int loops = 0;
  for_each_instruction(program.density, [&](const Instruction& i) {
    const bool fills = i.op == Op::for_loop && i.regions[0].body.size() == 2;
    loops += i.op == Op::for_loop && !fills;
  });
  return loops;
}

/// The gradient, to a tolerance of its largest component.
void expect_same_gradient(const Program& a, const Program& b, const ir::DataSet& data,
                          const Point& u) {
  const auto x = evaluated(a, data, u), y = evaluated(b, data, u);
  ASSERT_FALSE(x.rejected || y.rejected);
  const std::vector<double>&g = x.yields[1].reals, &h = y.yields[1].reals;
  double scale = 1;
  for (double v : g) scale = std::max(scale, std::fabs(v));
  EXPECT_NEAR(x.yields[0].reals[0], y.yields[0].reals[0],
              1e-12 * std::max(1.0, std::fabs(x.yields[0].reals[0])));
  for (std::size_t k = 0; k < g.size(); ++k) EXPECT_NEAR(g[k], h[k], 1e-12 * scale) << k;
}

Program gradient_of(const Program& program) {
  const auto made = differentiate(program);
  EXPECT_TRUE(made.has_value()) << to_string(made.error());
  return simplify(*made);
}

class Distributed : public testing::TestWithParam<Case> {};

TEST_P(Distributed, KeepsValueAndGradientBeforeAndAfterDifferentiation) {
  const Program before = simplify(terms_to_sum(density_of(turns, GetParam().body)));
  const Program after = distribute(before);
  expect_well_formed(after);
  if (GetParam().stays) {
    EXPECT_EQ(ir::print(after), ir::print(before));
    return;
  }
  EXPECT_EQ(loops_of(simplify(after)), GetParam().loops) << ir::print(after);
  const Point u = random_point(turns);
  const Program plain = gradient_of(before), gradient = gradient_of(simplify(after));
  expect_same_gradient(plain, gradient, {}, u);
  const Program twice = distribute(gradient);
  expect_well_formed(twice);
  expect_same_gradient(plain, twice, {}, u);
  if (HasFailure()) std::puts((ir::print(before) + ir::print(after) + ir::print(twice)).c_str());
}

INSTANTIATE_TEST_SUITE_P(Loops, Distributed, testing::ValuesIn(cases()),
                         [](const auto& at) { return at.param.name; });

TEST(Distribute, LeavesShortLoopsAlone) {
  const Program before = simplify(terms_to_sum(density_of(turns, cases()[0].body)));
  EXPECT_EQ(ir::print(distribute(before, turns + 1)), ir::print(before));
  EXPECT_NE(ir::print(distribute(before, turns)), ir::print(before));
}

/// Scans and loops of random programs, however short.
class RandomLoops : public testing::TestWithParam<int> {};

TEST_P(RandomLoops, KeepTheirValueAndGradient) {
  const int seed = GetParam();
  const auto random = ir::random_program({.seed = std::uint64_t(5000 + seed),
                                          .statements = 15 + seed % 30,
                                          .dimension = 1 + seed % 4,
                                          .smooth = true,
                                          .recursion = false});
  Program program = remove_structure(random.program);
  const auto bound = bind_shapes(inline_functions(program), random.data);
  ASSERT_TRUE(bound.has_value());
  if (!bound->functions.empty()) GTEST_SKIP() << "a recursive function";
  program = simplify(lower_scan(terms_to_sum(promote_locals(*bound))));
  const Program after = distribute(program, 1);
  expect_well_formed(after);
  const Point u = random_point(std::size_t(1 + seed % 4));
  const double value = log_density(program, random.data, u);
  const double now = log_density(after, random.data, u);
  ASSERT_TRUE(now == value || std::fabs(now - value) <= 1e-11 * std::max(1.0, std::fabs(value)))
      << now << ", was " << value << "\n"
      << ir::print(program) << ir::print(after);
  const auto gradient = differentiate(program), other = differentiate(after);
  if (!gradient || !std::isfinite(value)) GTEST_SKIP() << "no gradient";
  ASSERT_TRUE(other.has_value()) << to_string(other.error());
  const Program twice = distribute(simplify(*other), 1);
  expect_well_formed(twice);
  expect_same_gradient(*gradient, twice, random.data, u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomLoops, testing::Range(0, random_programs(200)));

}  // namespace
}  // namespace tyche::passes
