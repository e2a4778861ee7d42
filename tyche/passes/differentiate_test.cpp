#include "tyche/passes/differentiate.hpp"

#include "tyche/passes/gradient_test.hpp"

namespace tyche::passes {
namespace {

using ir::Role;

struct Elementary {
  Op op;
  double a, b = 0, c = 0;
};

class EveryOp : public testing::TestWithParam<Elementary> {};

TEST_P(EveryOp, HasTheSlopeOfItsValue) {
  const Elementary at = GetParam();
  const Program program = density_of(3, [&](Builder& b, Value u) {
    std::vector<Value> operands;
    for (int k = 0; k < ir::info(at.op).operands; ++k)
      operands.push_back(b.load(u, {b.integer(k)}));
    const Value r = b.emit(at.op, operands);
    b.term(b.emit(Op::mul, {r, b.real(1.25)}), Role::prior);
    // Used twice, and with itself.
    b.term(b.emit(Op::mul, {r, r}), Role::prior);
  });
  check_gradient(program, {}, {at.a, at.b, at.c});
}

INSTANTIATE_TEST_SUITE_P(
    Elementary, EveryOp,
    testing::Values(
        Elementary{Op::add, .3, -.7}, Elementary{Op::sub, .3, -.7}, Elementary{Op::mul, .3, -.7},
        Elementary{Op::div, .3, -1.7}, Elementary{Op::neg, .3}, Elementary{Op::abs, -.3},
        Elementary{Op::abs, .3}, Elementary{Op::min, .3, .7}, Elementary{Op::min, .7, .3},
        Elementary{Op::max, .3, .7}, Elementary{Op::max, .7, .3}, Elementary{Op::fma, .3, -.7, 2},
        Elementary{Op::sqrt, 1.3}, Elementary{Op::exp, .3}, Elementary{Op::log, 1.3},
        Elementary{Op::log1p, .3}, Elementary{Op::log1p_unit, .3}, Elementary{Op::inv1p, .3},
        Elementary{Op::expm1, .3}, Elementary{Op::tanh, .3}, Elementary{Op::inv_logit, .3},
        Elementary{Op::log1p_exp, .3}, Elementary{Op::log1m_exp, -1.3},
        Elementary{Op::log_sum_exp, .3, 1.7}, Elementary{Op::sin, .3}, Elementary{Op::cos, .3},
        Elementary{Op::pow, 1.3, .7}, Elementary{Op::erf, .3}, Elementary{Op::erfc, .3},
        Elementary{Op::Phi, .3}, Elementary{Op::inv_Phi, .3}, Elementary{Op::lgamma, 2.3},
        Elementary{Op::digamma, 2.3}),
    [](const auto& info) {
      return std::string(ir::info(info.param.op).name) + "_" + std::to_string(info.index);
    });

TEST(Differentiate, WeighsNothingWhereLogSumExpIsMinusInfinity) {
  const double never = -std::numeric_limits<double>::infinity();
  const Program program = density_of(1, [&](Builder& b, Value u) {
    const Value x = b.load(u, {b.integer(0)});
    const Value impossible = b.emit(Op::add, {x, b.real(never)});
    const Value both = b.emit(Op::log_sum_exp, {impossible, impossible});
    b.term(b.emit(Op::log_sum_exp, {both, x}), Role::prior);
  });
  check_gradient(program, {}, {.4});
}

TEST(Differentiate, PowerOfZeroHasFiniteSlope) {
  const Program program = density_of(1, [&](Builder& b, Value u) {
    const Value x = b.load(u, {b.integer(0)});
    b.term(b.emit(Op::pow, {x, b.real(2)}), Role::prior);
  });
  const Result<Program> gradient = differentiate(terms_to_sum(program));
  ASSERT_TRUE(gradient.has_value());
  EXPECT_EQ(evaluated(*gradient, {}, {0}).yields[1].reals[0], 0);
}

Value squared(Builder& b, Value x) { return b.emit(Op::mul, {x, x}); }

/// A regression with a group effect: gathers, invariants, data.
Program regression(std::int64_t groups) {
  Program program = density_of(groups + 2, [&](Builder&, Value) {});
  program.data = {
      {"y", Type::vector(6)}, {"x", Type::vector(6)}, {"g", Type::array(Type::integer(), {6})}};
  program.density.body.clear();
  Builder b(program, program.density);
  const Value u = program.density.arguments[0];
  const Value slope = b.load(u, {b.integer(0)});
  const Value sigma = b.emit(Op::exp, {b.load(u, {b.integer(1)})});
  const Value tau = b.real(2);
  const Value effects = b.plate(groups, 1, [&](Builder& in, Value j) {
    const Value z = in.load(u, {in.emit(Op::add, {j, in.integer(2)})});
    in.term(in.emit(Op::neg, {squared(in, z)}), Role::prior);
    return std::vector{in.emit(Op::mul, {tau, z})};
  })[0];
  b.plate(6, 0, [&](Builder& in, Value n) -> std::vector<Value> {
    const Value a = in.load(effects, {in.load(in.data("g"), {n})});
    const Value mean = in.emit(Op::fma, {slope, in.load(in.data("x"), {n}), a});
    const Value z = in.emit(Op::div, {in.emit(Op::sub, {in.load(in.data("y"), {n}), mean}), sigma});
    const Value lp = in.emit(Op::mul, {in.real(-.5), squared(in, z)});
    in.term(in.emit(Op::sub, {lp, in.emit(Op::log, {sigma})}), Role::likelihood);
    return {};
  });
  b.yield({});
  return program;
}

TEST(Differentiate, GathersSumIntoTheGroups) {
  const ir::DataSet data{{"y", reals({1, 2, -1, .5, 3, 0})},
                         {"x", reals({.1, .2, .3, .4, .5, .6})},
                         {"g", integers({0, 1, 1, 2, 0, 1})}};
  check_gradient(regression(3), data, {.3, -.2, .5, .1, -.4});
}

TEST(Differentiate, NestedPlatesAndMappedArrays) {
  const Program program = density_of(6, [&](Builder& b, Value u) {
    const Value rows = b.plate(2, 1, [&](Builder& in, Value i) {
      return in.plate(3, 1, [&](Builder& deep, Value j) {
        const Value k = deep.emit(Op::add, {deep.emit(Op::mul, {i, deep.integer(3)}), j});
        return std::vector{deep.emit(Op::exp, {deep.load(u, {k})})};
      });
    })[0];
    b.plate(2, 0, [&](Builder& in, Value i) -> std::vector<Value> {
      const Value row = in.load(rows, {i});
      const Value sum = in.plate(3, 0, [&](Builder& deep, Value j) {
        return std::vector{deep.emit(Op::mul, {deep.load(row, {j}), deep.load(rows, {i, j})})};
      })[0];
      in.term(in.emit(Op::log, {sum}), Role::prior);
      return {};
    });
  });
  check_gradient(program, {}, {.1, .2, .3, -.4, .5, -.6});
}

TEST(Differentiate, LoopsCarryScalarsAndArrays) {
  const Program program = density_of(4, [&](Builder& b, Value u) {
    const Value rho = b.load(u, {b.integer(0)});
    const Value start = b.plate(2, 1, [&](Builder& in, Value i) {
      return std::vector{in.emit(Op::sin, {in.load(u, {in.emit(Op::add, {i, in.integer(1)})})})};
    })[0];
    const Value carried[] = {rho, start};
    const auto out =
        b.for_loop(b.integer(5), carried, [&](Builder& in, Value t, std::span<const Value> c) {
          const Value shift = in.emit(Op::mul, {in.emit(Op::to_real, {t}), in.real(.1)});
          const Value x = in.emit(Op::add, {in.emit(Op::mul, {c[0], rho}), shift});
          in.term(in.emit(Op::sin, {x}), Role::likelihood);
          const Value state = in.plate(2, 1, [&](Builder& deep, Value i) {
            const Value other = deep.emit(Op::sub, {deep.integer(1), i});
            return std::vector{
                deep.emit(Op::add, {deep.emit(Op::mul, {deep.load(c[1], {other}), x}),
                                    deep.load(u, {deep.emit(Op::add, {i, deep.integer(2)})})})};
          })[0];
          return std::vector{x, state};
        });
    b.term(squared(b, out[0]), Role::prior);
    b.term(b.emit(Op::mul, {b.load(out[1], {b.integer(0)}), b.load(out[1], {b.integer(1)})}),
           Role::prior);
  });
  check_gradient(program, {}, {.7, -.3, .8, .4});
}

TEST(Differentiate, NestedLoops) {
  const Program program = density_of(2, [&](Builder& b, Value u) {
    const Value a = b.load(u, {b.integer(0)}), c = b.load(u, {b.integer(1)});
    const Value first[] = {a};
    const auto out = b.for_loop(b.integer(3), first, [&](Builder& in, Value, auto outer) {
      const Value second[] = {outer[0], c};
      const auto r = in.for_loop(in.integer(2), second, [&](Builder& deep, Value, auto v) {
        return std::vector{deep.emit(Op::sin, {deep.emit(Op::mul, {v[0], v[1]})}),
                           deep.emit(Op::add, {v[1], a})};
      });
      return std::vector{in.emit(Op::add, {r[0], r[1]})};
    });
    b.term(squared(b, out[0]), Role::prior);
  });
  check_gradient(program, {}, {.7, -.3});
}

/// A volatility that is stored step by step: written once, read at the step before.
TEST(Differentiate, LocalsStoredOnce) {
  const Program program = density_of(3, [&](Builder& b, Value u) {
    const Value phi = b.load(u, {b.integer(0)});
    const Value h = b.local(Type::vector(6));
    b.store(h, {b.integer(0)}, b.load(u, {b.integer(1)}));
    b.for_loop(b.integer(5), {}, [&](Builder& in, Value t, auto) -> std::vector<Value> {
      const Value x = in.emit(Op::mul, {phi, squared(in, in.load(h, {t}))});
      in.store(h, {in.emit(Op::add, {t, in.integer(1)})},
               in.emit(Op::add, {x, in.load(u, {in.integer(2)})}));
      return {};
    });
    b.plate(6, 0, [&](Builder& in, Value t) -> std::vector<Value> {
      in.term(in.emit(Op::sin, {in.load(h, {t})}), Role::likelihood);
      return {};
    });
  });
  check_gradient(program, {}, {.7, -.3, .2});
}

/// Elements that are overwritten, in a loop and outside, and summed into.
TEST(Differentiate, LocalsOverwritten) {
  const Program program = density_of(3, [&](Builder& b, Value u) {
    const Value a = b.local(Type::vector(3));
    b.for_loop(b.integer(3), {}, [&](Builder& in, Value i, auto) -> std::vector<Value> {
      in.store(a, {i}, in.load(u, {i}));
      return {};
    });
    b.for_loop(b.integer(7), {}, [&](Builder& in, Value t, auto) -> std::vector<Value> {
      const Value k = in.emit(Op::remainder, {t, in.integer(3)});
      const Value next =
          in.emit(Op::remainder, {in.emit(Op::add, {t, in.integer(1)}), in.integer(3)});
      const Value x = in.emit(Op::mul, {in.load(a, {k}), in.load(a, {next})});
      in.store(a, {k}, in.emit(Op::sin, {x}));
      in.add_to(a, {next}, x);
      in.term(in.load(a, {next}), Role::prior);
      return {};
    });
    b.term(squared(b, b.load(a, {b.integer(1)})), Role::prior);
    b.store(a, {b.integer(1)}, b.load(a, {b.integer(2)}));
    b.plate(3, 0, [&](Builder& in, Value i) -> std::vector<Value> {
      in.term(squared(in, in.load(a, {i})), Role::prior);
      return {};
    });
  });
  check_gradient(program, {}, {.7, -1.3, .9});
}

TEST(Differentiate, BranchesOfParametersAndOfData) {
  const auto make = [&](Builder& b, Value u) {
    const Value x = b.load(u, {b.integer(0)}), y = b.load(u, {b.integer(1)});
    b.plate(4, 0, [&](Builder& in, Value i) -> std::vector<Value> {
      const Value early = in.emit(Op::lt, {i, in.integer(2)});
      const auto r = in.if_else(
          early, [&](Builder& yes) { return std::vector{yes.emit(Op::exp, {x})}; },
          [&](Builder& no) { return std::vector{no.emit(Op::mul, {x, y})}; });
      const Value positive = in.emit(Op::gt, {r[0], in.real(0)});
      const auto s = in.if_else(
          positive,
          [&](Builder& yes) {
            yes.term(squared(yes, y), Role::prior);
            return std::vector{squared(yes, r[0]), x};
          },
          [&](Builder& no) { return std::vector{no.emit(Op::neg, {r[0]}), no.real(2)}; });
      in.term(in.emit(Op::mul, {s[0], s[1]}), Role::prior);
      return {};
    });
  };
  check_gradient(density_of(2, make), {}, {.7, -1.3});
  check_gradient(density_of(2, make), {}, {.7, 1.3});
}

TEST(Differentiate, BranchesStoreToLocals) {
  const Program program = density_of(2, [&](Builder& b, Value u) {
    const Value a = b.local(Type::vector(2));
    b.store(a, {}, u);
    b.for_loop(b.integer(4), {}, [&](Builder& in, Value t, auto) -> std::vector<Value> {
      const Value x = in.load(a, {in.integer(0)}), y = in.load(a, {in.integer(1)});
      in.if_else(
          in.emit(Op::lt, {x, y}),
          [&](Builder& yes) -> std::vector<Value> {
            yes.store(a, {yes.integer(0)}, yes.emit(Op::add, {squared(yes, y), yes.real(.3)}));
            return {};
          },
          [&](Builder& no) -> std::vector<Value> {
            no.store(a, {no.integer(1)}, no.emit(Op::mul, {x, y}));
            no.store(a, {no.integer(0)}, no.emit(Op::to_real, {t}));
            return {};
          });
      in.term(in.emit(Op::sin, {in.load(a, {in.integer(0)})}), Role::prior);
      return {};
    });
    b.term(b.load(a, {b.integer(1)}), Role::prior);
  });
  check_gradient(program, {}, {.7, .4});
  check_gradient(program, {}, {.3, .4});
}

TEST(Differentiate, SlicesPartsAndWholeArraySelects) {
  const Program program = density_of(6, [&](Builder& b, Value u) {
    const Value head = b.emit(Op::slice, {u, b.integer(0), b.integer(3)});
    const Value tail = b.emit(Op::slice, {u, b.integer(3), b.integer(3)});
    b.program().values[head.id].type = b.program().values[tail.id].type = Type::vector(3);
    const Value first = b.load(head, {b.integer(0)});
    const Value chosen = b.emit(Op::select, {b.emit(Op::gt, {first, b.real(0)}), head, tail});
    const Value m = b.local(Type::matrix(2, 3));
    for (int r = 0; r < 2; ++r) {
      for (int c = 0; c < 3; ++c) {
        const Value x = b.load(r == 0 ? chosen : tail, {b.integer(c)});
        b.store(m, {b.integer(r), b.integer(c)}, b.emit(Op::exp, {x}));
      }
    }
    const Value row = b.load(m, {b.integer(1)});
    b.plate(3, 0, [&](Builder& in, Value c) -> std::vector<Value> {
      in.term(in.emit(Op::mul, {in.load(row, {c}), in.load(m, {in.integer(0), c})}), Role::prior);
      return {};
    });
  });
  check_gradient(program, {}, {.7, .4, -.2, .1, .3, .8});
  check_gradient(program, {}, {-.7, .4, -.2, .1, .3, .8});
}

/// A covariance made of the parameters, its factor, and both solves.
TEST(Differentiate, LinearAlgebra) {
  const Program program = density_of(4, [&](Builder& b, Value u) {
    const Value a = b.local(Type::matrix(3, 3));
    b.for_loop(b.integer(3), {}, [&](Builder& in, Value i, auto) -> std::vector<Value> {
      in.for_loop(in.integer(3), {}, [&](Builder& deep, Value j, auto) -> std::vector<Value> {
        const Value product = deep.emit(Op::mul, {deep.load(u, {i}), deep.load(u, {j})});
        const Value same = deep.emit(Op::eq, {i, j});
        const Value jitter = deep.emit(Op::exp, {deep.load(u, {deep.integer(3)})});
        const Value diagonal = deep.emit(Op::select, {same, jitter, deep.real(.2)});
        deep.store(a, {i, j}, deep.emit(Op::add, {product, diagonal}));
        return {};
      });
      return {};
    });
    const Value l = b.emit(Op::cholesky, {a});
    const Value x =
        b.emit(Op::solve_lower, {l, b.emit(Op::slice, {u, b.integer(0), b.integer(3)})});
    const Value y = b.emit(Op::solve_lower_transposed, {l, x});
    b.program().values[x.id].type = b.program().values[y.id].type = Type::vector(3);
    b.program().values[b.region().body[b.region().body.size() - 3].results[0].id].type =
        Type::vector(3);
    const Value z = b.emit(Op::solve_lower, {l, l});
    const Value w = b.emit(Op::solve_lower_transposed, {l, a});
    b.plate(3, 0, [&](Builder& in, Value i) -> std::vector<Value> {
      in.term(in.emit(Op::log, {in.load(l, {i, i})}), Role::prior);
      in.term(squared(in, in.load(y, {i})), Role::prior);
      in.term(in.load(z, {i, i}), Role::prior);
      in.term(in.emit(Op::sin, {in.load(w, {i, in.integer(0)})}), Role::prior);
      return {};
    });
  });
  check_gradient(program, {}, {.7, -.4, .2, .5});
}

/// Trip counts that parameters decide, beyond what the tape holds, with a local that is
/// overwritten.
TEST(Differentiate, WhileLoopsOnAndOffTheTape) {
  for (const double limit : {3.0, 1500.0}) {
    const Program program = density_of(2, [&](Builder& b, Value u) {
      const Value a = b.load(u, {b.integer(0)}), c = b.load(u, {b.integer(1)});
      const Value memory = b.local(Type::vector(1));
      b.store(memory, {b.integer(0)}, c);
      Instruction loop{.op = Op::while_loop, .operands = {a, b.real(0)}, .regions = {{}, {}}};
      for (Region& region : loop.regions) {
        region.arguments = {b.program().new_value(Type::real()),
                            b.program().new_value(Type::real())};
      }
      Builder test(b.program(), loop.regions[0]);
      test.yield({test.emit(Op::lt, {loop.regions[0].arguments[1], test.real(limit)})});
      Builder body(b.program(), loop.regions[1]);
      const Value x = loop.regions[1].arguments[0], n = loop.regions[1].arguments[1];
      const Value held = body.load(memory, {body.integer(0)});
      const Value next = body.emit(Op::sin, {body.emit(Op::fma, {x, held, a})});
      body.store(memory, {body.integer(0)},
                 body.emit(Op::mul, {body.emit(Op::add, {held, x}), body.real(.3)}));
      body.term(body.emit(Op::mul, {next, body.real(1 / limit)}), Role::prior);
      body.yield({next, body.emit(Op::add, {n, body.real(1)})});
      loop.results = {b.program().new_value(Type::real()), b.program().new_value(Type::real())};
      const std::vector<Value> results = b.append(std::move(loop)).results;
      b.term(squared(b, results[0]), Role::prior);
      b.term(squared(b, b.load(memory, {b.integer(0)})), Role::prior);
    });
    check_gradient(program, {}, {.7, .4});
  }
}

TEST(Differentiate, LoopsWhoseCountIsData) {
  Program program = density_of(1, [&](Builder&, Value) {});
  program.data = {{"n", Type::array(Type::integer(), {3})}};
  program.density.body.clear();
  Builder b(program, program.density);
  const Value a = b.load(program.density.arguments[0], {b.integer(0)});
  b.plate(3, 0, [&](Builder& in, Value g) -> std::vector<Value> {
    const Value first[] = {a};
    const Value last =
        in.for_loop(in.load(in.data("n"), {g}), first, [&](Builder& deep, Value t, auto v) {
          const Value step = deep.emit(Op::to_real, {t});
          return std::vector{deep.emit(Op::sin, {deep.emit(Op::fma, {v[0], a, step})})};
        })[0];
    in.term(last, Role::prior);
    return {};
  });
  b.yield({});
  check_gradient(program, {{"n", integers({0, 4, 2})}}, {.7});
}

TEST(Differentiate, NamesTheOpWithoutDerivative) {
  const Program program = density_of(1, [&](Builder& b, Value u) {
    b.term(b.emit(Op::trigamma, {b.load(u, {b.integer(0)})}), Role::prior);
  });
  const Result<Program> gradient = differentiate(terms_to_sum(program));
  ASSERT_FALSE(gradient.has_value());
  EXPECT_EQ(gradient.error().found, "`trigamma` of a parameter");
}

}  // namespace
}  // namespace tyche::passes
