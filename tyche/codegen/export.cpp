// The one symbol of the shared object: emit, for a process that loads it when first needed.
#include "tyche/codegen/emit.hpp"

extern "C" void tyche_codegen_emit(
    const tyche::ir::Program* program, const tyche::codegen::CodeSettings* settings,
    tyche::Result<std::shared_ptr<const tyche::codegen::Code>>* code) noexcept;

void tyche_codegen_emit(const tyche::ir::Program* program,
                        const tyche::codegen::CodeSettings* settings,
                        tyche::Result<std::shared_ptr<const tyche::codegen::Code>>* code) noexcept {
  *code = tyche::codegen::emit(*program, *settings);
}
