// Checks that a program is well formed: every rule that the passes and the interpreter lean on.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/ir/program.hpp"

namespace tyche::ir {

/// The first broken rule: `where` holds the entry and the printed instruction.
///
/// Values: defined once, before use, in a region around the use; prelude's are seen by density and
/// outputs, density's by outputs; a function sees its arguments alone. Types: of ops as
/// result_type; a dim `?` agrees with any. An array holds scalars or containers.
/// Regions: yields as their op says, at the end and nowhere else; nothing after return, break,
/// continue. break and continue stand in a for or while that carries nothing; return in a
/// function; none of them leaves a plate, a scan or a choice.
/// Locals: store and add_to go to a `local` of the same entry or function. Inside a plate, a store
/// goes to a local of that plate's body, and a local that the plate sums into is not read there.
/// Meaning: choices and terms stand in density or functions, choices with four regions as op.hpp
/// says; outputs in density, outputs or functions; draws in outputs, samplers or functions.
Result<void> verify(const Program& program);

}  // namespace tyche::ir
