// Short plates and loops become straight text.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// In `density`, loops and plates of up to four iterations are written out, if their text stays
/// short and no one but constant indices (or indices of such loops) reads what a plate maps. Arrays
/// of that length then become values (promote_locals), and transforms of two or three numbers
/// scalar code. Sums keep their order.
ir::Program unroll(ir::Program program);

}  // namespace tyche::passes
