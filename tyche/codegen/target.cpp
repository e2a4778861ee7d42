#include "tyche/codegen/target.hpp"

#include <llvm/IR/PassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/TargetParser/Triple.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/IPO/GlobalDCE.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopPassManager.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>

#include <memory>

namespace tyche::codegen {
namespace {

constexpr const char* triple = "x86_64-unknown-linux-gnu";

const char* cpu(Level level) {
  switch (level) {
    case Level::plain:
      return "x86-64";
    case Level::avx2:
      return "x86-64-v3";
    case Level::avx512:
      return "x86-64-v4";
  }
  return "x86-64";
}

/// These, measured on logistic regression, cost two fifths of the time of code generation and give
/// 1 %. Constants need not leave a loop: as operands in memory they cost no instruction, in
/// registers they displace values.
void cheap_code_generation() {
  const char* arguments[] = {"tyche",
                             "-disable-lsr",
                             "-enable-misched=false",
                             "-disable-post-ra",
                             "-disable-machine-licm",
                             "-disable-machine-sink",
                             "-disable-copyprop"};
  llvm::cl::ParseCommandLineOptions(int(std::size(arguments)), arguments);
}

std::unique_ptr<llvm::TargetMachine> new_machine(Level level) {
  static const llvm::Target* target = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    cheap_code_generation();
    std::string error;
    return llvm::TargetRegistry::lookupTarget(triple, error);
  }();
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, cpu(level), "", options, llvm::Reloc::PIC_,
                                  llvm::CodeModel::Small, llvm::CodeGenOptLevel::Default, true));
}

}  // namespace

llvm::TargetMachine& target_machine(Level level) {
  thread_local std::unique_ptr<llvm::TargetMachine> machines[3];
  auto& machine = machines[int(level)];
  if (!machine) machine = new_machine(level);
  return *machine;
}

void set_target(llvm::Function& function, Target target) {
  function.addFnAttr("target-cpu", cpu(target.level));
  function.addFnAttr(llvm::Attribute::NoUnwind);
  if (target.aligned_spills) function.addFnAttr("stackrealign");
  if (target.level == Level::avx512) {
    const std::string bits = std::to_string(target.bits);
    function.addFnAttr("prefer-vector-width", bits);
    function.addFnAttr("min-legal-vector-width", bits);
  }
}

void optimise(llvm::Module& module, llvm::TargetMachine& machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graph, modules);

  llvm::FunctionPassManager scalar;
  scalar.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  scalar.addPass(llvm::EarlyCSEPass(true));
  scalar.addPass(llvm::InstCombinePass());
  scalar.addPass(llvm::SimplifyCFGPass());
  scalar.addPass(llvm::createFunctionToLoopPassAdaptor(llvm::LICMPass(llvm::LICMOptions()),
                                                       /*UseMemorySSA=*/true));
  scalar.addPass(llvm::EarlyCSEPass(true));

  llvm::ModulePassManager passes;
  passes.addPass(llvm::AlwaysInlinerPass(/*InsertLifetime=*/false));
  passes.addPass(llvm::GlobalDCEPass());
  passes.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(scalar)));
  passes.run(module, modules);
}

}  // namespace tyche::codegen
