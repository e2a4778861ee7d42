// Which values depend on the position in a differentiable way, and which locals are written once.
#pragma once
#include "tyche/passes/walk.hpp"

namespace tyche::passes {

/// By id: whether the value of `density` depends on its argument.
std::vector<char> active_values(const Program& program);

/// By id: locals of `density` of which no element is stored to twice, as far as their indices show
/// (each index a plate's or loop's plus a constant, or constant), and never added to. Recomputing
/// their stores changes nothing.
std::vector<char> stored_once(const Program& program);

}  // namespace tyche::passes
