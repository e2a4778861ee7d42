#include "tyche/ir/random_writer.hpp"

#include <algorithm>
#include <cmath>

namespace tyche::ir {

std::uint64_t Chance::bits() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double Chance::uniform(double lo, double hi) {
  return lo + (hi - lo) * (double(bits() >> 11) * 0x1p-53);
}

Ranged RandomWriter::real(Builder& builder, const Pool& pool) {
  if (pool.reals.empty() || chance_.yes(0.15)) {
    // Few bits, so that printed programs stay readable.
    const double x = std::round(chance_.uniform(-2, 2) * 64) / 64;
    return {builder.real(x), x, x};
  }
  // New values more often than old ones, so that chains grow.
  const auto count = std::int64_t(pool.reals.size());
  const auto back = std::min(chance_.below(count), chance_.below(count));
  return pool.reals[std::size_t(count - 1 - back)];
}

Ranged RandomWriter::integer(Builder& builder, const Pool& pool) {
  if (pool.integers.empty() || chance_.yes(0.3)) {
    const std::int64_t x = chance_.below(9) - 2;
    return {builder.integer(x), double(x), double(x)};
  }
  return chance_.one_of(pool.integers);
}

Value RandomWriter::boolean(Builder& builder, const Pool& pool) {
  if (pool.booleans.empty() || chance_.yes(0.1)) return builder.boolean(chance_.yes(0.5));
  return chance_.one_of(pool.booleans);
}

Ranged RandomWriter::within(Builder& builder, Ranged x, double limit) {
  if (x.lo >= -limit && x.hi <= limit) return x;
  static const std::vector<Op> bounded{Op::tanh, Op::sin, Op::cos, Op::inv_logit, Op::erf};
  const Op op = chance_.one_of(bounded);
  if (op == Op::sin || op == Op::cos) x = {builder.emit(Op::tanh, {x.value}), -1, 1};
  return {builder.emit(op, {x.value}), op == Op::inv_logit ? 0.0 : -1.0, 1};
}

Ranged RandomWriter::positive(Builder& builder, Ranged x) {
  const Ranged small = within(builder, x, 3);
  switch (chance_.below(3)) {
    case 0:
      return {builder.emit(Op::exp, {within(builder, small, 2).value}), 0.13, 7.4};
    case 1: {
      const Value soft = builder.emit(Op::log1p_exp, {small.value});
      return {builder.emit(Op::add, {soft, builder.real(0.125)}), 0.125, 3.2};
    }
    default: {
      const Value half = builder.real(0.5);
      return {builder.emit(Op::fma, {small.value, small.value, half}), 0.5, 9.5};
    }
  }
}

Value RandomWriter::index(Builder& builder, const Pool& pool, std::int64_t size) {
  std::vector<Value> fitting;
  for (const Ranged& x : pool.integers) {
    const bool fits = x.lo >= 0 && x.hi < double(size);
    if (fits || (options_.rejections && chance_.yes(0.03))) fitting.push_back(x.value);
  }
  if (!fitting.empty() && chance_.yes(0.7)) return chance_.one_of(fitting);
  if (pool.integers.empty() || chance_.yes(0.2)) return builder.integer(chance_.below(size));
  const Value any = chance_.one_of(pool.integers).value;
  const Value high = builder.emit(Op::min, {any, builder.integer(size - 1)});
  return builder.emit(Op::max, {high, builder.integer(0)});
}

void RandomWriter::add(Builder& builder, Pool& pool, Ranged x) {
  pool.reals.push_back(within(builder, x, 1000));
}

/// An op that is largest and smallest at corners of the box of its arguments.
Ranged RandomWriter::corners(Builder& builder, Op op, Ranged a, Ranged b) {
  const auto f = [op](double x, double y) {
    switch (op) {
      case Op::add:
        return x + y;
      case Op::sub:
        return x - y;
      case Op::mul:
        return x * y;
      case Op::div:
        return x / y;
      case Op::min:
        return std::min(x, y);
      case Op::pow:
        return std::pow(x, y);
      default:
        return std::max(x, y);
    }
  };
  const auto [lo, hi] = std::minmax({f(a.lo, b.lo), f(a.lo, b.hi), f(a.hi, b.lo), f(a.hi, b.hi)});
  return {builder.emit(op, {a.value, b.value}), lo, hi};
}

void RandomWriter::real_arithmetic(Builder& builder, Pool& pool) {
  const Ranged a = real(builder, pool), b = real(builder, pool);
  switch (chance_.below(options_.smooth ? 6 : 9)) {
    case 0:
      return add(builder, pool, corners(builder, Op::add, a, b));
    case 1:
      return add(builder, pool, corners(builder, Op::sub, a, b));
    case 2:
      return add(builder, pool, corners(builder, Op::mul, a, b));
    case 3:
      return add(builder, pool, corners(builder, Op::div, a, positive(builder, b)));
    case 4:
      return add(builder, pool, {builder.emit(Op::neg, {a.value}), -a.hi, -a.lo});
    case 5: {
      const Ranged c = real(builder, pool);
      const double most =
          std::max(std::fabs(a.lo), std::fabs(a.hi)) * std::max(std::fabs(b.lo), std::fabs(b.hi)) +
          std::max(std::fabs(c.lo), std::fabs(c.hi));
      return add(builder, pool, {builder.emit(Op::fma, {a.value, b.value, c.value}), -most, most});
    }
    case 6:
      return add(builder, pool, corners(builder, Op::min, a, b));
    case 7:
      return add(builder, pool, corners(builder, Op::max, a, b));
    default: {
      const double most = std::max(std::fabs(a.lo), std::fabs(a.hi));
      return add(builder, pool, {builder.emit(Op::abs, {a.value}), 0, most});
    }
  }
}

namespace {

enum class Domain : std::uint8_t { any, moderate, positive, negative, unit, rough };

/// An elementary function, where it is well behaved, and the range that it then has.
struct Row {
  Op op;
  Domain domain;
  double lo;
  double hi;
};

constexpr Row elementary_rows[] = {
    {Op::sqrt, Domain::positive, 0.3, 8},
    {Op::exp, Domain::moderate, 0.04, 21},
    {Op::log, Domain::positive, -2.4, 4.1},
    {Op::log1p, Domain::positive, 0.09, 4.2},
    {Op::inv1p, Domain::positive, 0.015, 1},
    {Op::expm1, Domain::moderate, -1, 20},
    {Op::tanh, Domain::any, -1, 1},
    {Op::inv_logit, Domain::any, 0, 1},
    {Op::log1p_exp, Domain::moderate, 0, 3.1},
    {Op::log1m_exp, Domain::negative, -2.4, 0},
    {Op::sin, Domain::moderate, -1, 1},
    {Op::cos, Domain::moderate, -1, 1},
    {Op::erf, Domain::any, -1, 1},
    {Op::erfc, Domain::moderate, 0, 2},
    {Op::Phi, Domain::moderate, 0, 1},
    {Op::inv_Phi, Domain::unit, -2, 2},
    {Op::lgamma, Domain::positive, -0.2, 190},
    {Op::digamma, Domain::positive, -10.5, 4.2},
    {Op::trigamma, Domain::positive, 0, 102},
    {Op::log1p_unit, Domain::unit, 0, 0.7},
    {Op::floor, Domain::rough, -4, 4},
    {Op::round, Domain::rough, -4, 4},
};

}  // namespace

/// An arm that is not finite where it is not taken.
void RandomWriter::guarded(Builder& builder, Pool& pool) {
  if (options_.smooth) return;
  const Ranged x = within(builder, real(builder, pool), 20), other = real(builder, pool);
  const Value zero = builder.real(0);
  const Op op = chance_.one_of(std::vector{Op::sqrt, Op::log, Op::log1p, Op::div});
  const Value from = op == Op::div || op == Op::log ? builder.real(0.125) : zero;
  const Value yes = builder.emit(Op::gt, {x.value, from});
  const Value arm =
      op == Op::div ? builder.emit(op, {other.value, x.value}) : builder.emit(op, {x.value});
  const double most = std::max(std::fabs(other.lo), std::fabs(other.hi)) * 8 + 5;
  add(builder, pool, {builder.emit(Op::select, {yes, arm, other.value}), -most, most});
}

void RandomWriter::elementary(Builder& builder, Pool& pool) {
  const Ranged x = real(builder, pool);
  const std::int64_t which = chance_.below(options_.smooth ? 22 : 24);
  if (which < 2) {
    if (which == 0) {
      const Ranged power = within(builder, real(builder, pool), 3);
      return add(builder, pool, corners(builder, Op::pow, positive(builder, x), power));
    }
    const Ranged a = within(builder, x, 20);
    const Ranged b = within(builder, real(builder, pool), 20);
    const double most = std::max(a.hi, b.hi);
    return add(
        builder, pool,
        {builder.emit(Op::log_sum_exp, {a.value, b.value}), std::max(a.lo, b.lo), most + 0.7});
  }
  const Row& row = elementary_rows[which - 2];
  if (row.op == Op::trigamma && options_.choices) return guarded(builder, pool);
  Value at = x.value;
  switch (row.domain) {
    case Domain::any:
      break;
    case Domain::moderate:
    case Domain::rough:
      at = within(builder, x, 3).value;
      break;
    case Domain::positive:
      at = positive(builder, x).value;
      break;
    case Domain::negative:
      at = builder.emit(Op::neg, {positive(builder, x).value});
      break;
    case Domain::unit: {
      const Value unit = builder.emit(Op::inv_logit, {within(builder, x, 3).value});
      at = unit;
      break;
    }
  }
  add(builder, pool, {builder.emit(row.op, {at}), row.lo, row.hi});
}

void RandomWriter::integer_arithmetic(Builder& builder, Pool& pool) {
  const Ranged a = integer(builder, pool), b = integer(builder, pool);
  Ranged out;
  switch (chance_.below(8)) {
    case 0:
      out = corners(builder, Op::add, a, b);
      break;
    case 1:
      out = corners(builder, Op::sub, a, b);
      break;
    case 2:
      out = corners(builder, Op::mul, a, b);
      break;
    case 3:
      out = corners(builder, Op::min, a, b);
      break;
    case 4:
      out = corners(builder, Op::max, a, b);
      break;
    case 5:
      out = {builder.emit(Op::neg, {a.value}), -a.hi, -a.lo};
      break;
    case 6: {
      const Value divisor = builder.integer(chance_.below(4) + 2);
      const double most = std::max(std::fabs(a.lo), std::fabs(a.hi));
      out = {builder.emit(Op::div, {a.value, divisor}), -most, most};
      break;
    }
    default:
      out = {builder.emit(Op::remainder, {a.value, builder.integer(-5)}), -4, 4};
  }
  if (std::fabs(out.lo) < 1e6 && std::fabs(out.hi) < 1e6) pool.integers.push_back(out);
}

void RandomWriter::logic(Builder& builder, Pool& pool) {
  static const std::vector<Op> comparisons{Op::lt, Op::le, Op::gt, Op::ge, Op::eq, Op::ne};
  switch (chance_.below(options_.smooth ? 5 : 8)) {
    case 0: {
      const Value a = integer(builder, pool).value, b = integer(builder, pool).value;
      return pool.booleans.push_back(builder.emit(chance_.one_of(comparisons), {a, b}));
    }
    case 1: {
      const Value a = boolean(builder, pool), b = boolean(builder, pool);
      const Op op = chance_.yes(0.5) ? Op::logical_and : Op::logical_or;
      return pool.booleans.push_back(builder.emit(op, {a, b}));
    }
    case 2:
      return pool.booleans.push_back(builder.emit(Op::logical_not, {boolean(builder, pool)}));
    case 3: {
      const Ranged a = real(builder, pool), b = real(builder, pool);
      const Value which = boolean(builder, pool);
      return pool.reals.push_back({builder.emit(Op::select, {which, a.value, b.value}),
                                   std::min(a.lo, b.lo), std::max(a.hi, b.hi)});
    }
    case 4: {
      const Ranged a = integer(builder, pool);
      return pool.reals.push_back({builder.emit(Op::to_real, {a.value}), a.lo, a.hi});
    }
    case 5: {
      const Value a = real(builder, pool).value, b = real(builder, pool).value;
      return pool.booleans.push_back(builder.emit(chance_.one_of(comparisons), {a, b}));
    }
    case 6: {
      const Ranged a = real(builder, pool);
      return pool.integers.push_back(
          {builder.emit(Op::to_integer, {a.value}), std::trunc(a.lo), std::trunc(a.hi)});
    }
    default:
      return pool.integers.push_back(
          {builder.emit(Op::to_integer, {boolean(builder, pool)}), 0, 1});
  }
}

void RandomWriter::element(Builder& builder, Pool& pool) {
  if (!pool.indices.empty() && chance_.yes(0.3)) {
    const RangedArray from = chance_.one_of(pool.indices);
    const Value at = index(builder, pool, from.size);
    return pool.integers.push_back({builder.load(from.value, {at}), from.lo, from.hi});
  }
  if (pool.vectors.empty()) return;
  const RangedArray from = chance_.one_of(pool.vectors);
  const Value at = index(builder, pool, from.size);
  pool.reals.push_back({builder.load(from.value, {at}), from.lo, from.hi});
}

void RandomWriter::part(Builder& builder, Pool& pool) {
  if (pool.vectors.empty()) return;
  const RangedArray from = chance_.one_of(pool.vectors);
  if (from.size < 2 || chance_.yes(0.3)) {
    const double size = double(from.size);
    return pool.integers.push_back({builder.emit(Op::size, {from.value}), size, size});
  }
  const std::int64_t first = chance_.below(from.size);
  const std::int64_t count = 1 + chance_.below(from.size - first);
  const Value sliced =
      builder.emit(Op::slice, {from.value, builder.integer(first), builder.integer(count)});
  pool.vectors.push_back({sliced, count, from.lo, from.hi});
}

}  // namespace tyche::ir
