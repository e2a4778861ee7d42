// Kernels that generated code calls instead of holding a copy: long functions, and short ones where
// a program has too many copies already. Compiled ahead of time, so they cost no compilation.
#pragma once
#include <span>

#include "tyche/kernels/level.hpp"

namespace tyche::codegen {

struct HostFunction {
  const char* name;  // tyche_NAME_W, for W lanes
  void* address;
};

std::span<const HostFunction> host_functions(Level level);

}  // namespace tyche::codegen
