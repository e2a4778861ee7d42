#include "tyche/passes/identities.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tyche::passes {

const Instruction* Definitions::note(const Instruction& instruction) {
  if (!instruction.regions.empty() || instruction.results.size() != 1) return nullptr;
  const std::uint32_t id = instruction.results[0].id;
  if (id >= defined_.size()) defined_.resize(program_.values.size(), nullptr);
  return defined_[id] = &pool_.emplace_back(instruction);
}

void Definitions::note_index(Value index, Value count) {
  if (const auto n = integer(count)) indices_[index.id] = {0, *n - 1};
}

const Instruction* Definitions::of(Value v) const {
  return v.id < defined_.size() ? defined_[v.id] : nullptr;
}

std::optional<std::int64_t> Definitions::integer(Value v) const {
  const Instruction* i = of(v);
  if (!i || i->op != Op::constant || program_.type(v).kind == Kind::real) return {};
  return i->integer;
}

std::optional<double> Definitions::real(Value v) const {
  const Instruction* i = of(v);
  if (!i || i->op != Op::constant || program_.type(v).kind != Kind::real) return {};
  return i->number;
}

std::optional<Definitions::Range> Definitions::range(Value v, int depth) const {
  if (const auto at = indices_.find(v.id); at != indices_.end()) return at->second;
  if (const auto c = integer(v)) return Range{*c, *c};
  const Instruction* i = of(v);
  if (!i || depth > 8 || i->operands.size() != 2) return {};
  if (i->op != Op::add && i->op != Op::sub && i->op != Op::mul) return {};
  const auto a = range(i->operands[0], depth + 1), b = range(i->operands[1], depth + 1);
  if (!a || !b) return {};
  if (i->op == Op::add) return Range{a->low + b->low, a->high + b->high};
  if (i->op == Op::sub) return Range{a->low - b->high, a->high - b->low};
  const auto [low, high] =
      std::minmax({a->low * b->low, a->low * b->high, a->high * b->low, a->high * b->high});
  return Range{low, high};
}

bool Definitions::within(Value v, std::int64_t n) const {
  const auto r = range(v);
  return r && r->low >= 0 && r->high < n;
}

namespace {

Rewrite to_value(Value v) { return {.kind = Rewrite::Kind::value, .value = v}; }
Rewrite to_integer(std::int64_t x) { return {.kind = Rewrite::Kind::constant, .integer = x}; }
Rewrite to_real(double x) { return {.kind = Rewrite::Kind::constant, .number = x}; }

class Identities {
 public:
  Identities(const Instruction& i, const Definitions& definitions, const Program& program)
      : i_(i), definitions_(definitions), program_(program) {}

  Rewrite find() const {
    switch (i_.op) {
      case Op::add:
      case Op::sub:
      case Op::mul:
      case Op::div:
      case Op::min:
      case Op::max:
      case Op::remainder:
        return program_.type(i_.results[0]).kind == Kind::integer ? integers() : reals();
      case Op::neg:
      case Op::abs:
      case Op::sqrt:
        return unary();
      case Op::lt:
      case Op::le:
      case Op::gt:
      case Op::ge:
      case Op::eq:
      case Op::ne:
        return comparison();
      case Op::logical_and:
      case Op::logical_or:
      case Op::logical_not:
      case Op::select:
        return logic();
      case Op::to_real:
      case Op::to_integer:
        return conversion();
      default:
        return structure();
    }
  }

 private:
  Value operand(std::size_t k) const { return i_.operands[k]; }

  Rewrite becomes(Op op, std::vector<Value> operands) const {
    Rewrite r{.kind = Rewrite::Kind::instruction};
    r.replacement = i_;
    r.replacement.op = op;
    r.replacement.operands = std::move(operands);
    r.replacement.integer = 0;
    return r;
  }

  Rewrite integers() const {
    const auto a = definitions_.integer(operand(0)), b = definitions_.integer(operand(1));
    if (a && b) return folded(*a, *b);
    if (i_.op == Op::add && a == 0) return to_value(operand(1));
    if ((i_.op == Op::add || i_.op == Op::sub) && b == 0) return to_value(operand(0));
    if (i_.op == Op::mul && (a == 0 || b == 0)) return to_integer(0);
    if (i_.op == Op::mul && a == 1) return to_value(operand(1));
    if ((i_.op == Op::mul || i_.op == Op::div) && b == 1) return to_value(operand(0));
    // Constants to the right: i + c is what loads are recognised by.
    if ((i_.op == Op::add || i_.op == Op::mul) && a)
      return becomes(i_.op, {operand(1), operand(0)});
    return {};
  }

  Rewrite folded(std::int64_t a, std::int64_t b) const {
    switch (i_.op) {
      case Op::add:
        return to_integer(a + b);
      case Op::sub:
        return to_integer(a - b);
      case Op::mul:
        return to_integer(a * b);
      case Op::div:
        return b == 0 ? Rewrite{} : to_integer(a / b);
      case Op::remainder:
        return b == 0 ? Rewrite{} : to_integer(a % b);
      case Op::min:
        return to_integer(std::min(a, b));
      default:
        return to_integer(std::max(a, b));
    }
  }

  /// The operand of a neg.
  Value negated(Value v) const {
    const Instruction* i = definitions_.of(v);
    return i && i->op == Op::neg ? i->operands[0] : Value{};
  }

  Rewrite reals() const {
    const auto a = definitions_.real(operand(0)), b = definitions_.real(operand(1));
    if (a && b) {
      if (i_.op == Op::add) return to_real(*a + *b);
      if (i_.op == Op::sub) return to_real(*a - *b);
      if (i_.op == Op::mul) return to_real(*a * *b);
      if (i_.op == Op::div) return to_real(*a / *b);
    }
    const auto is = [](std::optional<double> x, double c) {
      return x && std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(c);
    };
    const Value x = operand(0), y = operand(1);
    switch (i_.op) {
      case Op::add:
        if (is(a, -0.0)) return to_value(y);
        if (is(b, -0.0)) return to_value(x);
        if (const Value n = negated(y); n.exists()) return becomes(Op::sub, {x, n});
        if (const Value n = negated(x); n.exists()) return becomes(Op::sub, {y, n});
        return {};
      case Op::sub:
        if (is(b, 0.0)) return to_value(x);
        if (is(a, -0.0)) return becomes(Op::neg, {y});
        if (const Value n = negated(y); n.exists()) return becomes(Op::add, {x, n});
        return {};
      case Op::mul:
        if (is(a, 1)) return to_value(y);
        if (is(b, 1)) return to_value(x);
        if (is(a, -1)) return becomes(Op::neg, {y});
        if (is(b, -1)) return becomes(Op::neg, {x});
        if (b && !a) return becomes(Op::mul, {y, x});
        return both_negated(x, y);
      case Op::div:
        if (is(b, 1)) return to_value(x);
        if (is(b, -1)) return becomes(Op::neg, {x});
        return both_negated(x, y);
      default:
        return x == y ? to_value(x) : Rewrite{};
    }
  }

  Rewrite both_negated(Value x, Value y) const {
    const Value n = negated(x), m = negated(y);
    return n.exists() && m.exists() ? becomes(i_.op, {n, m}) : Rewrite{};
  }

  Rewrite unary() const {
    const auto a = definitions_.real(operand(0));
    const auto k = definitions_.integer(operand(0));
    switch (i_.op) {
      case Op::neg:
        if (a) return to_real(-*a);
        if (k) return to_integer(-*k);
        if (const Value n = negated(operand(0)); n.exists()) return to_value(n);
        return {};
      case Op::abs:
        if (a) return to_real(std::fabs(*a));
        if (k) return to_integer(std::abs(*k));
        return {};
      default:
        return a ? to_real(std::sqrt(*a)) : Rewrite{};
    }
  }

  template <class T>
  bool compare(T a, T b) const {
    switch (i_.op) {
      case Op::lt:
        return a < b;
      case Op::le:
        return a <= b;
      case Op::gt:
        return a > b;
      case Op::ge:
        return a >= b;
      case Op::eq:
        return a == b;
      default:
        return a != b;
    }
  }

  Rewrite comparison() const {
    const auto a = definitions_.integer(operand(0)), b = definitions_.integer(operand(1));
    if (a && b) return to_integer(compare(*a, *b));
    const auto x = definitions_.real(operand(0)), y = definitions_.real(operand(1));
    if (x && y) return to_integer(compare(*x, *y));
    return {};
  }

  Rewrite logic() const {
    const auto a = definitions_.integer(operand(0));
    if (i_.op == Op::logical_not) return a ? to_integer(!*a) : Rewrite{};
    if (i_.op == Op::select) {
      if (a) return to_value(operand(*a ? 1 : 2));
      return operand(1) == operand(2) ? to_value(operand(1)) : Rewrite{};
    }
    const auto b = definitions_.integer(operand(1));
    const bool conjunction = i_.op == Op::logical_and;
    if (a) return bool(*a) == conjunction ? to_value(operand(1)) : to_integer(*a);
    if (b) return bool(*b) == conjunction ? to_value(operand(0)) : to_integer(*b);
    return {};
  }

  Rewrite conversion() const {
    const auto k = definitions_.integer(operand(0));
    if (!k) return {};
    return i_.op == Op::to_real ? to_real(double(*k)) : to_integer(*k);
  }

  Rewrite structure() const {
    switch (i_.op) {
      case Op::size: {
        const auto dim = program_.type(operand(0)).shape()[std::size_t(i_.integer)];
        return dim == ir::unknown ? Rewrite{} : to_integer(dim);
      }
      case Op::item: {
        const Instruction* made = definitions_.of(operand(0));
        return made && made->op == Op::tuple ? to_value(made->operands[std::size_t(i_.integer)])
                                             : Rewrite{};
      }
      case Op::load:
        return load();
      case Op::slice:
        return slice();
      default:
        return {};
    }
  }

  /// A local may have changed since.
  bool immutable(Value v) const {
    const Instruction* i = definitions_.of(v);
    return !i || i->op != Op::local;
  }

  Rewrite load() const {
    if (i_.operands.size() == 1 && immutable(operand(0))) return to_value(operand(0));
    const Instruction* from = definitions_.of(operand(0));
    if (!from || from->operands.empty() || !immutable(from->operands[0])) return {};
    if (from->op == Op::load) {
      std::vector<Value> operands = from->operands;
      operands.insert(operands.end(), i_.operands.begin() + 1, i_.operands.end());
      return becomes(Op::load, std::move(operands));
    }
    return {};
  }

  Rewrite slice() const {
    const auto first = definitions_.integer(operand(1)), n = definitions_.integer(operand(2));
    if (first == 0 && n && program_.type(operand(0)) == program_.type(i_.results[0]) &&
        immutable(operand(0))) {
      return to_value(operand(0));
    }
    return {};
  }

  const Instruction& i_;
  const Definitions& definitions_;
  const Program& program_;
};

}  // namespace

Rewrite rewrite(const Instruction& instruction, const Definitions& definitions,
                const Program& program) {
  return Identities(instruction, definitions, program).find();
}

}  // namespace tyche::passes
