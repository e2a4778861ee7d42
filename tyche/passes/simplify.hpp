// The pass that leaves a program smaller and its meaning, to the last bit, as it was.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Folds constants (exact identities only), shares equal pure instructions with what dominates
/// them, moves what does not vary out of plates and loops, drops what nothing uses; repeated until
/// nothing changes. Idempotent.
ir::Program simplify(ir::Program program);

/// The steps of it. Each returns whether it changed the program.
bool fold(ir::Program& program);
bool hoist(ir::Program& program);
bool eliminate(ir::Program& program);

}  // namespace tyche::passes
