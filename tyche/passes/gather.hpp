// A plate that adds to an element and its neighbour becomes one that adds to each element once.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Of plates over i at the top of the density that add a_i to x[i + c] and b_i to x[i + c + 1], by
/// arithmetic on loads alone: iteration i adds a_i + b_(i-1), formed anew, to x[i + c]; the two
/// ends are added after the plate. The same sums for every input, in another order; each element is
/// then read and written once, and nothing is kept from one iteration for another.
ir::Program gather(ir::Program program);

}  // namespace tyche::passes
