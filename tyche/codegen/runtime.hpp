// The elementary functions of a model: copied into it as bitcode where short, called where long.
#pragma once
#include <llvm/IR/Module.h>

#include "tyche/kernels/level.hpp"

namespace tyche::codegen {

/// Every tyche_NAME_W that `module` declares becomes either a definition, to be inlined, or a call
/// of the host function of the level, NAME_W_LEVEL, which the session knows.
void link_kernels(llvm::Module& module, Level level);

}  // namespace tyche::codegen
