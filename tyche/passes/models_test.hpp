// Source programs with choices, written by hand.
#pragma once
#include <numbers>
#include <optional>

#include "tyche/passes/gradient_test.hpp"

namespace tyche::passes {

using Body = std::function<std::vector<Value>(Builder&, std::span<const Value>)>;

inline Region region_of(Program& program, std::vector<Type> arguments, const Body& body) {
  Region region;
  for (Type& type : arguments) region.arguments.push_back(program.new_value(std::move(type)));
  Builder b(program, region);
  const std::vector<Value> values = region.arguments;
  b.yield(body(b, values));
  return region;
}

inline Value minus(Builder& b, Value x, Value y) { return b.emit(Op::sub, {x, y}); }
inline Value plus(Builder& b, Value x, Value y) { return b.emit(Op::add, {x, y}); }
inline Value times(Builder& b, Value x, Value y) { return b.emit(Op::mul, {x, y}); }

inline Value normal_lpdf(Builder& b, Value x, Value mu, Value sigma) {
  const Value z = b.emit(Op::div, {minus(b, x, mu), sigma});
  const Value kernel = times(b, b.real(-.5), times(b, z, z));
  const Value log_norm =
      plus(b, b.emit(Op::log, {sigma}), b.real(.5 * std::log(2 * std::numbers::pi)));
  return minus(b, kernel, log_norm);
}

inline Value choice(Builder& b, const std::string& name, std::vector<Value> parameters,
                    Instruction choice) {
  choice.op = Op::choice;
  choice.name = name;
  choice.operands = std::move(parameters);
  choice.results = {b.program().new_value(Type::real(), name)};
  return b.append(std::move(choice)).results[0];
}

inline Value normal(Builder& b, const std::string& name, Value mu, Value sigma) {
  Program& p = b.program();
  const Type r = Type::real();
  Instruction i{.op = Op::choice};
  i.regions = {
      region_of(p, {r, r, r},
                [](Builder& in, auto x) { return std::vector{normal_lpdf(in, x[0], x[1], x[2])}; }),
      region_of(p, {Type::vector(1), r, r},
                [](Builder& in, auto x) {
                  return std::vector{in.load(x[0], {in.integer(0)}), in.real(0)};
                }),
      region_of(p, {r, r, r},
                [](Builder& in, auto x) {
                  return in.plate(1, 1, [&](Builder&, Value) { return std::vector{x[0]}; });
                }),
      region_of(p, {r, r}, [](Builder& in, auto x) {
        return std::vector{in.emit(Op::fma, {in.emit(Op::draw_normal, {}), x[1], x[0]})};
      })};
  return choice(b, name, {mu, sigma}, std::move(i));
}

/// Exponential with a rate, log transformed.
inline Value exponential(Builder& b, const std::string& name, Value rate) {
  Program& p = b.program();
  const Type r = Type::real();
  Instruction i{.op = Op::choice};
  i.regions = {
      region_of(p, {r, r},
                [](Builder& in, auto x) {
                  return std::vector{minus(in, in.emit(Op::log, {x[1]}), times(in, x[0], x[1]))};
                }),
      region_of(p, {Type::vector(1), r},
                [](Builder& in, auto x) {
                  const Value u = in.load(x[0], {in.integer(0)});
                  return std::vector{in.emit(Op::exp, {u}), u};
                }),
      region_of(p, {r, r},
                [](Builder& in, auto x) {
                  const Value u = in.emit(Op::log, {x[0]});
                  return in.plate(1, 1, [&](Builder&, Value) { return std::vector{u}; });
                }),
      region_of(p, {r}, [](Builder& in, auto x) {
        const Value u = in.emit(Op::log, {in.emit(Op::draw_uniform, {})});
        return std::vector{in.emit(Op::neg, {in.emit(Op::div, {u, x[0]})})};
      })};
  return choice(b, name, {rate}, std::move(i));
}

/// Bernoulli with a logit, observed only.
inline Value bernoulli_logit(Builder& b, const std::string& name, Value logit) {
  Program& p = b.program();
  const Type r = Type::real(), k = Type::integer();
  Instruction i{.op = Op::choice};
  i.regions = {region_of(p, {k, r},
                         [](Builder& in, auto x) {
                           const Value yes = times(in, in.emit(Op::to_real, {x[0]}), x[1]);
                           return std::vector{minus(in, yes, in.emit(Op::log1p_exp, {x[1]}))};
                         }),
               {},
               {},
               region_of(p, {r}, [](Builder& in, auto x) {
                 const Value yes = in.emit(
                     Op::lt, {in.emit(Op::draw_uniform, {}), in.emit(Op::inv_logit, {x[0]})});
                 return std::vector{in.emit(Op::to_integer, {yes})};
               })};
  i.name = name;
  i.operands = {logit};
  i.results = {p.new_value(k, name)};
  return b.append(std::move(i)).results[0];
}

inline void record(Builder& b, const std::string& name, Value v) {
  b.append({.op = Op::output, .operands = {v}, .name = name});
}

struct Model {
  Program program;
  ir::DataSet data;
  Point u;
};

inline Point some_point(std::size_t d) {
  Point u;
  for (std::size_t k = 0; k < d; ++k) u.push_back(.6 * std::sin(1.7 * double(k) + .3));
  return u;
}

inline Model eight_schools() {
  Model m;
  Program& p = m.program;
  p.data = {{"y", Type::vector(ir::unknown)}, {"s", Type::vector(ir::unknown)}};
  m.data = {{"y", reals({28, 8, -3, 7, -1, 1, 18, 12})},
            {"s", reals({15, 10, 16, 11, 9, 11, 10, 18})}};
  Builder b(p, p.density);
  const Value mu = normal(b, "mu", b.real(0), b.real(5));
  const Value tau = exponential(b, "tau", b.real(.2));
  Instruction size{.op = Op::size, .operands = {b.data("y")}};
  size.results = {p.new_value(Type::integer())};
  const Value n = b.append(std::move(size)).results[0];
  const Value theta = b.plate(n, 1, [&](Builder& in, Value) {
    const Value eta = normal(in, "eta", in.real(0), in.real(1));
    return std::vector{in.emit(Op::fma, {tau, eta, mu})};
  })[0];
  b.plate(n, 0, [&](Builder& in, Value i) -> std::vector<Value> {
    normal(in, "y", in.load(theta, {i}), in.load(in.data("s"), {i}));
    return {};
  });
  b.yield({});
  Builder out(p, p.outputs);
  record(out, "theta", theta);
  out.yield({});
  m.u = some_point(10);
  return m;
}

/// p predictors in a matrix, n rows.
inline Model logistic(std::int64_t n, std::int64_t predictors) {
  Model m;
  Program& p = m.program;
  p.data = {{"x", Type::matrix(ir::unknown, ir::unknown)},
            {"y", Type::array(Type::integer(), {ir::unknown})}};
  ir::Array x{.type = Type::matrix(n, predictors)};
  std::vector<std::int64_t> y;
  for (std::int64_t k = 0; k < n * predictors; ++k) x.reals.push_back(std::sin(double(k * k)));
  for (std::int64_t k = 0; k < n; ++k) y.push_back((k * 7 / 3) % 2);
  m.data = {{"x", x}, {"y", integers(y)}};
  Builder b(p, p.density);
  const Value alpha = normal(b, "alpha", b.real(0), b.real(10));
  const auto dim = [&](std::int64_t which) {
    Instruction size{.op = Op::size, .operands = {b.data("x")}, .integer = which};
    size.results = {p.new_value(Type::integer())};
    return b.append(std::move(size)).results[0];
  };
  const Value rows = dim(0), columns = dim(1);
  const Value beta = b.plate(columns, 1, [&](Builder& in, Value) {
    return std::vector{normal(in, "beta", in.real(0), in.real(10))};
  })[0];
  b.plate(rows, 0, [&](Builder& in, Value i) -> std::vector<Value> {
    const Value dot = in.plate(columns, 0, [&](Builder& deep, Value j) {
      return std::vector{times(deep, deep.load(deep.data("x"), {i, j}), deep.load(beta, {j}))};
    })[0];
    bernoulli_logit(in, "y", plus(in, alpha, dot));
    return {};
  });
  b.yield({});
  m.u = some_point(std::size_t(predictors) + 1);
  return m;
}

/// A regression with groups; its mean is `link` of the linear predictor, if there is one.
inline Model radon(std::int64_t n, std::int64_t groups, std::optional<Op> link = {}) {
  Model m;
  Program& p = m.program;
  p.data = {{"y", Type::vector(ir::unknown)},
            {"x", Type::vector(ir::unknown)},
            {"g", Type::array(Type::integer(), {ir::unknown})},
            {"groups", Type::integer()}};
  std::vector<double> y, x;
  std::vector<std::int64_t> g;
  for (std::int64_t k = 0; k < n; ++k) {
    y.push_back(std::cos(double(k)));
    x.push_back(double(k % 3 == 0));
    g.push_back((k * k) % groups);
  }
  m.data = {{"y", reals(y)},
            {"x", reals(x)},
            {"g", integers(g)},
            {"groups", {.type = Type::integer(), .integers = {groups}}}};
  Builder b(p, p.density);
  const Value mu = normal(b, "mu_a", b.real(0), b.real(10));
  const Value slope = normal(b, "b", b.real(0), b.real(10));
  const Value sd_a = exponential(b, "sd_a", b.real(1)), sd_y = exponential(b, "sd_y", b.real(1));
  const Value a = b.plate(b.data("groups"), 1, [&](Builder& in, Value) {
    return std::vector{normal(in, "a", mu, sd_a)};
  })[0];
  Instruction size{.op = Op::size, .operands = {b.data("y")}};
  size.results = {p.new_value(Type::integer())};
  const Value rows = b.append(std::move(size)).results[0];
  b.plate(rows, 0, [&](Builder& in, Value i) -> std::vector<Value> {
    const Value effect = in.load(a, {in.load(in.data("g"), {i})});
    const Value linear = plus(in, effect, times(in, slope, in.load(in.data("x"), {i})));
    normal(in, "y", link ? in.emit(*link, {linear}) : linear, sd_y);
    return {};
  });
  b.yield({});
  m.u = some_point(std::size_t(groups) + 4);
  return m;
}

/// A random walk as scan, with states sampled inside and y observed.
inline Model local_level(std::int64_t steps) {
  Model m;
  Program& p = m.program;
  p.data = {{"y", Type::vector(ir::unknown)}};
  std::vector<double> y;
  for (std::int64_t k = 0; k < steps; ++k) y.push_back(std::cos(double(k)));
  m.data = {{"y", reals(y)}};
  Builder b(p, p.density);
  const Value sigma = exponential(b, "sigma", b.real(2));
  Instruction scan{.op = Op::scan, .operands = {b.integer(steps), b.real(0)}, .integer = 1};
  Region region;
  region.arguments = {p.new_value(Type::integer()), p.new_value(Type::real())};
  Builder in(p, region);
  const Value x = normal(in, "x", region.arguments[1], sigma);
  normal(in, "y", x, in.real(.7));
  in.yield({x, times(in, x, x)});
  scan.regions = {region};
  scan.results = {p.new_value(Type::real()), p.new_value(Type::vector(steps))};
  const Value squares = b.append(std::move(scan)).results[1];
  b.plate(steps, 0, [&](Builder& at, Value t) -> std::vector<Value> {
    at.term(times(at, at.real(-.01), at.load(squares, {t})), ir::Role::prior);
    return {};
  });
  b.yield({});
  m.u = some_point(std::size_t(steps) + 1);
  return m;
}

/// GARCH(1, 1): a variance carried in a loop.
inline Model garch(std::int64_t steps) {
  Model m;
  Program& p = m.program;
  p.data = {{"y", Type::vector(ir::unknown)}};
  std::vector<double> y;
  for (std::int64_t k = 0; k < steps; ++k) y.push_back(std::cos(double(k)));
  m.data = {{"y", reals(y)}};
  Builder b(p, p.density);
  const Value mu = normal(b, "mu", b.real(0), b.real(1));
  const Value a0 = exponential(b, "a0", b.real(1)), a1 = exponential(b, "a1", b.real(1));
  const Value slot = b.local(Type::vector(1));
  b.store(slot, {b.integer(0)}, a0);
  b.for_loop(b.integer(steps), {}, [&](Builder& in, Value t, auto) -> std::vector<Value> {
    const Value h = in.load(slot, {in.integer(0)});
    const Value y_t = in.load(in.data("y"), {t});
    in.term(normal_lpdf(in, y_t, mu, in.emit(Op::sqrt, {h})), ir::Role::likelihood, true, t);
    const Value e = minus(in, y_t, mu);
    const Value next =
        plus(in, a0, times(in, a1, plus(in, times(in, e, e), times(in, in.real(.2), h))));
    in.store(slot, {in.integer(0)}, next);
    return {};
  });
  b.yield({});
  m.u = some_point(3);
  return m;
}

/// A mixture of two normals with a common scale.
inline Model mixture(std::int64_t n) {
  Model m;
  Program& p = m.program;
  p.data = {{"y", Type::vector(ir::unknown)}};
  std::vector<double> y;
  for (std::int64_t k = 0; k < n; ++k) y.push_back(2 * std::cos(double(k)));
  m.data = {{"y", reals(y)}};
  Builder b(p, p.density);
  const Value one = normal(b, "one", b.real(-1), b.real(1)),
              two = normal(b, "two", b.real(1), b.real(1));
  const Value sigma = exponential(b, "sigma", b.real(1));
  const Value logit = normal(b, "logit", b.real(0), b.real(1));
  const Value weight = b.emit(Op::inv_logit, {logit});
  b.plate(n, 0, [&](Builder& in, Value i) -> std::vector<Value> {
    const Value y_i = in.load(in.data("y"), {i});
    const Value other = minus(in, in.real(1), weight);
    in.term(in.emit(Op::log_sum_exp,
                    {plus(in, in.emit(Op::log, {weight}), normal_lpdf(in, y_i, one, sigma)),
                     plus(in, in.emit(Op::log, {other}), normal_lpdf(in, y_i, two, sigma))}),
            ir::Role::likelihood, true, i);
    return {};
  });
  b.yield({});
  m.u = some_point(4);
  return m;
}

}  // namespace tyche::passes
