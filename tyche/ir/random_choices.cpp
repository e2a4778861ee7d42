#include "tyche/ir/random_choices.hpp"

namespace tyche::ir {
namespace {

/// log normal(x | mean, sd) without its constant.
Value normal(Builder& b, Value x, Value mean, Value sd) {
  const Value z = b.emit(Op::div, {b.emit(Op::sub, {x, mean}), sd});
  const Value square = b.emit(Op::mul, {b.real(-0.5), b.emit(Op::mul, {z, z})});
  return b.emit(Op::sub, {square, b.emit(Op::log, {sd})});
}

Value drawn(Builder& b, Value mean, Value sd) {
  return b.emit(Op::fma, {b.emit(Op::draw_normal, {}), sd, mean});
}

}  // namespace

void RandomChoices::parameters(Builder& b, Pool& pool) {
  pool.reals.push_back({real(b, pool, new_name()), -3, 3});
  for (int k = 0; k < 3; ++k) {
    switch (chance_.below(6)) {
      case 0:
        pool.reals.push_back({real(b, pool, new_name()), -3, 3});
        break;
      case 1:
        pool.reals.push_back(bounded(b, pool));
        break;
      case 2:
        vector(b, pool);
        break;
      case 3:
        in_plate(b, pool);
        break;
      case 4:
        in_loop(b, pool);
        break;
      default:
        in_scan(b, pool);
    }
  }
}

void RandomChoices::observations(Builder& b, const Pool& pool, const std::string& name,
                                 std::int64_t count) {
  b.plate(count, 0, [&](Builder& in, Value i) {
    Pool inner = pool;
    inner.integers.push_back({i, 0, double(count - 1)});
    write_.element(in, inner);
    real(in, inner, name);
    return std::vector<Value>{};
  });
  if (chance_.yes(0.6)) b.region().body.back().order = Order::lanes;
}

Region RandomChoices::region(std::vector<Type> arguments, const Body& body) {
  Region out;
  for (Type& type : arguments) out.arguments.push_back(program_.new_value(std::move(type)));
  Builder b(program_, out);
  const std::vector<Value> values = out.arguments;
  b.yield(body(b, values));
  return out;
}

std::vector<Value> RandomChoices::moments(Builder& b, const Pool& pool) {
  const Ranged mean = write_.within(b, write_.real(b, pool), 10);
  return {mean.value, write_.positive(b, write_.real(b, pool)).value};
}

Value RandomChoices::place(Builder& b, Instruction choice, Type type) {
  choice.results = {program_.new_value(std::move(type), choice.name)};
  return b.append(std::move(choice)).results[0];
}

/// Unbounded and normal: its value is its unconstrained one. Often its centring may be chosen.
Value RandomChoices::real(Builder& b, const Pool& pool, const std::string& name) {
  const Type r = Type::real();
  Instruction out{.op = Op::choice, .operands = moments(b, pool), .name = name};
  out.regions = {
      region({r, r, r},
             [](Builder& in, auto x) { return std::vector{normal(in, x[0], x[1], x[2])}; }),
      region({Type::vector(1), r, r},
             [](Builder& in, auto x) {
               return std::vector{in.load(x[0], {in.integer(0)}), in.real(0)};
             }),
      {},
      region({r, r}, [](Builder& in, auto x) { return std::vector{drawn(in, x[0], x[1])}; })};
  if (chance_.yes(0.8)) {
    out.regions.push_back(region({r, r}, [](Builder&, auto x) { return std::vector{x[0], x[1]}; }));
  }
  return place(b, std::move(out), r);
}

/// Between a lower bound that is computed and one more.
Ranged RandomChoices::bounded(Builder& b, const Pool& pool) {
  const Type r = Type::real();
  const Ranged low = write_.within(b, write_.real(b, pool), 3);
  Instruction out{.op = Op::choice, .operands = {low.value}, .name = new_name()};
  out.regions = {region({r, r}, [](Builder& in, auto) { return std::vector{in.real(0)}; }),
                 region({Type::vector(1), r},
                        [](Builder& in, auto x) {
                          const Value u = in.load(x[0], {in.integer(0)});
                          const Value above = in.emit(Op::log1p_exp, {u});
                          const Value below = in.emit(Op::log1p_exp, {in.emit(Op::neg, {u})});
                          return std::vector{in.emit(Op::add, {x[1], in.emit(Op::inv_logit, {u})}),
                                             in.emit(Op::neg, {in.emit(Op::add, {above, below})})};
                        }),
                 {},
                 region({r}, [](Builder& in, auto x) {
                   return std::vector{in.emit(Op::add, {x[0], in.emit(Op::draw_uniform, {})})};
                 })};
  return {place(b, std::move(out), r), low.lo, low.hi + 1};
}

/// Its value is a slice of the position.
void RandomChoices::vector(Builder& b, Pool& pool) {
  const Type r = Type::real();
  const std::int64_t n = 1 + chance_.below(4);
  Instruction out{.op = Op::choice, .operands = moments(b, pool), .name = new_name()};
  out.regions = {region({Type::vector(n), r, r},
                        [&](Builder& in, auto x) {
                          return in.plate(n, 0, [&](Builder& each, Value i) {
                            return std::vector{normal(each, each.load(x[0], {i}), x[1], x[2])};
                          });
                        }),
                 region({Type::vector(n), r, r},
                        [](Builder& in, auto x) { return std::vector{x[0], in.real(0)}; }),
                 {},
                 region({r, r}, [&](Builder& in, auto x) {
                   return in.plate(n, 1, [&](Builder& each, Value) {
                     return std::vector{drawn(each, x[0], x[1])};
                   });
                 })};
  pool.vectors.push_back({place(b, std::move(out), Type::vector(n)), n, -3, 3});
}

void RandomChoices::in_plate(Builder& b, Pool& pool) {
  const std::int64_t n = chance_.one_of(std::vector<std::int64_t>{2, 3, 9});
  const std::string name = new_name();
  const Value all = b.plate(n, 1, [&](Builder& in, Value i) {
    Pool inner = pool;
    inner.integers.push_back({i, 0, double(n - 1)});
    return std::vector{real(in, inner, name)};
  })[0];
  pool.vectors.push_back({all, n, -3, 3});
}

void RandomChoices::in_loop(Builder& b, const Pool& pool) {
  const std::int64_t n = 2 + chance_.below(2);
  const std::string name = new_name();
  b.for_loop(b.integer(n), {}, [&](Builder& in, Value, std::span<const Value>) {
    real(in, pool, name);
    return std::vector<Value>{};
  });
}

/// A random walk.
void RandomChoices::in_scan(Builder& b, Pool& pool) {
  const std::int64_t n = 3 + chance_.below(4);
  Region step;
  step.arguments = {program_.new_value(Type::integer()), program_.new_value(Type::real())};
  Builder in(program_, step);
  Pool inner;
  inner.reals.push_back({step.arguments[1], -3, 3});
  const Value x = real(in, inner, new_name());
  in.yield({x, in.emit(Op::mul, {x, x})});
  const Value last = program_.new_value(Type::real());
  const Value squares = program_.new_value(Type::vector(n));
  const Value first = write_.within(b, write_.real(b, pool), 3).value;
  b.append({.op = Op::scan,
            .operands = {b.integer(n), first},
            .results = {last, squares},
            .regions = {std::move(step)},
            .integer = 1});
  pool.reals.push_back({last, -3, 3});
  pool.vectors.push_back({squares, n, 0, 9});
}

}  // namespace tyche::ir
