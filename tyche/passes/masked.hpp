// Which values a condition may cut off from the log density.
#pragma once
#include "tyche/passes/walk.hpp"

namespace tyche::passes {

/// By id: values of `density` whose adjoint may be exactly zero at a point because a condition is:
/// all ways from them to what it yields lead through an arm of a select (min and max select too)
/// or into a branch, a while or a loop that may not run. Of an array, one way of one element is
/// enough. Where the partial derivative of such a value is not finite, zero times it is no zero.
std::vector<char> masked_values(const Program& program);

}  // namespace tyche::passes
