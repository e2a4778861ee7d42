// The compiler as a shared object, loaded when a model is first compiled: what only reads draws or
// checks a program never pays for LLVM.
#pragma once
#include "tyche/codegen/emit.hpp"

namespace tyche {

/// codegen::emit, from libtyche_codegen.so: beside the program or library that asks, in ../lib from
/// there, or on its run path. An Error if it is in none of them.
Result<std::shared_ptr<const codegen::Code>> emit_code(const ir::Program& program,
                                                       const codegen::CodeSettings& settings);

}  // namespace tyche
