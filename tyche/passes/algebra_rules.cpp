#include <algorithm>
#include <limits>

#include "tyche/passes/algebraist.hpp"

namespace tyche::passes {

void Algebraist::rewrite(Builder& b, Instruction& i, int d) {
  switch (i.op) {
    case Op::add:
      if (double zero = 1; constants_.real(i.operands[1], zero) && zero == 0) {
        i.op = Op::pow;  // of one operand: itself
        i.operands.pop_back();
      }
      return;
    case Op::neg:
      return sink_sign(b, i, d);
    case Op::div:
      divide(b, i, d);
      return raise_sign(b, i, d);
    case Op::mul:
      square_of_quotient(b, i, d);
      associate(b, i, d);
      return raise_sign(b, i, d);
    case Op::pow:
      return power(b, i, d);
    case Op::log:
      return logarithm(b, i);
    case Op::log_sum_exp:
      return log_sum_exp(b, i, d);
    case Op::log1p_exp:
    case Op::inv_logit:
      return logistic(b, i, d);
    default:
      return;
  }
}

void Algebraist::divide(Builder& b, Instruction& i, int d) {
  const Value x = i.operands[0], y = i.operands[1];
  const Instruction* power = defining(y);
  if (power && power->op == Op::exp && divides_[y.id] == uses(y)) {  // x / e^z = x e^-z
    const int at = std::max(depth(y), 0);
    Builder& there = outside(b, at);
    const Value minus = emit(there, Op::neg, power->operands, at);
    i.op = Op::mul;
    i.operands = {x, emit(there, Op::exp, {minus}, at)};
    return;
  }
  if (depth(y) >= d && d > 0 && active(x) && !active(y)) {  // data alone: once, in the prelude
    i.op = Op::mul;
    i.operands = {x, emit(b, Op::div, {real(b, 1), y}, d)};
    return;
  }
  if (depth(y) >= d || depth(x) < d) return;
  i.op = Op::mul;
  Builder& at = outside(b, depth(y));
  i.operands = {x, emit(at, Op::div, {real(b, 1), y}, std::max(depth(y), 0))};
}

/// a (c x) -> (a c) x where a and c vary less than x.
void Algebraist::associate(Builder& b, Instruction& i, int d) {
  for (std::size_t k = 0; k < 2; ++k) {
    const Value a = i.operands[k], product = i.operands[1 - k];
    const Instruction* inner = defining(product);
    if (!inner || inner->op != Op::mul || uses(product) != 1 || depth(product) != d) continue;
    for (std::size_t m = 0; m < 2; ++m) {
      const Value c = inner->operands[m], x = inner->operands[1 - m];
      if (depth(a) >= d || depth(c) >= d || depth(x) < d) continue;
      const int most = std::max({depth(a), depth(c), 0});
      const Value ac = emit(outside(b, most), Op::mul, {a, c}, most);
      i.operands = {ac, x};
      return;
    }
  }
}

void Algebraist::power(Builder& b, Instruction& i, int d) {
  double exponent = 0;
  if (!constants_.real(i.operands[1], exponent)) return;
  const Value x = i.operands[0];
  if (exponent == 2) {
    i.op = Op::mul;
    i.operands = {x, x};
  } else if (exponent == 3) {
    i.op = Op::mul;
    i.operands = {emit(b, Op::mul, {x, x}, d), x};
  } else if (exponent == -1) {
    i.op = Op::div;
    i.operands = {real(b, 1), x};
  } else if (exponent == 1) {
    i.operands = {x};  // itself
  }
}

/// log(exp x) = x, log(sqrt x) = log(x) / 2.
void Algebraist::logarithm(Builder& b, Instruction& i) {
  const Instruction* x = defining(i.operands[0]);
  if (x && x->op == Op::exp) {
    i.op = Op::pow;  // of one operand: itself
    i.operands = x->operands;
  } else if (x && x->op == Op::sqrt) {
    const int at = std::max(depth(i.operands[0]), 0);
    const Value log = emit(outside(b, at), Op::log, x->operands, at);
    i.op = Op::mul;
    i.operands = {real(b, .5), log};
  }
}

/// (x / sqrt h)^2 = x^2 / h.
void Algebraist::square_of_quotient(Builder& b, Instruction& i, int d) {
  const Value z = i.operands[0];
  const Instruction* quotient = defining(z);
  if (z != i.operands[1] || !quotient || quotient->op != Op::div || uses(z) != 2) return;
  const Instruction* root = defining(quotient->operands[1]);
  if (!root || root->op != Op::sqrt || depth(z) != d) return;
  const Value x = quotient->operands[0];
  const Value h = root->operands[0];
  i.op = Op::div;
  i.operands = {emit(b, Op::mul, {x, x}, d), h};
}

/// (-x) y = -(x y), (-x) / y = -(x / y): signs meet in sums. Exact. A sign that does not vary
/// stays.
void Algebraist::raise_sign(Builder& b, Instruction& i, int d) {
  if (i.op != Op::mul && i.op != Op::div) return;
  bool minus = false;
  for (Value& v : i.operands) {
    const Instruction* n = defining(v);
    if (!n || n->op != Op::neg || depth(v) < d) continue;
    v = n->operands[0];
    minus = !minus;
  }
  if (!minus) return;
  const Value product = emit(b, i.op, i.operands, d);
  i.op = Op::neg;
  i.operands = {product};
}

/// -(c x) = (-c) x where c varies less. Exact.
void Algebraist::sink_sign(Builder& b, Instruction& i, int d) {
  const Value v = i.operands[0];
  const Instruction* product = defining(v);
  if (!product || product->op != Op::mul || uses(v) != 1 || depth(v) != d) return;
  for (std::size_t k = 0; k < 2; ++k) {
    const Value c = product->operands[k], x = product->operands[1 - k];
    if (depth(c) >= d || depth(x) < d) continue;
    const int at = std::max(depth(c), 0);
    i.op = Op::mul;
    i.operands = {emit(outside(b, at), Op::neg, {c}, at), x};
    return;
  }
}

bool Algebraist::positive(Value v, int level) const {
  if (double x = 0; constants_.real(v, x)) return x > 0;
  const Instruction* i = defining(v);
  if (!i || level > 4) return false;
  switch (i->op) {
    case Op::exp:
    case Op::inv_logit:
      return true;
    case Op::sqrt:
      return positive(i->operands[0], level + 1);
    case Op::mul:
    case Op::div:
      return positive(i->operands[0], level + 1) && positive(i->operands[1], level + 1);
    case Op::add:
      return (positive(i->operands[0], level + 1) && nonnegative(i->operands[1], level + 1)) ||
             (nonnegative(i->operands[0], level + 1) && positive(i->operands[1], level + 1));
    default:
      return false;
  }
}

bool Algebraist::nonnegative(Value v, int level) const {
  if (double x = 0; constants_.real(v, x)) return x >= 0;
  if (positive(v, level)) return true;
  const Instruction* i = defining(v);
  if (!i || level > 4) return false;
  switch (i->op) {
    case Op::abs:
    case Op::sqrt:
    case Op::log1p_exp:
      return true;
    case Op::mul:
      if (i->operands[0] == i->operands[1]) return true;
      [[fallthrough]];
    case Op::add:
      return nonnegative(i->operands[0], level + 1) && nonnegative(i->operands[1], level + 1);
    default:
      return false;
  }
}

/// Comparisons with zero of what has a sign. Where e^x underflows to zero the log density overflows
/// and the point is rejected for that.
void Algebraist::compare(Instruction& i) {
  const auto is_zero = [&](Value v) {
    double x = 1;
    return constants_.real(v, x) && x == 0;
  };
  const Value a = i.operands[0], b = i.operands[1];
  const bool sure = (i.op == Op::gt && is_zero(b) && positive(a)) ||
                    (i.op == Op::lt && is_zero(a) && positive(b)) ||
                    (i.op == Op::ge && is_zero(b) && nonnegative(a)) ||
                    (i.op == Op::le && is_zero(a) && nonnegative(b));
  if (!sure) return;
  i.op = Op::constant;
  i.operands.clear();
  i.integer = 1;
}

/// With m, l the larger and the smaller: m + log(1 + e^(l - m)), whose derivative shares the
/// exponential. Both -inf: -inf.
void Algebraist::log_sum_exp(Builder& b, Instruction& i, int d) {
  if (!active(i.results[0])) return;
  const Value m = emit(b, Op::max, i.operands, d), l = emit(b, Op::min, i.operands, d);
  const Value least = real(b, -std::numeric_limits<double>::infinity());
  const Value some = emit(b, Op::gt, {m, least}, d);
  const Value gap = emit(b, Op::sub, {l, m}, d);
  const Value safe = emit(b, Op::select, {some, gap, real(b, 0)}, d);
  const Value log = emit(b, Op::log1p_unit, {emit(b, Op::exp, {safe}, d)}, d);
  i.op = Op::add;
  i.operands = {m, log};
}

/// log(1 + e^x) and e^x / (1 + e^x) share e^-|x| where both are needed.
void Algebraist::logistic(Builder& b, Instruction& i, int d) {
  const Value x = i.operands[0];
  if (!both_logistic_.contains(x.id)) return;
  const Value size = emit(b, Op::neg, {emit(b, Op::abs, {x}, d)}, d);
  const Value t = emit(b, Op::exp, {size}, d);
  if (i.op == Op::log1p_exp) {
    i.op = Op::add;
    i.operands = {emit(b, Op::max, {x, real(b, 0)}, d), emit(b, Op::log1p_unit, {t}, d)};
    return;
  }
  const Value one = real(b, 1);
  const Value negative = emit(b, Op::lt, {x, real(b, 0)}, d);
  i.op = Op::div;
  i.operands = {emit(b, Op::select, {negative, t, one}, d), emit(b, Op::add, {one, t}, d)};
}

}  // namespace tyche::passes
