#include "tyche/compile/equality_test.hpp"
#include "tyche/passes/contract.hpp"
#include "tyche/passes/differentiate.hpp"
#include "tyche/passes/simplify.hpp"
#include "tyche/passes/terms.hpp"

namespace tyche {
namespace {

using ir::Builder;
using ir::Op;
using ir::Order;
using ir::Program;
using ir::Role;
using ir::Type;
using ir::Value;

/// A density of u: vector[d] whose terms `body` writes, differentiated.
template <class Body>
Program gradient_of(std::int64_t d, std::vector<ir::Data> data, Body body) {
  Program program;
  program.data = std::move(data);
  program.density.arguments = {program.new_value(Type::vector(d), "u")};
  Builder b(program, program.density);
  body(b, program.density.arguments[0]);
  b.yield({});
  auto made = passes::differentiate(passes::simplify(passes::terms_to_sum(program)));
  EXPECT_TRUE(made.has_value()) << to_string(made.error());
  return passes::simplify(*made);
}

ir::Array reals(std::int64_t n, auto f) {
  ir::Array out{.type = Type::vector(n)};
  for (std::int64_t i = 0; i < n; ++i) out.reals.push_back(f(double(i)));
  return out;
}

/// log normal(x | mu, exp(log_sigma)) without its constant.
Value normal(Builder& b, Value x, Value mu, Value log_sigma) {
  const Value z =
      b.emit(Op::mul, {b.emit(Op::sub, {x, mu}), b.emit(Op::exp, {b.emit(Op::neg, {log_sigma})})});
  const Value half = b.emit(Op::mul, {b.real(-.5), b.emit(Op::mul, {z, z})});
  return b.emit(Op::sub, {half, log_sigma});
}

Program eight_schools() {
  return gradient_of(10, {{"y", Type::vector(8)}, {"s", Type::vector(8)}}, [](Builder& b, Value u) {
    const Value mu = b.load(u, {b.integer(0)}), log_tau = b.load(u, {b.integer(1)});
    b.term(normal(b, mu, b.real(0), b.real(1.6)), Role::prior);
    b.term(normal(b, log_tau, b.real(0), b.real(1)), Role::prior);
    const Value y = b.data("y"), s = b.data("s");
    b.plate(8, 0, [&](Builder& in, Value i) {
      in.region();
      const Value theta = in.load(u, {in.emit(Op::add, {i, in.integer(2)})});
      in.term(normal(in, theta, mu, log_tau), Role::prior);
      in.term(normal(in, in.load(y, {i}), theta, in.emit(Op::log, {in.load(s, {i})})),
              Role::likelihood);
      return std::vector<Value>{};
    });
    b.region().body.back().order = Order::lanes;
  });
}

ir::DataSet schools_data() {
  return {{"y", reals(8, [](double i) { return 28 - 4 * i; })},
          {"s", reals(8, [](double i) { return 10 + i; })}};
}

TEST(Models, EightSchools) { check_equality(eight_schools(), schools_data(), eight_points(10)); }

Program logistic(std::int64_t n, std::int64_t p) {
  const std::vector<ir::Data> data{{"x", Type::matrix(n, p)},
                                   {"y", Type::array(Type::integer(), {n})}};
  return gradient_of(p + 1, data, [&](Builder& b, Value u) {
    const Value x = b.data("x"), y = b.data("y"), alpha = b.load(u, {b.integer(0)});
    b.plate(n, 0, [&](Builder& row, Value i) {
      const Value dot = row.plate(p, 0, [&](Builder& in, Value j) {
        const Value beta = in.load(u, {in.emit(Op::add, {j, in.integer(1)})});
        return std::vector<Value>{in.emit(Op::mul, {in.load(x, {i, j}), beta})};
      })[0];
      const Value eta = row.emit(Op::add, {alpha, dot});
      const Value yi = row.emit(Op::to_real, {row.load(y, {i})});
      row.term(row.emit(Op::sub, {row.emit(Op::mul, {yi, eta}), row.emit(Op::log1p_exp, {eta})}),
               Role::likelihood);
      return std::vector<Value>{};
    });
    b.region().body.back().order = Order::lanes;
  });
}

ir::DataSet logistic_data(std::int64_t n, std::int64_t p) {
  ir::Array x{.type = Type::matrix(n, p)}, y{.type = Type::array(Type::integer(), {n})};
  for (std::int64_t k = 0; k < n * p; ++k) x.reals.push_back(std::sin(double(k) * 1.7));
  for (std::int64_t i = 0; i < n; ++i) y.integers.push_back((i * i / 3) % 2);
  return {{"x", x}, {"y", y}};
}

class Logistic : public testing::TestWithParam<int> {};

TEST_P(Logistic, OfSomeRows) {
  const std::int64_t n = GetParam();
  check_equality(logistic(n, 5), logistic_data(n, 5), eight_points(6));
}

INSTANTIATE_TEST_SUITE_P(Rows, Logistic, testing::Values(1, 3, 8, 9, 40, 77, 95, 139, 500));

/// Many vectors of rows share the loop, few the long code after it, which also stores.
TEST_P(Logistic, WithLogsOfProducts) {
  const std::int64_t n = GetParam();
  Program program;
  program.data = {{"x", Type::matrix(n, 3)}};
  const Value u = program.new_value(Type::vector(3), "u");
  program.density.arguments = {u};
  Builder b(program, program.density);
  const Value x = b.data("x");
  const auto sums = b.plate(n, 1, [&](Builder& row, Value i) {
    const Value early = row.load(x, {i, row.integer(1)});
    const Value dot = row.plate(3, 0, [&](Builder& in, Value j) {
      return std::vector<Value>{in.emit(Op::mul, {in.load(x, {i, j}), in.load(u, {j})})};
    })[0];
    const Value e = row.emit(Op::exp, {row.emit(Op::neg, {row.emit(Op::abs, {dot})})});
    const Value sum =
        row.emit(Op::add, {row.emit(Op::mul, {dot, early}), row.emit(Op::log1p_unit, {e})});
    return std::vector<Value>{row.emit(Op::inv1p, {e}), sum};
  });
  const Value gradient = b.local(Type::vector(3));
  for (const std::int64_t k : {0, 1, 2}) {
    b.store(gradient, {b.integer(k)}, b.load(sums[0], {b.integer(std::min(k, n - 1))}));
  }
  b.yield({sums[1], gradient});
  Builder(program, program.prelude).yield({});
  program = passes::order(passes::simplify(passes::log_products(program)));
  check_equality(program, {{"x", logistic_data(n, 3).at("x")}}, eight_points(3));
}

TEST(Models, GroupsAndGathers) {
  const std::int64_t n = 53, groups = 7;
  const std::vector<ir::Data> data{{"y", Type::vector(n)},
                                   {"g", Type::array(Type::integer(), {n})}};
  const Program program = gradient_of(groups + 1, data, [&](Builder& b, Value u) {
    const Value y = b.data("y"), g = b.data("g"), log_sigma = b.load(u, {b.integer(0)});
    b.plate(n, 0, [&](Builder& in, Value i) {
      const Value at = in.emit(Op::add, {in.load(g, {i}), in.integer(1)});
      in.term(normal(in, in.load(y, {i}), in.load(u, {at}), log_sigma), Role::likelihood);
      return std::vector<Value>{};
    });
    b.region().body.back().order = Order::lanes;
  });
  ir::Array g{.type = Type::array(Type::integer(), {n})};
  for (std::int64_t i = 0; i < n; ++i) g.integers.push_back((i * 5 + i / 9) % groups);
  check_equality(program, {{"y", reals(n, [](double i) { return std::cos(i); })}, {"g", g}},
                 eight_points(std::size_t(groups) + 1));
}

/// Several vectors of rows advance together only where that keeps the order of the summands.
TEST(Models, TwoSummandsARow) {
  const std::int64_t n = 200, p = 3;
  Program program;
  program.data = {{"x", Type::matrix(n, p)}};
  program.density.arguments = {program.new_value(Type::vector(p), "u")};
  const Value u = program.density.arguments[0];
  Builder b(program, program.density);
  const Value x = b.data("x"), gradient = b.local(Type::vector(p));
  for (int j = 0; j < p; ++j) b.store(gradient, {b.integer(j)}, b.real(0));
  const Value lp = b.plate(n, 0, [&](Builder& row, Value i) {
    const Value dot = row.plate(p, 0, [&](Builder& in, Value j) {
      return std::vector<Value>{in.emit(Op::mul, {in.load(x, {i, j}), in.load(u, {j})})};
    })[0];
    row.add_to(gradient, {row.integer(1)}, row.emit(Op::exp, {dot}));
    row.add_to(gradient, {row.integer(1)}, row.emit(Op::tanh, {dot}));
    row.for_loop(row.integer(2), {}, [&](Builder& in, Value k, std::span<const Value>) {
      in.add_to(gradient, {row.integer(2)}, in.emit(Op::mul, {dot, in.emit(Op::to_real, {k})}));
      return std::vector<Value>{};
    });
    return std::vector<Value>{dot};
  })[0];
  program.density.body.back().order = Order::lanes;
  b.yield({lp, gradient});
  check_equality(program, {{"x", logistic_data(n, p).at("x")}}, eight_points(std::size_t(p)));
}

/// Nor where loops inside a row come back to an element.
TEST(Models, LoopsOfARowThatMeet) {
  const std::int64_t n = 200;
  Program program;
  program.data = {{"x", Type::matrix(n, 3)}};
  program.density.arguments = {program.new_value(Type::vector(3), "u")};
  const Value u = program.density.arguments[0];
  Builder b(program, program.density);
  const Value x = b.data("x"), gradient = b.local(Type::vector(3));
  for (int j = 0; j < 3; ++j) b.store(gradient, {b.integer(j)}, b.real(0));
  const Value lp = b.plate(n, 0, [&](Builder& row, Value i) {
    row.plate(2, 0, [&](Builder& outer, Value j) {
      outer.plate(2, 0, [&](Builder& in, Value k) {
        const Value at = in.emit(Op::add, {j, k});
        in.add_to(gradient, {at}, in.emit(Op::mul, {in.load(x, {i, k}), in.load(u, {j})}));
        return std::vector<Value>{};
      });
      return std::vector<Value>{};
    });
    return std::vector<Value>{row.load(x, {i, row.integer(0)})};
  })[0];
  program.density.body.back().order = Order::lanes;
  b.yield({lp, gradient});
  check_equality(program, {{"x", logistic_data(n, 3).at("x")}}, eight_points(3));
}

TEST(Models, RandomWalkGivesToNeighbours) {
  const std::int64_t n = 61;
  const Program program = gradient_of(n + 1, {{"r", Type::vector(n)}}, [&](Builder& b, Value u) {
    const Value r = b.data("r"), log_sigma = b.load(u, {b.integer(0)});
    b.plate(n - 1, 0, [&](Builder& in, Value i) {
      const Value now = in.load(u, {in.emit(Op::add, {i, in.integer(2)})});
      const Value before = in.load(u, {in.emit(Op::add, {i, in.integer(1)})});
      in.term(normal(in, now, before, log_sigma), Role::prior);
      in.term(normal(in, in.load(r, {i}), in.real(0), now), Role::likelihood);
      return std::vector<Value>{};
    });
    b.region().body.back().order = Order::lanes;
  });
  check_equality(program, {{"r", reals(n, [](double i) { return std::cos(i); })}},
                 eight_points(std::size_t(n) + 1));
}

/// A sum over data of arms that some lanes take and others do not, where their slope is infinite.
Program roots_where_positive() {
  return gradient_of(3, {{"x", Type::vector(9)}}, [](Builder& b, Value u) {
    const Value x = b.data("x"), zero = b.real(0);
    b.plate(9, 0, [&](Builder& in, Value i) {
      const Value at =
          in.emit(Op::max, {in.load(u, {in.emit(Op::remainder, {i, in.integer(3)})}), zero});
      const Value root = in.emit(Op::sqrt, {in.emit(Op::mul, {in.load(x, {i}), at})});
      const Value yes = in.emit(Op::gt, {at, zero});
      in.term(in.emit(Op::select, {yes, root, zero}), Role::likelihood);
      return std::vector<Value>{};
    });
    b.region().body.back().order = Order::lanes;
  });
}

// Would catch: a guard that looks at another lane's condition, or is lost on the way.
TEST(Models, ArmsThatOnlySomeLanesTake) {
  const Program program = roots_where_positive();
  const ir::DataSet data{{"x", reals(9, [](double i) { return .5 + i; })}};
  const auto points = eight_points(3);
  check_equality(program, data, points);
  const auto interpreter = interpret::Interpreter::create(program, data);
  int taken = 0;
  for (const auto& u : points) {
    const Expected at = interpreted(*interpreter, u);
    for (std::size_t k = 0; k < 3; ++k) {
      double slope = 0;
      for (int i = int(k); i < 9; i += 3) slope += std::sqrt(.5 + i) / (2 * std::sqrt(u[k]));
      taken += u[k] > 0;
      EXPECT_NEAR(at.gradient[k], u[k] > 0 ? slope : 0, u[k] > 0 ? 1e-12 * slope : 0);
    }
  }
  EXPECT_GT(taken, 4);
  EXPECT_LT(taken, 20);
}

}  // namespace
}  // namespace tyche
