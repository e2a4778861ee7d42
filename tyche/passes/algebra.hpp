// Rewrites that keep the value up to rounding and save work in plates and loops.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Divisions by what does not vary in the plate or loop become products with its reciprocal;
/// products of several invariants are formed outside; sums over a plate give up invariant summands
/// (n times them) and invariant factors; summands that depend on data alone get a sum of their own;
/// powers with small constant exponents and log(exp x) are resolved. Needs simplify before
/// (invariant means defined outside) and after.
ir::Program algebra(ir::Program program);

}  // namespace tyche::passes
