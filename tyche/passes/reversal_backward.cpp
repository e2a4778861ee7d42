#include "tyche/passes/derivatives.hpp"
#include "tyche/passes/reversal.hpp"

namespace tyche::passes {

Value Reversal::take(Scope& scope, Value v) const {
  const auto at = scope.find(v.id);
  if (at == scope.end()) return {};
  const Value w = at->second;
  scope.erase(at);
  return w;
}

void Reversal::backward(Builder& b, const Step& step, Scope& scope) {
  if (error_) return;
  const Instruction& i = step.instruction;
  b.at(i.location);
  if (step.done) {
    for (const auto& [v, w] : step.given) accumulate(b, scope, v, w);
    return;
  }
  switch (i.op) {
    case Op::store:
    case Op::add_to:
      return backward_store(b, step, scope);
    case Op::plate:
      if (concerns(i)) backward_plate(b, step, scope);
      return;
    case Op::if_else:
      if (concerns(i)) backward_branch(b, step, scope);
      return;
    case Op::for_loop:
    case Op::while_loop:
      if (concerns(i)) backward_loop(b, step, scope);
      return;
    case Op::local:
      return;
    case Op::load:
    case Op::slice:
      return backward_load(b, i, scope);
    default:
      if (i.results.empty() || !active(i.results[0])) return;
      if (i.results.size() != 1) return unsupported(i);
      if (!scalar(i.results[0])) return backward_algebra(b, i);
      backward_plain(b, i, scope);
  }
}

void Reversal::backward_plain(Builder& b, const Instruction& i, Scope& scope) {
  if (!has_derivative(i.op)) return unsupported(i);
  const Value w = take(scope, i.results[0]);
  if (!w.exists()) return;
  const auto shares = partials(b, i, w);
  Value unused;  // whether w is zero, as where a select did not take this
  for (std::size_t k = 0; k < i.operands.size(); ++k) {
    Value share = (*shares)[k];
    if (!share.exists() || !active(i.operands[k])) continue;
    if (masked(i.results[0]) && !vanishes(i, k, constants_)) {
      if (!unused.exists()) unused = b.emit(Op::eq, {w, b.real(0)});
      share = b.emit(Op::select, {unused, b.real(0), share});
    }
    accumulate(b, scope, i.operands[k], share);
  }
}

void Reversal::backward_load(Builder& b, const Instruction& i, Scope& scope) {
  const Value v = i.results[0];
  if (!active(v)) return;
  std::vector<Value> indices(i.operands.begin() + 1, i.operands.end());
  if (scalar(v)) {
    const Value w = take(scope, v);
    if (w.exists()) buffers_.add(b, i.operands[0], std::move(indices), w);
    return;
  }
  if (!local(i.operands[0]) || once(i.operands[0])) return;  // a view: its adjoint is there already
  each_element(b, program_.type(v), [&](Builder& inner, const std::vector<Value>& at) {
    const Value w = buffers_.element(inner, v, at);
    std::vector<Value> whole = at;
    if (i.op == Op::slice) {
      whole[0] = inner.emit(Op::add, {at[0], i.operands[1]});
    } else {
      whole.insert(whole.begin(), indices.begin(), indices.end());
    }
    buffers_.add(inner, i.operands[0], std::move(whole), w);
  });
}

void Reversal::backward_store(Builder& b, const Step& step, Scope& scope) {
  const Instruction& i = step.instruction;
  const Value target = i.operands[0], v = i.operands.back();
  const std::vector<Value> indices(i.operands.begin() + 1, i.operands.end() - 1);
  if (active(target)) {
    const bool replaced = i.op == Op::store && !once(target);
    if (scalar(v)) {
      if (active(v)) accumulate(b, scope, v, buffers_.element(b, target, indices));
      if (replaced) buffers_.clear(b, target, indices);
    } else {
      each_in_turn(b, program_.type(v), [&](Builder& inner, const std::vector<Value>& at) {
        std::vector<Value> whole = indices;
        whole.insert(whole.end(), at.begin(), at.end());
        if (active(v)) buffers_.add(inner, v, at, buffers_.element(inner, target, whole));
        if (replaced) buffers_.clear(inner, target, whole);
      });
    }
  }
  if (!step.old.exists()) return;
  Instruction undo{.op = Op::store, .operands = i.operands};
  undo.operands.back() = step.old;
  b.append(std::move(undo));
}

void Reversal::backward_select(Builder& b, const Instruction& i) {
  const Value condition = i.operands[0];
  each_element(b, program_.type(i.results[0]), [&](Builder& inner, const std::vector<Value>& at) {
    const Value w = buffers_.element(inner, i.results[0], at);
    const Value zero = inner.real(0);
    if (active(i.operands[1])) {
      buffers_.add(inner, i.operands[1], at, inner.emit(Op::select, {condition, w, zero}));
    }
    if (active(i.operands[2])) {
      buffers_.add(inner, i.operands[2], at, inner.emit(Op::select, {condition, zero, w}));
    }
  });
}

/// Whether an element of the result's adjoint is not zero.
Value Reversal::any_adjoint(Builder& b, const Instruction& i) const {
  const auto sum = [&](auto& self, Builder& in, Type type, std::vector<Value> at) -> Value {
    const std::vector<std::int64_t> shape = type.shape();
    if (at.size() == shape.size()) {
      return in.emit(Op::abs, {buffers_.element(in, i.results[0], std::move(at))});
    }
    return in.plate(shape[at.size()], 0, [&](Builder& inner, Value k) {
      at.push_back(k);
      return std::vector{self(self, inner, type, at)};
    })[0];
  };
  return b.emit(Op::ne, {sum(sum, b, program_.type(i.results[0]), {}), b.real(0)});
}

void Reversal::backward_algebra(Builder& b, const Instruction& i) {
  if (masked(i.results[0]) && i.op != Op::select) {
    const auto nothing = [](Builder&) { return std::vector<Value>{}; };
    b.if_else(
        any_adjoint(b, i), [&](Builder& in) { return backward_taken_algebra(in, i), nothing(in); },
        nothing);
    return;
  }
  backward_taken_algebra(b, i);
}

void Reversal::backward_taken_algebra(Builder& b, const Instruction& i) {
  switch (i.op) {
    case Op::select:
      return backward_select(b, i);
    case Op::cholesky: {
      const Value w = buffers_.whole(b, i.results[0]);
      const Value a = b.emit(Op::cholesky_adjoint, {i.results[0], w});
      return buffers_.add_all(b, i.operands[0], a);
    }
    case Op::solve_lower:
    case Op::solve_lower_transposed:
      return backward_solve(b, i);
    default:
      return unsupported(i);
  }
}

// x = L^-1 c:  c_bar = L^-T x_bar, L_bar = -tril(c_bar x^T).
// x = L^-T c:  c_bar = L^-1 x_bar, L_bar = -tril(x c_bar^T).
void Reversal::backward_solve(Builder& b, const Instruction& i) {
  const bool transposed = i.op == Op::solve_lower_transposed;
  const Value factor = i.operands[0], c = i.operands[1], x = i.results[0];
  const Value w = buffers_.whole(b, x);
  const Value c_bar =
      b.emit(transposed ? Op::solve_lower : Op::solve_lower_transposed, {factor, w});
  if (active(c)) buffers_.add_all(b, c, c_bar);
  if (!active(factor)) return;
  const Value left = transposed ? x : c_bar, right = transposed ? c_bar : x;
  const bool columns = program_.type(x).kind == Kind::matrix;
  each_element(b, program_.type(factor), [&](Builder& inner, const std::vector<Value>& at) {
    Value product;
    if (columns) {
      product = inner.plate(program_.type(x).dims[1], 0, [&](Builder& sum, Value k) {
        return std::vector{
            sum.emit(Op::mul, {sum.load(left, {at[0], k}), sum.load(right, {at[1], k})})};
      })[0];
    } else {
      product = inner.emit(Op::mul, {inner.load(left, {at[0]}), inner.load(right, {at[1]})});
    }
    const Value lower = inner.emit(Op::le, {at[1], at[0]});
    const Value minus = inner.emit(Op::neg, {product});
    buffers_.add(inner, factor, at, inner.emit(Op::select, {lower, minus, inner.real(0)}));
  });
}

}  // namespace tyche::passes
