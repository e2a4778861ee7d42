// How wide registers are used, chosen before code is written.
#pragma once
#include "tyche/codegen/emit.hpp"

namespace tyche::codegen {

/// Bits of a register in use, where there are 512: as many as `lanes` chains fill; with rows in
/// lanes 256 for a density of mostly scalar work.
int register_bits(const ir::Program& program, Mapping mapping, int lanes);

}  // namespace tyche::codegen
