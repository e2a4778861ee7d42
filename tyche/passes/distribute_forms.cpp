#include "tyche/passes/distribute_forms.hpp"

namespace tyche::passes {
namespace {

class FormWriter {
 public:
  FormWriter(const Instruction& loop, const Distribution& plan, std::size_t k,
             const FormPlace& place)
      : body_(loop.regions[0]),
        x_(body_.arguments[k + 1]),
        steps_(plan.affine.at(k)),
        plan_(plan),
        place_(place) {}

  Form form(Value v) {
    if (v == x_) return {};
    if (!moves(v)) return {std::nullopt, Factor{varies(v) ? place_.value(v) : v, varies(v)}};
    const Instruction& i = body_.body[plan_.places.at(v)];
    const Value first = i.operands[0];
    const Form x = form(first);
    if (i.op == Op::neg) return {join(Op::sub, {}, slope(first, x)), join(Op::sub, {}, x.b)};
    const Value second = i.operands[1];
    const Form y = form(second);
    if (i.op == Op::mul) return moves(first) ? product(x, *y.b) : product(y, *x.b);
    Form out{{}, join(i.op, x.b, y.b)};
    if (i.op == Op::add && !(moves(first) && moves(second))) {
      out.a = moves(first) ? x.a : y.a;
    } else {
      out.a = join(i.op, slope(first, x), slope(second, y));
    }
    return out;
  }

 private:
  bool moves(Value v) const {
    const auto p = plan_.places.find(v);
    return v == x_ || (p != plan_.places.end() && steps_.contains(p->second));
  }

  bool varies(Value v) const {
    return plan_.places.contains(v) || plan_.carried.contains(v) || v == plan_.row;
  }

  /// The a of v's form, told even if it is 1; absent where it is 0.
  std::optional<Factor> slope(Value v, const Form& f) {
    if (!moves(v) || f.a) return f.a;
    return Factor{place_.fixed.real(1), false};
  }

  Form product(const Form& f, const Factor& by) {
    return {f.a ? join(Op::mul, f.a, by) : by, f.b ? join(Op::mul, f.b, by) : f.b};
  }

  /// x op y, where what is absent is 0.
  std::optional<Factor> join(Op op, const std::optional<Factor>& x,
                             const std::optional<Factor>& y) {
    if (!y) return x;
    const bool varies = y->varies || (x && x->varies);
    Builder& to = varies ? place_.rows : place_.fixed;
    if (x) return Factor{to.emit(op, {x->value, y->value}), varies};
    return op == Op::sub ? Factor{to.emit(Op::neg, {y->value}), varies} : *y;
  }

  const Region& body_;
  const Value x_;
  const std::set<std::size_t>& steps_;
  const Distribution& plan_;
  const FormPlace& place_;
};

}  // namespace

Form form_of(const Instruction& loop, const Distribution& plan, std::size_t k,
             const FormPlace& place) {
  return FormWriter(loop, plan, k, place).form(yield_of(loop.regions[0]).operands[k]);
}

}  // namespace tyche::passes
