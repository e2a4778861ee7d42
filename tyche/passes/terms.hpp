// Terms become one explicit sum.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// `density` of the result yields lp, the sum of all its terms, and holds none: each plate sums its
/// own, each loop, scan and while carries them on, each branch yields them.
ir::Program terms_to_sum(ir::Program program);

/// The density without terms and without yields; what outputs need stays.
ir::Program without_terms(ir::Program program);

}  // namespace tyche::passes
