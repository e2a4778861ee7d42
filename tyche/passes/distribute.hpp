// Loops whose iterations depend on one another through little become that little and plates.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Of each loop at the top of the density whose count is known: what is summed or follows from no
/// earlier iteration goes into plates, before or after a loop of the rest. What such a part needs
/// of an earlier one it forms again if that costs less than memory, or finds in an array. A value
/// of the iteration before that no loop is left to carry is read where that iteration has it; then
/// the first iteration stands before the plate. A recurrence of sums and products becomes a x + b,
/// a and b from a plate, where that is shorter. Sums change their order. A loop stays as it is that
/// may reject, print or jump, carries arrays, has a while or a local in it, has fewer iterations
/// than `fewest`, or would hardly get shorter.
ir::Program distribute(ir::Program program, std::int64_t fewest = 8);

}  // namespace tyche::passes
