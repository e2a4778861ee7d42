// Loops, branches and calls.
#include <cassert>
#include <utility>

#include "tyche/interpret/machine.hpp"

namespace tyche::interpret {

using ir::Op;

Flow Machine::control(const Node& node) {
  switch (node.at->op) {
    case Op::for_loop:
      return for_loop(node);
    case Op::plate:
      return plate(node);
    case Op::scan:
      return scan(node);
    case Op::while_loop:
      return while_loop(node);
    case Op::if_else:
      return if_else(node);
    case Op::break_loop:
      return Flow::broken;
    case Op::continue_loop:
      return Flow::continued;
    case Op::return_value:
      if (!node.in.empty()) returned_ = in(node, 0);
      return Flow::returned;
    case Op::call:
      if (node.tail) {
        again_ = gather(node.in);
        return Flow::returned;
      }
      return call(node);
    case Op::call_value:
      return call(node);
    default:
      assert(node.at->op == Op::function);
      cell(node.out[0]).integer = node.callee;
      return Flow::next;
  }
}

Flow Machine::for_loop(const Node& node) {
  const std::int64_t count = in(node, 0).integer;
  const Block& body = node.blocks[0];
  std::vector<Cell> carried = gather(std::span(node.in).subspan(1));
  for (std::int64_t i = 0; i < count; ++i) {
    cell(body.arguments[0]).integer = i;
    for (std::size_t k = 0; k < carried.size(); ++k) {
      cell(body.arguments[k + 1]) = std::move(carried[k]);
    }
    loops_.push_back({i, count});
    const Flow flow = run(body);
    if (flow == Flow::rejected) return flow;
    loops_.pop_back();
    if (flow == Flow::returned) return flow;
    if (flow == Flow::broken) break;
    if (flow == Flow::next) carried = gather(body.yields);
  }
  give_all(node, std::move(carried));
  return Flow::next;
}

Flow Machine::while_loop(const Node& node) {
  const Block& condition = node.blocks[0];
  const Block& body = node.blocks[1];
  std::vector<Cell> carried = gather(node.in);
  while (true) {
    if (const Flow flow = run(condition, carried); flow != Flow::next) return flow;
    if (cell(condition.yields[0].value).integer == 0) break;
    const Flow flow = run(body, carried);
    if (flow == Flow::returned || flow == Flow::rejected) return flow;
    if (flow == Flow::broken) break;
    if (flow == Flow::next) carried = gather(body.yields);
  }
  give_all(node, std::move(carried));
  return Flow::next;
}

Flow Machine::if_else(const Node& node) {
  const Block& taken = node.blocks[in(node, 0).integer != 0 ? 0 : 1];
  const Flow flow = run(taken);
  if (flow == Flow::next) give_all(node, gather(taken.yields));
  return flow;
}

Flow Machine::call(const Node& node) {
  const bool by_value = node.at->op == Op::call_value;
  const std::size_t callee = std::size_t(by_value ? in(node, 0).integer : node.callee);
  if (depth_ == deepest_call) {
    return reject(node, "calls nested deeper than " + std::to_string(deepest_call));
  }
  const std::vector<Cell> arguments = gather(std::span(node.in).subspan(by_value ? 1 : 0));
  const Frame& frame = bound_.lowered->function_frames[callee];
  Activation activation;
  activation.cells.resize(frame.slots);
  activation.accumulators.resize(std::size_t(frame.accumulators));
  Activation* const caller = std::exchange(here_, &activation);
  ++depth_;
  Flow flow = run(bound_.lowered->functions[callee], arguments);
  while (flow == Flow::returned && again_) {
    flow = run(bound_.lowered->functions[callee], *std::exchange(again_, std::nullopt));
  }
  --depth_;
  here_ = caller;
  if (flow == Flow::rejected) return flow;
  if (node.out.empty()) return Flow::next;
  if (flow != Flow::returned) return reject(node, "a function that ended without a result");
  give(node, std::move(returned_));
  return Flow::next;
}

}  // namespace tyche::interpret
