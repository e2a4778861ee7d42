#include "tyche/passes/algebraist.hpp"

namespace tyche::passes {

/// v as a sum of summands: through add, sub, neg of this body that nothing else uses.
void Algebraist::split(Value v, bool minus, int inside, std::vector<Summand>& out) const {
  const Instruction* i = defining(v);
  const bool open = i && depth(v) == inside && uses(v) == 1;
  if (open && i->op == Op::neg) return split(i->operands[0], !minus, inside, out);
  if (open && (i->op == Op::add || i->op == Op::sub)) {
    split(i->operands[0], minus, inside, out);
    return split(i->operands[1], i->op == Op::sub ? !minus : minus, inside, out);
  }
  out.push_back({v, minus});
}

/// Factors are multiplied in `outer`, rests are formed in `inner`.
Algebraist::Product Algebraist::factor(Builder& outer, Builder& inner, Value v, int inside) {
  const Instruction* i = defining(v);
  if (!i || depth(v) != inside || uses(v) != 1) return {.rest = v};
  if (i->op == Op::neg) {
    Product p = factor(outer, inner, Value(i->operands[0]), inside);
    p.minus = !p.minus;
    return p;
  }
  if (i->op != Op::mul) return {.rest = v};
  const Value x = i->operands[0], y = i->operands[1];
  if (x == y) return square(outer, inner, v, x, inside);
  if (depth(x) >= inside && depth(y) >= inside) {
    Product p = factor(outer, inner, x, inside), q = factor(outer, inner, y, inside);
    if (p.rest == x && q.rest == y) return {.rest = v};
    return {times(outer, p.factor, q.factor, inside - 1),
            emit(inner, Op::mul, {p.rest, q.rest}, inside), p.minus != q.minus};
  }
  const Value invariant = depth(x) < inside ? x : y;
  Product p = factor(outer, inner, invariant == x ? y : x, inside);
  p.factor = times(outer, invariant, p.factor, inside - 1);
  return p;
}

/// (c z)^2 = c^2 z^2.
Algebraist::Product Algebraist::square(Builder& outer, Builder& inner, Value v, Value x,
                                       int inside) {
  const Instruction* i = defining(x);
  if (!i || i->op != Op::mul || depth(x) != inside || uses(x) != 2) return {.rest = v};
  const std::size_t k = depth(i->operands[0]) < inside ? 0 : 1;
  const Value c = i->operands[k], z = i->operands[1 - k];
  if (depth(c) >= inside || depth(z) < inside) return {.rest = v};
  return {emit(outer, Op::mul, {c, c}, inside - 1), emit(inner, Op::mul, {z, z}, inside)};
}

/// The summands as one product: a factor common to all, and the sum of the rests.
Algebraist::Product Algebraist::joined(Builder& outer, Builder& inner,
                                       const std::vector<Summand>& group, int inside) {
  if (group.size() == 1) {
    Product p = factor(outer, inner, group[0].v, inside);
    p.minus = p.minus != group[0].minus;
    return p;
  }
  Value sum;
  bool first_minus = false;
  for (const Summand& s : group) {
    if (!sum.exists()) {
      sum = s.v;
      first_minus = s.minus;
    } else {
      sum = emit(inner, s.minus == first_minus ? Op::add : Op::sub, {sum, s.v}, inside);
    }
  }
  return {.factor = {}, .rest = sum, .minus = first_minus};
}

Value Algebraist::times(Builder& b, Value x, Value y, int depth) {
  if (!x.exists()) return y;
  if (!y.exists()) return x;
  return emit(b, Op::mul, {x, y}, depth);
}

/// Each summed result becomes sums of what is left inside, put together outside.
void Algebraist::plate(Builder& b, Instruction i, int depth) {
  const std::size_t mapped = std::size_t(i.integer);
  Region& body = i.regions[0];
  const std::vector<Value> yields = yield_of(body).operands;
  body.body.pop_back();
  Builder inner(program_, body);
  std::vector<Sum> sums;
  std::vector<Value> results(i.results.begin(), i.results.begin() + std::ptrdiff_t(mapped));
  std::vector<Value> kept(yields.begin(), yields.begin() + std::ptrdiff_t(mapped));
  for (std::size_t k = mapped; k < yields.size(); ++k) {
    if (program_.type(yields[k]).kind != Kind::real) {
      results.push_back(i.results[k]);
      kept.push_back(yields[k]);
      continue;
    }
    sums.push_back(take_apart(b, inner, i.results[k], yields[k], depth + 1));
    for (const auto& [result, product] : sums.back().parts) {
      results.push_back(result);
      kept.push_back(product.rest);
    }
  }
  inner.yield(kept);
  i.results = results;
  const Value count = i.operands[0];
  append(b, std::move(i), depth);
  for (const Sum& sum : sums) total(b, sum, count, depth);
}

Algebraist::Sum Algebraist::take_apart(Builder& outer, Builder& inner, Value result, Value yield,
                                       int inside) {
  Sum sum{.result = result};
  std::vector<Summand> summands;
  split(yield, false, inside, summands);
  // What depends on data alone gets a sum of its own, which the prelude can compute.
  std::vector<Summand> of_data, others;
  for (const Summand& s : summands) {
    if (depth(s.v) < inside) {
      sum.invariants.push_back(s);
    } else {
      (active(s.v) || inside > 1 ? others : of_data).push_back(s);
    }
  }
  for (const auto& group : {of_data, others}) {
    if (group.empty()) continue;
    sum.parts.emplace_back(program_.new_value(Type::real()), joined(outer, inner, group, inside));
  }
  return sum;
}

void Algebraist::total(Builder& b, const Sum& sum, Value count, int depth) {
  Value all;
  const auto add = [&](Value v, bool minus) {
    if (!all.exists()) {
      all = minus ? emit(b, Op::neg, {v}, depth) : v;
    } else {
      all = emit(b, minus ? Op::sub : Op::add, {all, v}, depth);
    }
  };
  for (const auto& [v, p] : sum.parts) add(times(b, p.factor, v, depth), p.minus);
  std::int64_t n = 0;
  for (const Summand& s : sum.invariants) {
    const Value times_n = constants_.integer(count, n)
                              ? real(b, double(n))
                              : emit(b, Op::to_real, {count}, this->depth(count));
    add(emit(b, Op::mul, {times_n, s.v}, depth), s.minus);
  }
  names_[sum.result.id] = all;
}

}  // namespace tyche::passes
