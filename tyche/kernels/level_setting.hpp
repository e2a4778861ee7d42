// Whether the environment asks for a CPU level that can be had.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/kernels/level.hpp"

namespace tyche {

/// An Error if TYCHE_CPU is set and names no level, or one that this CPU lacks; cpu_level() then
/// takes the best.
Result<void> check_cpu_setting();

}  // namespace tyche
