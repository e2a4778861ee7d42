// A CPU level as LLVM sees it: target machine, function attributes and the list of passes.
#pragma once
#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include "tyche/kernels/level.hpp"

namespace tyche::codegen {

/// The machine of a level; one a thread, made at first use.
llvm::TargetMachine& target_machine(Level level);

/// Gives `function` the features of the level and 512-bit vectors where it has them.
void set_target(llvm::Function& function, Level level);

/// The passes that pay for themselves here, in order.
void optimise(llvm::Module& module, llvm::TargetMachine& machine);

}  // namespace tyche::codegen
