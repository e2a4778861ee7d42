// Rows in lanes whose body holds loops: many vectors advance together through the loops, where a
// turn's loads are shared, and few at a time through the long code between them.
#include <algorithm>
#include <ranges>

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

constexpr int together = 2;       // vectors at a time
constexpr int long_stretch = 25;  // of which a copy a vector would not pay

void collect_uses(const Instruction& at, std::set<Value>& uses) {
  for_each_operand(at, [&](Value v) { uses.insert(v); });
}

/// Vectors of a block in memory, where a loop over them finds its own.
struct Kept {
  llvm::Type* type = nullptr;
  llvm::Value* memory = nullptr;

  Kept() = default;
  Kept(Context& c, llvm::Type* vector, int parts)
      : type(vector), memory(c.variable(vector, std::uint64_t(parts))) {}
  Kept(Context& c, const Parts& all) : Kept(c, all[0]->getType(), int(all.size())) {
    put(c, c.index(0), all);
  }

  llvm::Value* at(Context& c, llvm::Value* first, int t) const {
    return c.ir.CreateInBoundsGEP(type, memory, c.ir.CreateAdd(first, c.index(t), "", true, true));
  }
  void put(Context& c, llvm::Value* first, const Parts& parts) const {
    for (std::size_t t = 0; t < parts.size(); ++t) c.ir.CreateStore(parts[t], at(c, first, int(t)));
  }
  Parts some(Context& c, llvm::Value* first, int count) const {
    Parts out;
    for (int t = 0; t < count; ++t) out.push_back(c.ir.CreateLoad(type, at(c, first, t)));
    return out;
  }
};

/// Of the vectors of `all`, kept there, those from `first` on that a turn takes.
Number some_of(Context& c, const Number& all, const Kept& kept, llvm::Value* first) {
  Number out = all;
  if (all.shape == Shape::varying) out.parts = kept.some(c, first, together);
  if (all.shape == Shape::linear) {
    llvm::Value* skip = c.ir.CreateMul(first, c.index(width * all.step), "", true, true);
    out.parts = {c.ir.CreateAdd(all.parts[0], skip, "", true, true)};
  }
  return out;
}

std::set<Value> taken_by(std::span<const Instruction* const> inside) {
  std::set<Value> made, taken;
  for (const Instruction* at : inside) {
    for (Value v : at->operands) {
      if (!made.contains(v)) taken.insert(v);
    }
    made.insert(at->results[0]);
  }
  return taken;
}

/// What the rest of the region uses of it. A product may be added by an fma of its factors.
std::set<Value> wanted_of(const Region& region, std::span<const Instruction* const> inside) {
  std::set<Value> wanted;
  for (const Instruction& at : region.body) {
    if (std::ranges::find(inside, &at) == inside.end()) collect_uses(at, wanted);
  }
  for (const Instruction* at : inside) {
    if (at->op == Op::mul && wanted.contains(at->results[0])) collect_uses(*at, wanted);
  }
  return wanted;
}

}  // namespace

/// Whether it gives one number by arithmetic or from memory that all rows share.
bool Emitter::plain(const Instruction& at) const {
  if (at.results.size() != 1 || !program_.type(at.results[0]).is_scalar()) return false;
  if (at.op == Op::load) {
    const Array* from = std::get_if<Array>(&item(at.operands[0]).is);
    return from && from->lanes == 0;
  }
  const OpKind kind = ir::info(at.op).kind;
  return at.op == Op::constant || kind == OpKind::arithmetic || kind == OpKind::elementary ||
         kind == OpKind::logic;
}

/// What no loop needs waits for the next stretch.
void Emitter::row_region(const Region& region) {
  if (c_.axis.parts % together != 0 || c_.axis.parts < 2 * together) return this->region(region);
  std::vector<const Instruction*> waiting;
  for (std::size_t k = 0; k < region.body.size(); ++k) {
    const Instruction& at = region.body[k];
    if (plain(at)) {
      waiting.push_back(&at);
    } else if (at.op != Op::yield) {
      waiting = run(region, std::move(waiting), &at);
      instruction(region, k);
    }
  }
  run(region, std::move(waiting), nullptr);
}

/// Writes a long stretch, or what `next` needs of a short one; returns the others.
std::vector<const Instruction*> Emitter::run(const Region& region,
                                             std::vector<const Instruction*> waiting,
                                             const Instruction* next) {
  int cost = 0;
  for (const Instruction* at : waiting) cost += weight(*at);
  if (cost >= long_stretch) return stretch(region, waiting), std::vector<const Instruction*>{};
  std::set<Value> needed;
  if (next) collect_uses(*next, needed);
  std::vector<const Instruction*> now, later;
  for (const Instruction* at : std::views::reverse(waiting)) {
    const bool stays = at->op == Op::load && !array(at->operands[0]).constant;
    if (next && !stays && !needed.contains(at->results[0])) {
      later.push_back(at);
    } else {
      collect_uses(*at, needed);
      now.push_back(at);
    }
  }
  for (const Instruction* at : std::views::reverse(now)) one(*at);
  return {later.rbegin(), later.rend()};
}

void Emitter::one(const Instruction& at) {
  if (at.op == Op::constant) return leaf(at);
  at.op == Op::load ? load(at) : scalar(at);
}

/// Those that differ by row; the others are done.
std::vector<const Instruction*> Emitter::varying_part(std::span<const Instruction* const> all) {
  std::vector<const Instruction*> inside;
  std::set<Value> made;
  for (const Instruction* at : all) {
    const auto outside = [&](Value v, bool or_linear) {
      const Number* x = std::get_if<Number>(&item(v).is);
      return !made.contains(v) && (!x || x->uniform() || (or_linear && x->shape == Shape::linear));
    };
    const bool index = at->op != Op::load && program_.type(at->results[0]).kind == Kind::integer;
    if (std::ranges::all_of(at->operands, [&](Value v) { return outside(v, index); })) {
      one(*at);
    } else {
      inside.push_back(at);
      made.insert(at->results[0]);
    }
  }
  return inside;
}

void Emitter::stretch(const Region& region, std::span<const Instruction* const> all) {
  const std::vector<const Instruction*> inside = varying_part(all);
  std::set<Value> taken = taken_by(inside);
  const std::set<Value> wanted = wanted_of(region, inside);
  taken.insert(region.arguments[0]);
  const Axis whole = c_.axis;
  std::map<Value, Number> before;
  std::map<Value, Kept> kept, results;
  for (Value v : taken) {
    if (!std::holds_alternative<Number>(item(v).is)) continue;
    before[v] = number(v);
    if (number(v).shape == Shape::varying) kept[v] = Kept(c_, number(v).parts);
  }
  const Kept masks = whole.masked() ? Kept(c_, whole.mask) : Kept();
  c_.loop(c_.index(whole.parts / together), [&](llvm::Value* turn) {
    llvm::Value* first = c_.ir.CreateMul(turn, c_.index(together), "", true, true);
    c_.axis = {together, masks.some(c_, first, whole.masked() ? together : 0)};
    for (const auto& [v, number] : before) bind(v, {some_of(c_, number, kept[v], first)});
    for (const Instruction* at : inside) {
      one(*at);
      store_mapped(region, at->results[0]);
      if (!wanted.contains(at->results[0])) continue;
      const Parts parts = n_.spread(number(at->results[0]));
      const Kept made(c_, parts[0]->getType(), whole.parts);
      made.put(c_, first, parts);
      results[at->results[0]] = made;
    }
  });
  c_.axis = whole;
  for (const auto& [v, number] : before) bind(v, {number});
  for (const auto& [v, memory] : results) {
    Number all_parts = number(v);
    all_parts.shape = Shape::varying;
    all_parts.parts = memory.some(c_, c_.index(0), whole.parts);
    bind(v, {std::move(all_parts)});
  }
}

}  // namespace tyche::codegen
