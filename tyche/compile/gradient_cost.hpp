// The cost model of the two mappings: what a gradient takes, from the program alone.
#pragma once
#include "tyche/contracts/density.hpp"
#include "tyche/ir/program.hpp"

namespace tyche {

/// Of a program whose counts are known. Calls weigh what their kernel does; plates run their rows
/// in turn where lanes carry chains, eight at a time where they carry rows; what lies outside
/// plates is then computed for one chain alone. The weights are fitted to bench_mapping, which
/// prints model and measurement side by side: only their ratio is meant.
GradientCost gradient_cost(const ir::Program& program);

}  // namespace tyche
