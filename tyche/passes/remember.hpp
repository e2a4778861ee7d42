// What one plate forms is kept for a later one that needs it.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Of plates at the top of the density: an array of zeros that one plate adds to once, at its own
/// index over its whole length, is what the plate maps (less the sign of a zero).
ir::Program map_sums(ir::Program program);

/// Of plates at the top of the density with equal counts: an elementary function that a later one
/// would compute again, of the same numbers, is mapped by the first and read. The same bits.
ir::Program remember(ir::Program program);

}  // namespace tyche::passes
