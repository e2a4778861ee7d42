// A CPU level as LLVM sees it: target machine, function attributes and the list of passes.
#pragma once
#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include "tyche/kernels/level.hpp"

namespace tyche::codegen {

/// The machine of a level; one a thread, made at first use.
llvm::TargetMachine& target_machine(Level level);

/// A level and how its registers are used.
struct Target {
  Level level;
  int bits = 512;              // how wide, where that many are had
  bool aligned_spills = true;  // those spilled do not cross cache lines, for a longer prologue
};

/// Gives `function` the features of the target. Eight lanes are more registers where those are
/// narrower, in the same order.
void set_target(llvm::Function& function, Target target);

/// The passes that pay for themselves here, in order.
void optimise(llvm::Module& module, llvm::TargetMachine& machine);

}  // namespace tyche::codegen
