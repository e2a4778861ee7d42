// Passes that leave fewer kinds of instructions for those that follow.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Calls of functions that do not call themselves are replaced by their bodies; so are functions
/// given as values. Functions that stay are recursive. Needs remove_structure before.
ir::Program inline_functions(ir::Program program);

/// break, continue and return become conditions around what they skip, and a carried integer that
/// says which of them happened.
ir::Program remove_structure(ir::Program program);

/// Locals that are read and written by constant indices alone become values, carried through loops
/// and branches.
ir::Program promote_locals(ir::Program program);

/// scan becomes a loop that loads the step's data and stores its outputs.
ir::Program lower_scan(ir::Program program);

}  // namespace tyche::passes
