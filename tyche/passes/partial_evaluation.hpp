// What depends on data alone is computed once, in the prelude.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Moves from the top level of `density` to `prelude` every pure instruction that depends on data
/// alone; from its plates and loops, sums over data alone, and as arrays those data-only scalars
/// that cost a division or more and are used beside parameters. Bits stay.
ir::Program partial_evaluation(ir::Program program);

}  // namespace tyche::passes
