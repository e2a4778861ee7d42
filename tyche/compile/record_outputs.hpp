// The outputs entry as a function of the position: every recorded scalar in one vector.
#pragma once
#include <optional>
#include <vector>

#include "tyche/draws/draws.hpp"
#include "tyche/ir/program.hpp"

namespace tyche {

/// What the top level of program.outputs records: names and dims, in order.
std::vector<Variable> recorded_variables(const ir::Program& program);

/// A program whose density yields (0, vector of all recorded scalars in the order of flat_names),
/// so that it compiles as a gradient does. None if a quantity asks the generator for a number or is
/// recorded inside a plate or branch: such programs are interpreted.
std::optional<ir::Program> record_outputs(const ir::Program& program);

/// The scalars of one array in the order of flat_names.
void append_flat(const ir::Type& type, const std::vector<double>& reals,
                 const std::vector<std::int64_t>& integers, std::vector<double>& to);

}  // namespace tyche
