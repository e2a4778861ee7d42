// Loops that are no plates and whose turns do not see each other, in lanes.
#include <algorithm>

#include "tyche/codegen/emitter.hpp"
#include "tyche/ir/walk.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Kind;
using ir::Op;
using ir::OpKind;
using ir::Region;
using ir::Value;

namespace {

/// What the body of a loop may hold.
bool runs_in_lanes(const Instruction& at) {
  const OpKind kind = ir::info(at.op).kind;
  return at.op == Op::constant || at.op == Op::load || at.op == Op::store || at.op == Op::yield ||
         at.op == Op::for_loop || kind == OpKind::arithmetic || kind == OpKind::elementary ||
         kind == OpKind::logic;
}

}  // namespace

bool Emitter::stores_rows(const Instruction& loop) const {
  const Region& body = loop.regions[0];
  std::set<Value> written;
  bool fits = body.arguments.size() == 1, calls = false;
  for_each_instruction(body, [&](const Instruction& at) {
    fits &= runs_in_lanes(at);
    calls |= ir::info(at.op).kind == OpKind::elementary;
    if (at.op == Op::store) written.insert(at.operands[0]);
  });
  for_each_instruction(body, [&](const Instruction& at) {
    const auto names = [&](Value v) { return written.contains(v); };
    if (std::ranges::none_of(at.operands, names)) return;
    const bool memory = at.op == Op::load || at.op == Op::store;
    fits &= memory && at.operands[1] == body.arguments[0] && !written.contains(at.operands.back());
  });
  return fits && calls;
}

bool Emitter::loop_in_lanes(const Instruction& at) {
  if (c_.axis.active() || !choices_.rows || !stores_rows(at)) return false;
  const Number count = number(at.operands[0]);
  if (!known(count) || *known(count) < width) return false;
  const Region& body = at.regions[0];
  in_rows([&] {
    rows(count, 1, [&](const Number& i) {
      a_.begin_rows();
      bind(body.arguments[0], {i});
      region(body);
    });
  });
  choices_.reason += "  loop of " + std::to_string(*known(count)) + ": turns in lanes\n";
  return true;
}

/// Runs `body`, whose lanes are rows: one that rejects rejects the point.
void Emitter::in_rows(llvm::function_ref<void()> body) {
  llvm::Type* bits = c_.vector(c_.ir.getInt1Ty());
  llvm::Value* outer = std::exchange(c_.rejected, c_.variable(bits));
  c_.ir.CreateStore(llvm::Constant::getNullValue(bits), c_.rejected);
  body();
  llvm::Value* any = c_.ir.CreateOrReduce(c_.ir.CreateLoad(bits, c_.rejected));
  c_.rejected = outer;
  c_.reject(n_.uniform(Kind::boolean, any));
}

}  // namespace tyche::codegen
