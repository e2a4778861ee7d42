#include "tyche/passes/derivatives.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace tyche::passes {
namespace {

/// A value with operators that append instructions; without builder: zero.
struct E {
  Builder* b = nullptr;
  Value v = {};
};

E emit(Op op, E x, E y) { return {x.b, x.b->emit(op, {x.v, y.v})}; }
E emit(Op op, E x) { return {x.b, x.b->emit(op, {x.v})}; }
E constant(E like, double c) { return {like.b, like.b->real(c)}; }

E operator+(E x, E y) { return emit(Op::add, x, y); }
E operator-(E x, E y) { return emit(Op::sub, x, y); }
E operator*(E x, E y) { return emit(Op::mul, x, y); }
E operator/(E x, E y) { return emit(Op::div, x, y); }
E operator-(E x) { return emit(Op::neg, x); }
E operator*(double c, E x) { return constant(x, c) * x; }
E operator+(double c, E x) { return constant(x, c) + x; }
E operator-(double c, E x) { return constant(x, c) - x; }
E operator/(double c, E x) { return constant(x, c) / x; }
E exp(E x) { return emit(Op::exp, x); }
E zero(E like) { return constant(like, 0); }
E select(E condition, E x, E y) { return {x.b, x.b->emit(Op::select, {condition.v, x.v, y.v})}; }

/// Operands a, b, c, result r and its adjoint w.
struct At {
  E a, b, c, r, w;
  bool square;  // a and b are one value
};
using Partials = std::array<E, 3>;

/// The weight of x in r = log(e^x + e^y); none where all are -inf.
E share(E x, E r) {
  const E least = constant(r, -std::numeric_limits<double>::infinity());
  return select(emit(Op::gt, r, least), exp(x - r), zero(r));
}

constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;
constexpr double root_two_pi = 2.50662827463100050242;

struct Rule {
  Op op;
  Partials (*partials)(const At&);
};

// clang-format off
const Rule rules[] = {
    {Op::add, [](const At& x) -> Partials { return {x.w, x.w}; }},
    {Op::sub, [](const At& x) -> Partials { return {x.w, -x.w}; }},
    {Op::mul, [](const At& x) -> Partials {
       if (x.square) return {(x.w + x.w) * x.a};
       return {x.w * x.b, x.w * x.a}; }},
    {Op::div, [](const At& x) -> Partials {
       const E q = x.w * (1 / x.b);
       return {q, -(q * x.r)}; }},
    {Op::neg, [](const At& x) -> Partials { return {-x.w}; }},
    {Op::abs, [](const At& x) -> Partials {
       return {select(emit(Op::lt, x.a, zero(x.a)), -x.w, x.w)}; }},
    {Op::min, [](const At& x) -> Partials {
       const E first = emit(Op::lt, x.a, x.b);  // a tie: max takes a, min takes b
       return {select(first, x.w, zero(x.w)), select(first, zero(x.w), x.w)}; }},
    {Op::max, [](const At& x) -> Partials {
       const E first = emit(Op::ge, x.a, x.b);
       return {select(first, x.w, zero(x.w)), select(first, zero(x.w), x.w)}; }},
    {Op::fma, [](const At& x) -> Partials { return {x.w * x.b, x.w * x.a, x.w}; }},
    {Op::sqrt, [](const At& x) -> Partials { return {x.w * (0.5 / x.r)}; }},
    {Op::exp, [](const At& x) -> Partials { return {x.w * x.r}; }},
    {Op::log, [](const At& x) -> Partials { return {x.w * (1 / x.a)}; }},
    {Op::log1p, [](const At& x) -> Partials { return {x.w * emit(Op::inv1p, x.a)}; }},
    {Op::inv1p, [](const At& x) -> Partials { return {-(x.w * (x.r * x.r))}; }},
    {Op::log1p_unit, [](const At& x) -> Partials { return {x.w * emit(Op::inv1p, x.a)}; }},
    {Op::expm1, [](const At& x) -> Partials { return {x.w * (1 + x.r)}; }},
    {Op::tanh, [](const At& x) -> Partials { return {x.w * ((1 - x.r) * (1 + x.r))}; }},
    {Op::inv_logit, [](const At& x) -> Partials { return {x.w * (x.r * (1 - x.r))}; }},
    {Op::log1p_exp, [](const At& x) -> Partials { return {x.w * emit(Op::inv_logit, x.a)}; }},
    {Op::log1m_exp, [](const At& x) -> Partials {
       return {-(x.w / emit(Op::expm1, -x.a))}; }},
    {Op::log_sum_exp, [](const At& x) -> Partials {
       return {x.w * share(x.a, x.r), x.w * share(x.b, x.r)}; }},
    {Op::sin, [](const At& x) -> Partials { return {x.w * emit(Op::cos, x.a)}; }},
    {Op::cos, [](const At& x) -> Partials { return {-(x.w * emit(Op::sin, x.a))}; }},
    {Op::pow, [](const At& x) -> Partials {
       const E positive = emit(Op::gt, x.a, zero(x.a));
       return {x.w * (x.b * emit(Op::pow, x.a, x.b - constant(x.b, 1))),
               select(positive, x.w * (x.r * emit(Op::log, x.a)), zero(x.w))}; }},
    {Op::erf, [](const At& x) -> Partials {
       return {x.w * (two_over_root_pi * exp(-(x.a * x.a)))}; }},
    {Op::erfc, [](const At& x) -> Partials {
       return {x.w * (-two_over_root_pi * exp(-(x.a * x.a)))}; }},
    {Op::Phi, [](const At& x) -> Partials {
       return {x.w * ((1 / root_two_pi) * exp(-0.5 * (x.a * x.a)))}; }},
    {Op::inv_Phi, [](const At& x) -> Partials {
       return {x.w * (root_two_pi * exp(0.5 * (x.r * x.r)))}; }},
    {Op::lgamma, [](const At& x) -> Partials { return {x.w * emit(Op::digamma, x.a)}; }},
    {Op::digamma, [](const At& x) -> Partials { return {x.w * emit(Op::trigamma, x.a)}; }},
    {Op::select, [](const At& x) -> Partials {
       return {E{}, select(x.a, x.w, zero(x.w)), select(x.a, zero(x.w), x.w)}; }},
};
// clang-format on

const Rule* rule(Op op) {
  for (const Rule& r : rules) {
    if (r.op == op) return &r;
  }
  return nullptr;
}

}  // namespace

bool vanishes(const Instruction& i, std::size_t k, const Constants& constants) {
  double c = 0;
  switch (i.op) {
    case Op::add:
    case Op::sub:
    case Op::neg:
    case Op::abs:
    case Op::min:
    case Op::max:
    case Op::select:
      return true;
    case Op::mul:
      return constants.real(i.operands[1 - k], c) && std::isfinite(c);
    case Op::div:
      return k == 0 && constants.real(i.operands[1], c) && std::isfinite(1 / c);
    case Op::fma:
      return k == 2 || (constants.real(i.operands[1 - k], c) && std::isfinite(c));
    default:
      return false;
  }
}

bool has_derivative(Op op) { return rule(op) != nullptr; }

bool is_flat(Op op) {
  switch (op) {
    case Op::floor:
    case Op::round:
    case Op::to_real:
    case Op::to_integer:
    case Op::size:
      return true;
    case Op::select:
      return false;
    default:
      return ir::info(op).kind == ir::OpKind::logic;
  }
}

std::optional<std::array<Value, 3>> partials(Builder& b, const Instruction& instruction, Value w) {
  const Rule* found = rule(instruction.op);
  if (!found) return {};
  const auto& operands = instruction.operands;
  const auto at = [&](std::size_t k) { return k < operands.size() ? E{&b, operands[k]} : E{}; };
  const bool square = operands.size() > 1 && operands[0] == operands[1];
  const Partials e =
      found->partials({at(0), at(1), at(2), {&b, instruction.results[0]}, {&b, w}, square});
  return std::array{e[0].v, e[1].v, e[2].v};
}

}  // namespace tyche::passes
