#include "tyche/codegen/session.hpp"

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>

#include <cstring>

#include "tyche/codegen/host_functions.hpp"

namespace tyche::codegen {
namespace {

using llvm::orc::ExecutorSymbolDef;

/// The only functions that generated code may call outside itself.
void define_functions(llvm::orc::LLJIT& jit) {
  llvm::orc::SymbolMap symbols;
  const auto define = [&](const std::string& symbol, auto* function) {
    symbols[jit.mangleAndIntern(symbol)] = {llvm::orc::ExecutorAddr::fromPtr(function),
                                            llvm::JITSymbolFlags::Exported};
  };
  define("memcpy", static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memcpy));
  define("memset", static_cast<void* (*)(void*, int, std::size_t)>(&std::memset));
  for (const Level level : {Level::plain, Level::avx2, Level::avx512}) {
    for (const HostFunction& function : host_functions(level)) {
      define(std::string(function.name) + "_" + name(level), function.address);
    }
  }
  llvm::cantFail(jit.getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols))));
}

/// One a process: a JIT a model would leak. Never destroyed: code may be dropped at any time.
llvm::orc::LLJIT& session() {
  static llvm::orc::LLJIT* const jit = [] {
    llvm::orc::JITTargetMachineBuilder machine(llvm::Triple("x86_64-unknown-linux-gnu"));
    auto made = llvm::cantFail(
        llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(machine)).create());
    define_functions(*made);
    return made.release();
  }();
  return *jit;
}

class Tracked final : public Loaded {
 public:
  explicit Tracked(llvm::orc::ResourceTrackerSP tracker) : tracker_(std::move(tracker)) {}
  ~Tracked() override {
    llvm::cantFail(tracker_->remove());
    tracker_ = nullptr;
    session().getExecutionSession().getSymbolStringPool()->clearDeadEntries();
  }

 private:
  llvm::orc::ResourceTrackerSP tracker_;
};

Error failed(llvm::Error error) {
  return {"compiler", "machine code that loads", llvm::toString(std::move(error)),
          "this is a bug of the compiler"};
}

}  // namespace

Result<std::unique_ptr<Loaded>> load(llvm::SmallVector<char, 0> object, const std::string& symbol) {
  llvm::orc::LLJIT& jit = session();
  auto tracker = jit.getMainJITDylib().createResourceTracker();
  auto loaded = std::make_unique<Tracked>(tracker);
  auto buffer = std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(object), symbol, false);
  if (auto error = jit.addObjectFile(tracker, std::move(buffer))) {
    return std::unexpected(failed(std::move(error)));
  }
  auto address = jit.lookup(symbol);
  if (!address) return std::unexpected(failed(address.takeError()));
  loaded->address = address->toPtr<void*>();
  return loaded;
}

}  // namespace tyche::codegen
