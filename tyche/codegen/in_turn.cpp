// Adds in turn: rows in lanes keep what they add and where, and it is added row after row.
#include <algorithm>
#include <utility>

#include "tyche/codegen/emitter.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Kind;
using ir::Op;
using ir::Type;

bool adds_in_turn(const Instruction& at) { return at.op == Op::add_to && at.integer != 0; }

namespace {

constexpr std::int64_t kept_rows = 512;  // few enough for the level-1 cache

}  // namespace

void Emitter::open_turns(PlateScope& scope, const Number& count) {
  for (const Instruction& at : scope.region->body) {
    if (!adds_in_turn(at)) continue;
    const std::int64_t n = std::clamp<std::int64_t>(*known(count), 0, kept_rows);
    Array elements = a_.make(Type::array(Type::integer(), {n}), 0);
    elements.range = {0, array(at.operands[0]).type.size() - 1};
    scope.turns.push_back({&at, std::move(elements), a_.make(Type::vector(n), 0)});
  }
  scope.added = c_.variable(c_.ir.getInt64Ty());
  c_.ir.CreateStore(c_.index(0), scope.added);
}

void Emitter::keep_turn(const Instruction& add, const Number& element, const Number& value) {
  const PlateScope* scope = scopes_.empty() ? nullptr : scopes_.back();
  if (!scope || !scope->rows) return a_.add_at(array(add.operands[0]), element, {value});
  const Turns& kept = *std::ranges::find(scope->turns, &add, &Turns::add);
  llvm::Value* first = c_.ir.CreateAnd(scope->row.parts[0], c_.index(kept_rows - 1));
  const Number place = n_.linear(first, 1, {0, kept_rows - 1});
  a_.store_at(kept.elements, place, element);
  a_.store_at(kept.values, place, value);
}

void Emitter::add_turns(const PlateScope& scope, llvm::Value* end) {
  llvm::Type* whole = c_.ir.getInt64Ty();
  llvm::Value* begin = c_.ir.CreateLoad(whole, scope.added);
  const Axis outer = std::exchange(c_.axis, {});
  for (const Turns& kept : scope.turns) {
    c_.loop(c_.ir.CreateSub(end, begin), [&](llvm::Value* k) {
      const Number row = n_.linear(k, 0, {0, kept_rows - 1});
      a_.add_at(array(kept.add->operands[0]), a_.load_at(kept.elements, row),
                {a_.load_at(kept.values, row)});
    });
  }
  c_.ir.CreateStore(end, scope.added);
  c_.axis = outer;
}

bool Emitter::turns_hold(const PlateScope& scope, int parts) const {
  return scope.turns.empty() || kept_rows % (width * parts) == 0;
}

void Emitter::add_full_turns(const PlateScope& scope, const Number& count) {
  if (scope.turns.empty() || *known(count) <= kept_rows) return;
  llvm::Value* done = c_.ir.CreateAdd(scope.row.parts[0], c_.index(c_.axis.parts * width));
  llvm::Value* place = c_.ir.CreateAnd(done, c_.index(kept_rows - 1));
  c_.when(c_.ir.CreateICmpEQ(place, c_.index(0)), [&] {
    llvm::Value* n = count.parts[0];
    add_turns(scope, c_.ir.CreateSelect(c_.ir.CreateICmpSLT(done, n), done, n));
  });
}

}  // namespace tyche::codegen
