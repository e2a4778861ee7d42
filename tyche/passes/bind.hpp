// Tells a program the shapes of its data: dims, and counts of loops, become known.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/ir/value.hpp"

namespace tyche::passes {

/// The program with every declaration of the shape found in `data` and types inferred anew.
/// Integers that come from sizes or from scalar integer data become constants where they are counts
/// of plates, loops and slices; no other value of the data enters the program. Errors: data
/// missing, of another kind, rank or size than declared, or a local whose dims stay unknown.
Result<ir::Program> bind_shapes(ir::Program program, const ir::DataSet& data);

}  // namespace tyche::passes
