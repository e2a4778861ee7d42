#include "tyche/ir/random_statements.hpp"

#include <algorithm>

namespace tyche::ir {

constexpr int deepest_region = 3;

void RandomStatements::allow(const Allowed& allowed, int statements) {
  allowed_ = allowed;
  options_.rejections = allowed.rejections;
  left_ = statements;
}

void RandomStatements::statements(Builder& b, Pool& pool, int depth, int count) {
  for (int k = 0; k < count && left_ > 0; ++k) {
    --left_;
    statement(b, pool, depth);
  }
}

void RandomStatements::term(Builder& b, Pool& pool) {
  Value x = write_.real(b, pool).value;
  if (chance_.yes(0.5)) x = b.emit(Op::mul, {x, write_.real(b, pool).value});
  const std::vector<Role> roles{Role::prior, Role::likelihood, Role::jacobian};
  const Role role = roles[std::size_t(chance_.below(options_.choices ? 2 : 3))];
  b.term(x, role, chance_.yes(0.8), chance_.yes(0.3) ? write_.integer(b, pool).value : Value{});
}

Value RandomStatements::call(Builder& b, const char* name, std::vector<Value> arguments) {
  const Value out = program_.new_value(Type::real());
  b.append({.op = Op::call, .operands = std::move(arguments), .results = {out}, .name = name});
  return out;
}

Value RandomStatements::call_value(Builder& b, Value f, Value x, Value n) {
  const Value out = program_.new_value(Type::real());
  b.append({.op = Op::call_value, .operands = {f, x, n}, .results = {out}});
  return out;
}

void RandomStatements::statement(Builder& b, Pool& pool, int depth) {
  const std::int64_t kind = chance_.below(depth < deepest_region ? 32 : 17);
  if (kind < 5) return write_.real_arithmetic(b, pool);
  if (kind < 9) return write_.elementary(b, pool);
  if (kind < 11) return write_.integer_arithmetic(b, pool);
  if (kind < 13) return write_.logic(b, pool);
  if (kind < 15) return write_.element(b, pool);
  if (kind < 16) return write_.part(b, pool);
  if (kind < 17) return meaning(b, pool);
  if (kind < 21) return plate(b, pool, depth);
  if (kind < 22) return carried_loop(b, pool, depth);
  if (kind < 24) return options_.locals ? scatter(b, pool, depth) : plate(b, pool, depth);
  if (kind < 25) return options_.locals ? storing_loop(b, pool, depth) : void();
  if (kind < 26) return options_.branches ? branch(b, pool, depth) : void();
  if (kind < 27) return options_.while_loops ? while_loop(b, pool, depth) : void();
  if (kind < 28) return options_.scans ? scan(b, pool, depth) : void();
  if (kind < 29) return options_.functions && allowed_.calls ? calls(b, pool) : void();
  if (kind < 30) return options_.algebra && options_.locals ? algebra(b, pool) : void();
  if (kind < 31) return options_.algebra && options_.locals ? product(b, pool, depth) : void();
  return write_.guarded(b, pool);
}

void RandomStatements::meaning(Builder& b, Pool& pool) {
  if (options_.rejections && options_.branches && chance_.yes(0.2)) {
    const Value small = b.emit(Op::lt, {write_.real(b, pool).value, b.real(-1.25)});
    b.if_else(
        small,
        [](Builder& in) {
          in.append({.op = Op::reject, .name = "too small"});
          return std::vector<Value>{};
        },
        [](Builder&) { return std::vector<Value>{}; });
    return;
  }
  if (options_.terms && allowed_.terms) return term(b, pool);
  if (!options_.tuples) return;
  const Ranged x = write_.real(b, pool), n = write_.integer(b, pool);
  const Type type = Type::tuple({Type::real(), Type::integer()});
  const Value pair = program_.new_value(type);
  b.append({.op = Op::tuple, .operands = {x.value, n.value}, .results = {pair}});
  const Value first = program_.new_value(Type::real());
  b.append({.op = Op::item, .operands = {pair}, .results = {first}, .integer = 0});
  const Value second = program_.new_value(Type::integer());
  b.append({.op = Op::item, .operands = {pair}, .results = {second}, .integer = 1});
  pool.reals.push_back({first, x.lo, x.hi});
  pool.integers.push_back({second, n.lo, n.hi});
}

std::int64_t RandomStatements::count(int depth) {
  static const std::vector<std::int64_t> outer{0, 1, 2, 7, 8, 9, 17};
  return depth == 0 ? chance_.one_of(outer) : 1 + chance_.below(depth == 1 ? 5 : 3);
}

Pool RandomStatements::inside(const Pool& pool, Value i, std::int64_t count) {
  Pool inner = pool;
  inner.integers.push_back({i, 0, double(std::max<std::int64_t>(count, 1) - 1)});
  return inner;
}

/// What a plate sums: often a product, which has a rule of its own.
Ranged RandomStatements::summand(Builder& b, Pool& pool) {
  const Ranged x = write_.within(b, write_.real(b, pool), 10);
  if (chance_.yes(0.5)) return x;
  const Ranged y = write_.within(b, write_.real(b, pool), 3);
  return {b.emit(Op::mul, {x.value, y.value}), -30, 30};
}

void RandomStatements::set_order(Builder& b) {
  if (chance_.yes(0.6)) b.region().body.back().order = Order::lanes;
}

void RandomStatements::plate(Builder& b, Pool& pool, int depth) {
  const std::int64_t n = count(depth);
  const std::size_t mapped = std::size_t(chance_.below(3));
  const std::size_t summed = std::size_t(chance_.below(3));
  const bool with_index = chance_.yes(0.3);
  std::vector<Ranged> ranges;
  Ranged index;
  const auto results = b.plate(n, int(mapped + with_index), [&](Builder& in, Value i) {
    Pool inner = inside(pool, i, n);
    statements(in, inner, depth + 1, 4);
    std::vector<Value> yields;
    for (std::size_t k = 0; k < mapped + summed; ++k) {
      ranges.push_back(k < mapped ? write_.real(in, inner) : summand(in, inner));
      yields.push_back(ranges.back().value);
    }
    index = write_.integer(in, inner);
    if (with_index) yields.insert(yields.begin(), index.value);
    return yields;
  });
  set_order(b);
  const std::size_t first = with_index;
  if (with_index && n > 0) pool.indices.push_back({results[0], n, index.lo, index.hi});
  for (std::size_t k = 0; k < mapped && n > 0; ++k) {
    pool.vectors.push_back({results[first + k], n, ranges[k].lo, ranges[k].hi});
  }
  for (std::size_t k = mapped; k < mapped + summed; ++k) {
    pool.reals.push_back({results[first + k], double(n) * -30, double(n) * 30});
  }
}

void RandomStatements::carried_loop(Builder& b, Pool& pool, int depth) {
  const std::int64_t n = count(depth);
  const std::vector<Value> carried{write_.within(b, write_.real(b, pool), 1).value};
  const auto results =
      b.for_loop(b.integer(n), carried, [&](Builder& in, Value i, std::span<const Value> now) {
        Pool inner = inside(pool, i, n);
        inner.reals.push_back({now[0], -1, 1});
        statements(in, inner, depth + 1, 4);
        return std::vector{write_.within(in, write_.real(in, inner), 1).value};
      });
  pool.reals.push_back({results[0], -1, 1});
}

/// A vector whose elements are all `x`.
Value RandomStatements::filled(Builder& b, std::int64_t size, double x) {
  const Value local = b.local(Type::vector(size));
  b.for_loop(b.integer(size), {}, [&](Builder& in, Value i, std::span<const Value>) {
    in.store(local, {i}, in.real(x));
    return std::vector<Value>{};
  });
  return local;
}

/// Sums into an array, in a plate and sometimes in a plate in it.
void RandomStatements::scatter(Builder& b, Pool& pool, int depth) {
  const std::int64_t size = 1 + chance_.below(5), n = count(depth);
  const Value sums = filled(b, size, 0);
  b.plate(n, 0, [&](Builder& in, Value i) {
    Pool inner = inside(pool, i, n);
    statements(in, inner, depth + 1, 3);
    in.add_to(sums, {write_.index(in, inner, size)}, summand(in, inner).value);
    if (depth + 2 < deepest_region && chance_.yes(0.5)) {
      in.plate(3, 0, [&](Builder& deep, Value j) {
        Pool innermost = inside(inner, j, 3);
        statements(deep, innermost, depth + 2, 2);
        deep.add_to(sums, {write_.index(deep, innermost, size)}, summand(deep, innermost).value);
        return std::vector<Value>{};
      });
      set_order(in);
    }
    return std::vector<Value>{};
  });
  set_order(b);
  b.add_to(sums, {write_.index(b, pool, size)}, summand(b, pool).value);
  pool.vectors.push_back({sums, size, -2100, 2100});
}

/// A loop that reads and overwrites a local, and may leave early.
void RandomStatements::storing_loop(Builder& b, Pool& pool, int depth) {
  const std::int64_t size = 1 + chance_.below(5), n = count(depth + 1);
  const RangedArray local{filled(b, size, 0.25), size, -1, 1};
  b.for_loop(b.integer(n), {}, [&](Builder& in, Value i, std::span<const Value>) {
    Pool inner = inside(pool, i, n);
    inner.vectors.push_back(local);
    statements(in, inner, depth + 1, 3);
    const Value x = write_.within(in, write_.real(in, inner), 1).value;
    in.store(local.value, {write_.index(in, inner, size)}, x);
    if (options_.branches && chance_.yes(0.5)) leave(in, write_.boolean(in, inner));
    statements(in, inner, depth + 1, 2);
    return std::vector<Value>{};
  });
  pool.vectors.push_back(local);
}

void RandomStatements::leave(Builder& b, Value condition) {
  std::vector<Region> regions(2);
  const Op op = chance_.yes(0.5) ? Op::break_loop : Op::continue_loop;
  Builder(program_, regions[0]).append({.op = op});
  Builder(program_, regions[1]).yield({});
  b.append({.op = Op::if_else, .operands = {condition}, .regions = std::move(regions)});
}

void RandomStatements::branch(Builder& b, Pool& pool, int depth) {
  double lo = 0, hi = 0;
  const auto side = [&](Builder& in) {
    Pool inner = pool;
    statements(in, inner, depth + 1, 3);
    const Ranged x = write_.real(in, inner);
    lo = std::min(lo, x.lo);
    hi = std::max(hi, x.hi);
    return std::vector{x.value};
  };
  const auto results = b.if_else(write_.boolean(b, pool), side, side);
  pool.reals.push_back({results[0], lo, hi});
}

void RandomStatements::while_loop(Builder& b, Pool& pool, int depth) {
  Program& p = program_;
  const Value first = write_.within(b, write_.real(b, pool), 1).value;
  Instruction loop{.op = Op::while_loop, .operands = {b.integer(0), first}};
  const std::vector<Type> types{Type::integer(), Type::real()};
  for (int r = 0; r < 2; ++r) {
    Region region;
    for (const Type& type : types) region.arguments.push_back(p.new_value(type));
    Builder in(p, region);
    const Value k = region.arguments[0], x = region.arguments[1];
    if (r == 0) {
      Value more = in.emit(Op::lt, {k, in.integer(1 + chance_.below(5))});
      if (!options_.smooth) {
        more = in.emit(Op::logical_and, {more, in.emit(Op::lt, {x, in.real(0.75)})});
      }
      in.yield({more});
    } else {
      Pool inner = inside(pool, k, 5);
      inner.reals.push_back({x, -1, 1});
      statements(in, inner, depth + 1, 3);
      const Value next = write_.within(in, write_.real(in, inner), 1).value;
      in.yield({in.emit(Op::add, {k, in.integer(1)}), next});
    }
    loop.regions.push_back(std::move(region));
  }
  for (const Type& type : types) loop.results.push_back(p.new_value(type));
  pool.integers.push_back({loop.results[0], 0, 5});
  pool.reals.push_back({loop.results[1], -1, 1});
  b.append(std::move(loop));
}

void RandomStatements::scan(Builder& b, Pool& pool, int depth) {
  if (pool.vectors.empty()) return;
  Program& p = program_;
  const RangedArray steps = chance_.one_of(pool.vectors);
  const Value first = write_.within(b, write_.real(b, pool), 1).value;
  const Value n = b.integer(steps.size);
  Region region;
  for (const Type& type : {Type::integer(), Type::real(), Type::real()}) {
    region.arguments.push_back(p.new_value(type));
  }
  Builder in(p, region);
  Pool inner = inside(pool, region.arguments[0], steps.size);
  inner.reals.push_back({region.arguments[1], -1, 1});
  inner.reals.push_back({region.arguments[2], steps.lo, steps.hi});
  statements(in, inner, depth + 1, 3);
  const Ranged carry = write_.within(in, write_.real(in, inner), 1);
  const Ranged output = write_.real(in, inner);
  in.yield({carry.value, output.value});
  const Value last = p.new_value(Type::real());
  const Value all = p.new_value(Type::vector(steps.size));
  b.append({.op = Op::scan,
            .operands = {n, first, steps.value},
            .results = {last, all},
            .regions = {std::move(region)},
            .integer = 1});
  pool.reals.push_back({last, -1, 1});
  pool.vectors.push_back({all, steps.size, output.lo, output.hi});
}

void RandomStatements::calls(Builder& b, Pool& pool) {
  const Value x = write_.within(b, write_.real(b, pool), 1).value;
  if (chance_.yes(0.6)) {
    const Value n = b.emit(Op::min, {write_.integer(b, pool).value, b.integer(4)});
    pool.reals.push_back({call(b, "f", {x, n}), -1, 1});
    return;
  }
  const Type type{Kind::function, {}, {Type::real(), Type::integer(), Type::real()}};
  const Value f = program_.new_value(type);
  b.append({.op = Op::function, .results = {f}, .name = "f"});
  pool.reals.push_back({call(b, "twice", {f, x}), -1, 1});
}

/// A vector with |elements| <= 3: a slice of one that is there, or of its own.
Value RandomStatements::right_side(Builder& b, const Pool& pool, std::int64_t n) {
  for (const RangedArray& from : pool.vectors) {
    if (program_.type(from.value).kind != Kind::vector) continue;
    if (from.size < n || from.lo < -3 || from.hi > 3 || chance_.yes(0.3)) continue;
    const Value first = b.integer(chance_.below(from.size - n + 1));
    return b.emit(Op::slice, {from.value, first, b.integer(n)});
  }
  const Value right = b.local(Type::vector(n));
  for (std::int64_t i = 0; i < n; ++i) {
    b.store(right, {b.integer(i)}, write_.within(b, write_.real(b, pool), 1).value);
  }
  return right;
}

/// The product of a matrix of slices and the data's matrix, and a row of it.
void RandomStatements::product(Builder& b, Pool& pool, int depth) {
  const std::int64_t rows = depth == 0 ? 1 + chance_.below(4) : 2;
  const Value left = b.plate(rows, 1, [&](Builder& in, Value i) {
    const Pool inner = inside(pool, i, rows);
    return in.plate(3, 1, [&](Builder& deep, Value j) {
      const Pool innermost = inside(inner, j, 3);
      return std::vector{write_.within(deep, write_.real(deep, innermost), 10).value};
    });
  })[0];
  const Value out = b.local(Type::matrix(rows, 2)), right = b.data("m");
  b.for_loop(b.integer(rows), {}, [&](Builder& in, Value i, std::span<const Value>) {
    in.for_loop(in.integer(2), {}, [&](Builder& deep, Value j, std::span<const Value>) {
      const Value dot = deep.plate(3, 0, [&](Builder& each, Value k) {
        return std::vector{each.emit(Op::mul, {each.load(left, {i, k}), each.load(right, {k, j})})};
      })[0];
      deep.store(out, {i, j}, dot);
      return std::vector<Value>{};
    });
    return std::vector<Value>{};
  });
  pool.vectors.push_back({b.load(out, {write_.index(b, pool, rows)}), 2, -45, 45});
}

/// A symmetric matrix with a heavy diagonal, its factor, and solves with it.
void RandomStatements::algebra(Builder& b, Pool& pool) {
  const std::int64_t n = 1 + chance_.below(3);
  const Value a = b.local(Type::matrix(n, n));
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      Value x = write_.within(b, write_.real(b, pool), 1).value;
      if (i == j) x = b.emit(Op::add, {x, b.real(4)});
      b.store(a, {b.integer(i), b.integer(j)}, x);
      if (i != j) b.store(a, {b.integer(j), b.integer(i)}, x);
    }
  }
  const Value l = b.emit(Op::cholesky, {a});
  const Value right = right_side(b, pool, n);
  const Op solve = chance_.yes(0.5) ? Op::solve_lower : Op::solve_lower_transposed;
  pool.vectors.push_back({b.emit(solve, {l, right}), n, -60, 60});
  const Value i = b.integer(chance_.below(n)), j = b.integer(0);
  pool.reals.push_back({b.load(l, {i, j}), -3, 3});
  if (options_.smooth || options_.choices) return;  // its own derivative is not defined
  const Value bar = b.emit(Op::cholesky_adjoint, {l, l});
  pool.reals.push_back({b.load(bar, {i, j}), -50, 50});
}

}  // namespace tyche::ir
