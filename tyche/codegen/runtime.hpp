// The elementary functions of a model: copied into it as bitcode where short, called where long.
#pragma once
#include "tyche/codegen/target.hpp"

namespace tyche::codegen {

/// Every tyche_NAME_W that `module` declares becomes either a definition, to be inlined, or a call
/// of the host function of the level, NAME_W_LEVEL, which the session knows.
void link_kernels(llvm::Module& module, Target target);

}  // namespace tyche::codegen
