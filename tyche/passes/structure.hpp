// Passes that leave fewer kinds of instructions for those that follow.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/ir/value.hpp"

namespace tyche::passes {

/// A function that calls itself only to return what that gives becomes a while: such recursion may
/// be as deep as parameters ask for. Before remove_structure.
ir::Program loop_tail_calls(ir::Program program);

/// Calls of functions that do not call themselves are replaced by their bodies; so are functions
/// given as values. Functions stay where one is recursive. Needs remove_structure before.
ir::Program inline_functions(ir::Program program);

/// Calls of recursive functions are replaced by their bodies for as long as sizes and scalar
/// integer data take branches that call again; calls alike share one body. No function stays. An
/// Error names the function where data do not decide the depth, or it is too deep: see
/// docs/decisions/0008-recursion.md. Needs bind_shapes before.
Result<ir::Program> expand_recursion(ir::Program program, const ir::DataSet& data);

/// break, continue and return become conditions around what they skip, and a carried integer that
/// says which of them happened.
ir::Program remove_structure(ir::Program program);

/// Locals that are read and written by constant indices alone become values, carried through loops
/// and branches.
ir::Program promote_locals(ir::Program program);

/// scan becomes a loop that loads the step's data and stores its outputs.
ir::Program lower_scan(ir::Program program);

}  // namespace tyche::passes
