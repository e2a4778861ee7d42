// How wide registers are used, chosen before code is written.
#pragma once
#include "tyche/codegen/emit.hpp"

namespace tyche::codegen {

/// Bits of a register in use, where there are 512: 256 for a density of mostly scalar work.
int register_bits(const ir::Program& program, Mapping mapping);

}  // namespace tyche::codegen
