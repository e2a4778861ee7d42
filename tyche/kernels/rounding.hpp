// The floating-point mode that kernels compute in.
#pragma once
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {

/// Round to nearest, subnormals kept, exceptions masked, whatever the caller had set; put back at
/// the end.
class StandardRounding {
 public:
#ifdef __SSE__
  StandardRounding() : before_(__builtin_ia32_stmxcsr()) { __builtin_ia32_ldmxcsr(0x1f80); }
  ~StandardRounding() { __builtin_ia32_ldmxcsr(before_); }

 private:
  u32 before_;
#endif
};

}  // namespace tyche::TYCHE_LEVEL
