#include "tyche/passes/algebra.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "tyche/passes/activity.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

class Algebra {
 public:
  explicit Algebra(Program& program)
      : program_(program), constants_(program), active_(active_values(program)) {}

  /// What became of values that turned out to be others.
  const Renaming& names() const { return names_; }

  void entry(Region& region) {
    uses_ = use_counts(program_);
    find_logistic(region);
    for (Value v : region.arguments) set_depth(v, 0);
    this->region(region, 0);
  }

 private:
  static constexpr int constant_depth = -1;

  void set_depth(Value v, int depth) {
    if (depth_.size() <= v.id) depth_.resize(v.id + 64, 0);
    depth_[v.id] = depth;
  }
  int depth(Value v) const { return v.id < depth_.size() ? depth_[v.id] : 0; }
  int uses(Value v) const { return v.id < uses_.size() ? uses_[v.id] : 0; }

  const Instruction* defining(Value v) const {
    const auto at = defined_.find(v.id);
    return at == defined_.end() ? nullptr : &at->second;
  }

  void find_logistic(const Region& region) {
    std::unordered_map<std::uint32_t, int> seen;
    for (const Instruction& i : region.body) {
      for (const Region& inner : i.regions) find_logistic(inner);
      const int bit = i.op == Op::log1p_exp ? 1 : i.op == Op::inv_logit ? 2 : 0;
      if (bit != 0 && (seen[i.operands[0].id] |= bit) == 3) both_logistic_.insert(i.operands[0].id);
    }
  }

  void region(Region& region, int depth) {
    std::vector<Instruction> body = std::move(region.body);
    region.body.clear();
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : body) {
      b.at(i.location);
      for (Value& v : i.operands) v = renamed(names_, v);
      const bool loop = i.op == Op::plate || i.op == Op::for_loop || i.op == Op::scan ||
                        i.op == Op::while_loop;
      for (Region& inner : i.regions) {
        const int inside = depth + (loop ? 1 : 0);
        for (Value v : inner.arguments) set_depth(v, inside);
        if (loop) around_.push_back(&b);
        this->region(inner, inside);
        if (loop) around_.pop_back();
      }
      if (i.op == Op::plate) {
        plate(b, std::move(i), depth);
      } else {
        plain(b, std::move(i), depth);
      }
    }
    region = std::move(out);
  }

  void append(Builder& b, Instruction i, int depth) {
    for (Value v : i.results) set_depth(v, i.op == Op::constant && depth == 0 ? constant_depth : depth);
    if (i.regions.empty() && i.results.size() == 1) defined_[i.results[0].id] = i;
    b.append(std::move(i));
  }

  Value emit(Builder& b, Op op, std::vector<Value> operands, int depth) {
    const Value v = b.emit(op, operands);
    set_depth(v, depth);
    defined_[v.id] = b.region().body.back();
    return v;
  }

  Value real(Builder& b, double x) {
    Builder& at = outside(b, 0);
    const Value v = at.real(x);
    set_depth(v, constant_depth);
    defined_[v.id] = at.region().body.back();
    return v;
  }

  /// Where values of this depth are formed: the region around the loops that are deeper.
  Builder& outside(Builder& b, int depth) {
    const std::size_t k = std::size_t(std::max(depth, 0));
    return k < around_.size() ? *around_[k] : b;
  }

  bool is_real(const Instruction& i) const {
    return i.results.size() == 1 && program_.type(i.results[0]).kind == Kind::real;
  }

  void plain(Builder& b, Instruction i, int depth) {
    if (is_real(i) && i.regions.empty()) rewrite(b, i, depth);
    if (i.operands.size() == 1 && i.op == Op::pow) {
      names_[i.results[0].id] = i.operands[0];
    } else {
      append(b, std::move(i), depth);
    }
  }

  void rewrite(Builder& b, Instruction& i, int depth) {
    switch (i.op) {
      case Op::div:
        divide(b, i, depth);
        return raise_sign(b, i, depth);
      case Op::mul:
        square_of_quotient(b, i, depth);
        associate(b, i, depth);
        return raise_sign(b, i, depth);
      case Op::pow:
        return power(b, i, depth);
      case Op::log:
        return logarithm(b, i);
      case Op::log_sum_exp:
        return log_sum_exp(b, i, depth);
      case Op::log1p_exp:
      case Op::inv_logit:
        return logistic(b, i, depth);
      default:
        return;
    }
  }

  /// log(exp x) = x, log(sqrt x) = log(x) / 2.
  void logarithm(Builder& b, Instruction& i) {
    const Instruction* x = defining(i.operands[0]);
    if (x && x->op == Op::exp) {
      i.op = Op::pow;  // of one operand: itself
      i.operands = x->operands;
    } else if (x && x->op == Op::sqrt) {
      const Value log = emit(b, Op::log, x->operands, depth(i.operands[0]));
      i.op = Op::mul;
      i.operands = {real(b, .5), log};
    }
  }

  /// (x / sqrt h)^2 = x^2 / h.
  void square_of_quotient(Builder& b, Instruction& i, int d) {
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

  /// (-x) y = -(x y), (-x) / y = -(x / y): signs meet in sums. Exact.
  void raise_sign(Builder& b, Instruction& i, int d) {
    bool minus = false;
    for (Value& v : i.operands) {
      const Instruction* n = defining(v);
      if (!n || n->op != Op::neg) continue;
      v = n->operands[0];
      minus = !minus;
    }
    if (!minus) return;
    const Value product = emit(b, i.op, i.operands, d);
    i.op = Op::neg;
    i.operands = {product};
  }

  /// With m, l the larger and the smaller: m + log1p(e^(l - m)), whose derivative shares the
  /// exponential. Both -inf: -inf.
  void log_sum_exp(Builder& b, Instruction& i, int d) {
    if (!active(i.results[0])) return;
    const Value m = emit(b, Op::max, i.operands, d), l = emit(b, Op::min, i.operands, d);
    const Value least = real(b, -std::numeric_limits<double>::infinity());
    const Value some = emit(b, Op::gt, {m, least}, d);
    const Value gap = emit(b, Op::sub, {l, m}, d);
    const Value safe = emit(b, Op::select, {some, gap, real(b, 0)}, d);
    const Value log = emit(b, Op::log1p, {emit(b, Op::exp, {safe}, d)}, d);
    i.op = Op::add;
    i.operands = {m, log};
  }

  /// log(1 + e^x) and e^x / (1 + e^x) share e^-|x| where both are needed.
  void logistic(Builder& b, Instruction& i, int d) {
    const Value x = i.operands[0];
    if (!both_logistic_.contains(x.id)) return;
    const Value size = emit(b, Op::neg, {emit(b, Op::abs, {x}, d)}, d);
    const Value t = emit(b, Op::exp, {size}, d);
    if (i.op == Op::log1p_exp) {
      i.op = Op::add;
      i.operands = {emit(b, Op::max, {x, real(b, 0)}, d), emit(b, Op::log1p, {t}, d)};
      return;
    }
    const Value one = real(b, 1);
    const Value large = emit(b, Op::div, {one, emit(b, Op::add, {one, t}, d)}, d);
    const Value small = emit(b, Op::mul, {t, large}, d);
    const Value positive = emit(b, Op::ge, {x, real(b, 0)}, d);
    i.op = Op::select;
    i.operands = {positive, large, small};
  }

  void divide(Builder& b, Instruction& i, int d) {
    const Value x = i.operands[0], y = i.operands[1];
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
  void associate(Builder& b, Instruction& i, int d) {
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

  void power(Builder& b, Instruction& i, int d) {
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

  // Sums over plates.

  struct Summand {
    Value v;
    bool minus;
  };

  /// v as a sum of summands: through add, sub, neg of this body that nothing else uses.
  void split(Value v, bool minus, int inside, std::vector<Summand>& out) const {
    const Instruction* i = defining(v);
    const bool open = i && depth(v) == inside && uses(v) == 1;
    if (open && i->op == Op::neg) return split(i->operands[0], !minus, inside, out);
    if (open && (i->op == Op::add || i->op == Op::sub)) {
      split(i->operands[0], minus, inside, out);
      return split(i->operands[1], i->op == Op::sub ? !minus : minus, inside, out);
    }
    out.push_back({v, minus});
  }

  /// v = factor * rest, the factor invariant; a factor that does not exist is 1.
  struct Product {
    Value factor = {};
    Value rest = {};
    bool minus = false;
  };

  Value times(Builder& b, Value x, Value y, int depth) {
    if (!x.exists()) return y;
    if (!y.exists()) return x;
    return emit(b, Op::mul, {x, y}, depth);
  }

  /// Factors are multiplied in `outer`, rests are formed in `inner`.
  Product factor(Builder& outer, Builder& inner, Value v, int inside) {
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
  Product square(Builder& outer, Builder& inner, Value v, Value x, int inside) {
    const Instruction* i = defining(x);
    if (!i || i->op != Op::mul || depth(x) != inside || uses(x) != 2) return {.rest = v};
    const std::size_t k = depth(i->operands[0]) < inside ? 0 : 1;
    const Value c = i->operands[k], z = i->operands[1 - k];
    if (depth(c) >= inside || depth(z) < inside) return {.rest = v};
    return {emit(outer, Op::mul, {c, c}, inside - 1), emit(inner, Op::mul, {z, z}, inside)};
  }

  bool active(Value v) const { return v.id < active_.size() && active_[v.id]; }

  /// One summed result, taken apart.
  void plate(Builder& b, Instruction i, int depth_outside) {
    const std::size_t mapped = std::size_t(i.integer);
    const int inside = depth_outside + 1;
    Region& body = i.regions[0];
    std::vector<Value> yields = yield_of(body).operands;
    body.body.pop_back();
    Builder inner(program_, body);
    struct Sum {
      Value result;
      std::vector<Summand> invariants;
      std::vector<std::pair<Value, Product>> parts;  // a new result and what it is multiplied by
    };
    std::vector<Sum> sums;
    std::vector<Value> results(i.results.begin(), i.results.begin() + std::ptrdiff_t(mapped));
    std::vector<Value> kept(yields.begin(), yields.begin() + std::ptrdiff_t(mapped));
    for (std::size_t k = mapped; k < yields.size(); ++k) {
      std::vector<Summand> summands;
      if (program_.type(yields[k]).kind == Kind::real) split(yields[k], false, inside, summands);
      Sum sum{.result = i.results[k], .invariants = {}, .parts = {}};
      std::vector<Summand> groups[2];  // by whether it depends on the position
      for (const Summand& s : summands) {
        if (depth(s.v) < inside) {
          sum.invariants.push_back(s);
        } else {
          groups[active(s.v) || depth_outside > 0 ? 1 : 0].push_back(s);
        }
      }
      if (summands.empty()) {
        results.push_back(i.results[k]);
        kept.push_back(yields[k]);
        continue;
      }
      for (const auto& group : groups) {
        if (group.empty()) continue;
        const Product p = joined(b, inner, group, inside);
        sum.parts.emplace_back(program_.new_value(Type::real()), p);
        results.push_back(sum.parts.back().first);
        kept.push_back(p.rest);
      }
      sums.push_back(std::move(sum));
    }
    inner.yield(kept);
    i.results = results;
    const Value count = i.operands[0];
    append(b, std::move(i), depth_outside);
    for (const Sum& sum : sums) total(b, sum.result, sum.invariants, sum.parts, count, depth_outside);
  }

  /// The summands as one product: a factor common to all, and the sum of the rests.
  Product joined(Builder& outer, Builder& inner, const std::vector<Summand>& group, int inside) {
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

  template <class Parts>
  void total(Builder& b, Value result, const std::vector<Summand>& invariants, const Parts& parts,
             Value count, int depth) {
    Value sum;
    const auto add = [&](Value v, bool minus) {
      if (!sum.exists()) {
        sum = minus ? emit(b, Op::neg, {v}, depth) : v;
      } else {
        sum = emit(b, minus ? Op::sub : Op::add, {sum, v}, depth);
      }
    };
    for (const auto& [v, p] : parts) add(times(b, p.factor, v, depth), p.minus);
    if (!invariants.empty()) {
      std::int64_t n = 0;
      const Value times_n = constants_.integer(count, n)
                                ? real(b, double(n))
                                : emit(b, Op::to_real, {count}, this->depth(count));
      for (const Summand& s : invariants) add(emit(b, Op::mul, {times_n, s.v}, depth), s.minus);
    }
    names_[result.id] = sum;
  }

  Program& program_;
  Constants constants_;
  std::vector<char> active_;
  Renaming names_;
  std::unordered_set<std::uint32_t> both_logistic_;
  std::vector<int> uses_;
  std::vector<Builder*> around_;  // of the loops around, the regions that hold them
  std::vector<int> depth_;
  std::unordered_map<std::uint32_t, Instruction> defined_;
};

}  // namespace

ir::Program algebra(ir::Program program) {
  Region density = std::move(program.density);
  program.density = density;  // uses and activity are read from it while it is rewritten
  Algebra pass(program);
  pass.entry(density);
  program.density = std::move(density);
  rename(program.outputs, pass.names());
  return program;
}

}  // namespace tyche::passes
