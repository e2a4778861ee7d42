// The floating-point mode that kernels compute in.
#pragma once
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {

/// work() under rounding to nearest with subnormals kept and exceptions masked, whatever the caller
/// had set; that is put back afterwards. The work must not throw.
template <class Work>
TYCHE_INLINE u32 with_standard_rounding(Work work) {
#ifdef __SSE__
  const u32 before = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(0x1f80);
  const u32 result = work();
  __builtin_ia32_ldmxcsr(before);
  return result;
#else
  return work();
#endif
}

}  // namespace tyche::TYCHE_LEVEL
