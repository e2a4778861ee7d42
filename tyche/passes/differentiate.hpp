// Reverse-mode differentiation: a program that yields lp becomes one that yields lp and gradient.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Of a resolved program without terms, scans, calls and jumps. `density` of the result yields
/// (lp, gradient), the gradient vector[d] with respect to its argument.
///
/// Adjoints of scalars are values, those of arrays are locals. A plate whose results only add up to
/// lp computes value and gradient in one pass; any other plate, loop or branch is run forward, and
/// later backward with its body computed again: what loops carry and what locals hold that are
/// written more than once is kept on a tape, one entry an iteration. What a condition cuts off (an
/// arm that is not taken) gets a share of exactly zero, also where its slope is infinite. Errors:
/// an op without derivative rule (a call, a tuple, trigamma) on the way from the position to lp.
Result<ir::Program> differentiate(ir::Program program);

}  // namespace tyche::passes
