// Plates, loops and scans of a model.
#include "tyche/model/model.hpp"
#include "tyche/model/node.hpp"
#include "tyche/model/recorder.hpp"

namespace tyche {

using ir::Value;

namespace {

Value in_body(Recorder& recorder, const Expression& e, int frame) {
  recorder.check(e);
  return e.rank() == 0 ? recorder.element(e.node(), {}, frame) : recorder.part(e.node(), {}, frame);
}

}  // namespace

std::vector<Expression> Model::run_plate(std::int64_t n, int mapped, const Plate& body, Place at) {
  begin("plate", at);
  check_iterations(n);
  const int frame = recorder().top_frame();
  const auto results = recorder().plate(frame, n, mapped, [&](int inner, Value i) {
    std::vector<Value> yields;
    for (const Expression& e : body(recorder().expression(i, inner))) {
      yields.push_back(in_body(recorder(), e, inner));
    }
    return yields;
  });
  std::vector<Expression> out;
  for (Value v : results) out.push_back(recorder().expression(v, frame));
  return out;
}

std::vector<Expression> Model::run_steps(std::int64_t n, const std::vector<Expression>& first,
                                         const Step& body, Steps how, Place at) {
  begin(how == Steps::loop ? "loop" : "scan", at);
  check_iterations(n);
  const int frame = recorder().top_frame();
  std::vector<Value> carried;
  for (const Expression& e : first) {
    const bool number = e.node()->form == Node::Form::number;
    carried.push_back(in_body(recorder(), number ? as_real(e) : e, frame));
  }
  const auto step = [&](int inner, Value i, std::span<const Value> at_entry) {
    std::vector<Expression> entries;
    for (Value v : at_entry) entries.push_back(recorder().expression(v, inner));
    std::vector<Value> yields;
    for (const Expression& e : body(recorder().expression(i, inner), entries)) {
      const std::size_t k = yields.size();
      const bool number = e.node()->form == Node::Form::number;
      yields.push_back(in_body(recorder(), number ? as_real(e) : e, inner));
      if (k >= carried.size()) continue;
      const ir::Type& before = recorder().program.type(carried[k]);
      const ir::Type& after = recorder().program.type(yields[k]);
      if (before != after) {
        recorder().fail("a body that returns what it is given, a " + to_string(before),
                        "a " + to_string(after), "return a value of the same kind and dims");
      }
    }
    if (how == Steps::loop && yields.size() != carried.size()) {
      recorder().fail(
          "a body that returns as many values as it is given, " + std::to_string(carried.size()),
          std::to_string(yields.size()), "return one value for each");
    }
    return yields;
  };
  const auto results = how == Steps::loop ? recorder().loop(frame, n, carried, step)
                                          : recorder().scan(frame, n, carried, step);
  std::vector<Expression> out;
  for (Value v : results) out.push_back(recorder().expression(v, frame));
  return out;
}

}  // namespace tyche
