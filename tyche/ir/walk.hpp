// Every operand and every instruction of a region, those of regions inside included.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::ir {

/// Calls f(Value&) on each operand of the instruction and of all that its regions hold.
template <class I, class F>
void for_each_operand(I& instruction, F&& f) {
  for (auto& v : instruction.operands) f(v);
  for (auto& region : instruction.regions) {
    for (auto& inner : region.body) for_each_operand(inner, f);
  }
}

/// Calls f(instruction) on each instruction of the region and of regions inside, parents first.
template <class R, class F>
void for_each_instruction(R& region, F&& f) {
  for (auto& instruction : region.body) {
    f(instruction);
    for (auto& inner : instruction.regions) for_each_instruction(inner, f);
  }
}

}  // namespace tyche::ir
