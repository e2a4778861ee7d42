// The JIT session of the process: machine code in, addresses out, memory back when dropped.
#pragma once
#include <llvm/ADT/SmallVector.h>

#include <memory>
#include <string>

#include "tyche/base/error.hpp"

namespace tyche::codegen {

/// Code that is loaded; its memory is freed with it.
class Loaded {
 public:
  virtual ~Loaded() = default;
  void* address = nullptr;
};

/// Loads a relocatable object and finds `symbol` in it. The name must be new to the process.
Result<std::unique_ptr<Loaded>> load(llvm::SmallVector<char, 0> object, const std::string& symbol);

}  // namespace tyche::codegen
