#include "tyche/model/sequences.hpp"

#include <array>

#include "tyche/model/node.hpp"
#include "tyche/model/recorder.hpp"

namespace tyche {

using ir::Kind;
using ir::Value;

namespace {

Expression here(const Scope& scope, Value v) {
  return scope.recorder.expression(v, scope.recorder.frame_of(v));
}

}  // namespace

Expression RecordedSequences::by_rows(std::int64_t rows, std::int64_t cols,
                                      const std::function<Expression(const Index&)>& row) {
  const auto asked = [&] {
    const Asking asking;
    return row(Asking::placeholder(Kind::integer));
  };
  auto node = make_node({asked().node()}, Kind::real, {rows, cols});
  node->form = Node::Form::whole;
  node->compute = [=](const Scope& scope, std::span<const Value>) {
    Recorder& recorder = scope.recorder;
    const Value out = recorder.builder(scope.frame).local(ir::Type::matrix(rows, cols));
    recorder.set_frame(out, scope.frame);
    recorder.loop(scope.frame, rows, {}, [&](int outer, Value i, auto) {
      const Value values = recorder.whole(as_real(row(here(scope, i))).node());
      recorder.loop(outer, cols, {}, [&](int inner, Value j, auto) {
        const Value x = recorder.emit(inner, ir::Op::load, std::array{values, j});
        recorder.builder(inner).store(out, {i, j}, x);
        return std::vector<Value>{};
      });
      return std::vector<Value>{};
    });
    return out;
  };
  return Expression(std::move(node));
}

/// One array of the outputs and, after them, the last carried value.
std::pair<Expression, Expression> RecordedSequences::scan(std::int64_t n, const Expression& first,
                                                          const Step& step) {
  const auto asked = [&] {
    const Asking asking;
    return step(Asking::placeholder(Kind::integer), Asking::placeholder(Kind::real));
  };
  const auto [next, output] = asked();
  auto node = make_node({as_real(first).node(), next.node(), output.node()}, Kind::real, {n + 1});
  node->form = Node::Form::whole;
  node->compute = [n, step, from = node->inputs[0]](const Scope& scope, std::span<const Value>) {
    Recorder& recorder = scope.recorder;
    const Value out = recorder.builder(scope.frame).local(ir::Type::vector(n + 1));
    recorder.set_frame(out, scope.frame);
    const std::array carried{scope.element(from, {})};
    const auto body = [&](int inner, Value i, std::span<const Value> at_entry) {
      const auto [after, x] = step(here(scope, i), here(scope, at_entry[0]));
      recorder.builder(inner).store(out, {i}, recorder.element(as_real(x).node(), {}, inner));
      return std::vector{recorder.element(as_real(after).node(), {}, inner)};
    };
    const Value last = recorder.loop(scope.frame, n, carried, body)[0];
    recorder.builder(scope.frame).store(out, {scope.integer(n)}, last);
    return out;
  };
  const Expression both(std::move(node));
  return {both[n], both.slice(0, n)};
}

Expression RecordedSequences::real(const Index& i) { return as_real(i); }

Expression RecordedSequences::half(const Index& i) {
  return operation(ir::Op::div, {i, Expression(2)});
}

}  // namespace tyche
