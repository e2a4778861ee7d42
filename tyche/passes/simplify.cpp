#include "tyche/passes/simplify.hpp"

namespace tyche::passes {

ir::Program simplify(ir::Program program) {
  constexpr int most_rounds = 20;  // each round but the last removes or raises an instruction
  for (int round = 0; round < most_rounds; ++round) {
    bool changed = fold(program);
    changed |= hoist(program);
    changed |= eliminate(program);
    if (!changed) break;
  }
  return program;
}

}  // namespace tyche::passes
