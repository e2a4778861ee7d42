#include "tyche/interpret/code.hpp"

#include <algorithm>
#include <cassert>
#include <map>

namespace tyche::interpret {

using ir::Instruction;
using ir::Op;
using ir::Region;
using ir::Value;

namespace {

class Lowering {
 public:
  Lowering(const ir::Program& program, Frame& frame) : program_(program), frame_(frame) {
    slots_.assign(program.values.size(), no_slot);
    plates_around_.assign(program.values.size(), 0);
  }

  Block block(const Region& region) {
    Block out;
    for (Value v : region.arguments) out.arguments.push_back(define(v));
    for (const Instruction& instruction : region.body) {
      if (instruction.op == Op::yield) {
        out.yielding = true;
        for (Value v : instruction.operands) out.yields.push_back(summand(region, v));
      } else {
        out.body.push_back(node(region, instruction));
      }
    }
    return out;
  }

 private:
  struct Plate {
    ir::Order order;
    std::vector<ArraySum> sums;
  };
  struct Product {
    const Region* region;
    Slot a;
    Slot b;
  };

  Slot define(Value v) {
    plates_around_[v.id] = plates_.size();
    return slots_[v.id] = frame_.slots++;
  }

  Summand summand(const Region& region, Value v) const {
    Summand out{.value = slots_[v.id]};
    const auto product = products_.find(v);
    if (product != products_.end() && product->second.region == &region) {
      out.a = product->second.a;
      out.b = product->second.b;
    }
    return out;
  }

  Node node(const Region& region, const Instruction& instruction) {
    Node out{.at = &instruction};
    for (Value v : instruction.operands) out.in.push_back(slots_[v.id]);
    if (!instruction.operands.empty()) {
      out.kind = program_.type(instruction.operands[0]).kind;
    } else if (!instruction.results.empty()) {
      out.kind = program_.type(instruction.results[0]).kind;
    }
    if (instruction.op == Op::mul && out.kind == ir::Kind::real) {
      products_[instruction.results[0]] = {&region, out.in[0], out.in[1]};
    }
    if (instruction.op == Op::term) out.summand = summand(region, instruction.operands[0]);
    if (instruction.op == Op::add_to) {
      const bool in_turn = instruction.integer != 0;
      out.summand = in_turn ? Summand{.value = slots_[instruction.operands.back().id]}
                            : summand(region, instruction.operands.back());
      out.accumulator = in_turn ? -1 : accumulator(instruction.operands[0]);
    }
    if (instruction.op == Op::call || instruction.op == Op::function) {
      const ir::Function* callee = program_.function(instruction.name);
      assert(callee != nullptr);
      out.callee = int(callee - program_.functions.data());
    }
    if (instruction.op == Op::plate) plates_.push_back({instruction.order, {}});
    for (const Region& inner : instruction.regions) out.blocks.push_back(block(inner));
    if (instruction.op == Op::plate) {
      out.sums = std::move(plates_.back().sums);
      plates_.pop_back();
    }
    for (Value v : instruction.results) out.out.push_back(define(v));
    return out;
  }

  /// Of the plates between the local and the add, the outermost and those of order `lanes` sum for
  /// themselves.
  int accumulator(Value local) {
    int parent = -1;
    for (std::size_t p = plates_around_[local.id]; p < plates_.size(); ++p) {
      if (parent >= 0 && plates_[p].order == ir::Order::sequential) continue;
      const Slot slot = slots_[local.id];
      std::vector<ArraySum>& sums = plates_[p].sums;
      auto found = std::ranges::find(sums, slot, &ArraySum::local);
      if (found == sums.end()) {
        sums.push_back({slot, frame_.accumulators++, parent});
        found = sums.end() - 1;
      }
      parent = found->accumulator;
    }
    return parent;
  }

  const ir::Program& program_;
  Frame& frame_;
  std::map<Value, Product> products_;
  std::vector<Slot> slots_;                 // by value
  std::vector<std::size_t> plates_around_;  // by value: where it is defined
  std::vector<Plate> plates_;               // around the instruction in hand
};

/// Marks calls of function `self` that end it: what they give is returned.
void mark_tail_calls(Block& block, int self) {
  for (std::size_t k = 0; k < block.body.size(); ++k) {
    Node& node = block.body[k];
    const Op op = node.at->op;
    if (op == Op::if_else || op == Op::for_loop || op == Op::while_loop) {
      for (Block& inner : node.blocks) mark_tail_calls(inner, self);
    }
    if (op != Op::call || node.callee != self || k + 1 == block.body.size()) continue;
    const Node& next = block.body[k + 1];
    node.tail = next.at->op == Op::return_value && next.in == node.out;
  }
}

}  // namespace

Lowered lower(const ir::Program& program) {
  Lowered out;
  Lowering entries(program, out.entries);
  out.prelude = entries.block(program.prelude);
  out.density = entries.block(program.density);
  out.outputs = entries.block(program.outputs);
  for (const ir::Function& function : program.functions) {
    Lowering lowering(program, out.function_frames.emplace_back());
    out.functions.push_back(lowering.block(function.region));
    mark_tail_calls(out.functions.back(), int(out.functions.size()) - 1);
  }
  return out;
}

}  // namespace tyche::interpret
