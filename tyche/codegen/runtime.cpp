#include "tyche/codegen/runtime.hpp"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>

// .incbin keeps the bytes out of the compiler's sight, and the build watches the files.
#define TYCHE_INCLUDE_BITCODE(level)                                                          \
  asm(".section .rodata\n.balign 16\n.global tyche_bitcode_" #level "\ntyche_bitcode_" #level \
      ":\n.incbin \"" TYCHE_BITCODE "/elementary_" #level                                     \
      ".bc\"\n"                                                                               \
      ".global tyche_bitcode_" #level "_end\ntyche_bitcode_" #level                           \
      "_end:\n.byte 0\n"                                                                      \
      ".previous\n");                                                                         \
  extern "C" const char tyche_bitcode_##level[];                                              \
  extern "C" const char tyche_bitcode_##level##_end[];

TYCHE_INCLUDE_BITCODE(plain)
TYCHE_INCLUDE_BITCODE(avx2)
TYCHE_INCLUDE_BITCODE(avx512)

namespace tyche::codegen {
namespace {

const llvm::StringRef bitcode[] = {
    {tyche_bitcode_plain, std::size_t(tyche_bitcode_plain_end - tyche_bitcode_plain)},
    {tyche_bitcode_avx2, std::size_t(tyche_bitcode_avx2_end - tyche_bitcode_avx2)},
    {tyche_bitcode_avx512, std::size_t(tyche_bitcode_avx512_end - tyche_bitcode_avx512)}};

constexpr unsigned inline_budget = 1200;  // instructions that copies may add to a module

struct Short {
  llvm::StringRef name;
  unsigned size;  // instructions of eight lanes
};
/// What is worth copying, the most used in inner loops first. Four lanes are as long as eight.
constexpr Short shorts[] = {
    {"tyche_exp_8", 34},       {"tyche_exp_2", 40},       {"tyche_log_8", 44},
    {"tyche_inv_logit_8", 38}, {"tyche_log1p_exp_8", 59}, {"tyche_log1p_unit_8", 28},
    {"tyche_log1p_8", 54},     {"tyche_inv1p_8", 44},     {"tyche_inv1p_2", 44},
    {"tyche_log_2", 55},       {"tyche_log1p_2", 60},     {"tyche_log1p_unit_2", 34},
    {"tyche_tanh_8", 41},      {"tyche_expm1_8", 34},     {"tyche_log_sum_exp_8", 72},
    {"tyche_floor_8", 16},     {"tyche_round_8", 21}};

/// Of eight lanes, or of the four that a module has in their place.
llvm::Function* find(llvm::Module& module, llvm::StringRef name) {
  llvm::Function* const found = module.getFunction(name);
  if (found || !name.consume_back("_8")) return found;
  return module.getFunction((name + "_4").str());
}

/// The functions that are copied; false where there are none.
bool choose(llvm::Module& module, Level level) {
  unsigned left = inline_budget;
  std::vector<llvm::Function*> copied;
  for (const Short& at : shorts) {
    llvm::Function* function = find(module, at.name);
    if (!function) continue;
    const unsigned cost = at.size * function->getNumUses();
    if (cost > left) continue;
    left -= cost;
    copied.push_back(function);
  }
  for (llvm::Function& function : module) {
    if (!function.getName().starts_with("tyche_")) continue;
    const std::string suffix = std::string("_") + name(level);
    if (std::ranges::find(copied, &function) == copied.end()) {
      if (!function.getName().ends_with(suffix)) function.setName(function.getName() + suffix);
      function.addFnAttr(llvm::Attribute::NoUnwind);
      function.addFnAttr(llvm::Attribute::WillReturn);
    }
  }
  return !copied.empty();
}

}  // namespace

void link_kernels(llvm::Module& module, Target target) {
  if (!choose(module, target.level)) return;
  auto kernels = llvm::cantFail(llvm::getLazyBitcodeModule(
      llvm::MemoryBufferRef(bitcode[int(target.level)], "kernels"), module.getContext()));
  kernels->setTargetTriple(module.getTargetTriple());
  kernels->setDataLayout(module.getDataLayout());
  llvm::Linker::linkModules(module, std::move(kernels), llvm::Linker::LinkOnlyNeeded);
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || !function.getName().starts_with("tyche_")) continue;
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    for (const char* attribute :
         {"target-cpu", "target-features", "tune-cpu", "min-legal-vector-width", "frame-pointer"}) {
      function.removeFnAttr(attribute);
    }
    set_target(function, target);
  }
}

}  // namespace tyche::codegen
