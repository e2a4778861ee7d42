// The numbers of lanes that groups have, each an instance of the kernels.
#pragma once
#include "tyche/kernels/lanes.hpp"
#include "tyche/kernels/sampler.hpp"

namespace tyche::TYCHE_LEVEL {

/// use.operator()<W>() for W = `lanes`.
template <class Use>
TYCHE_INLINE auto with_width(int lanes, Use use) {
  if (lanes == max_lanes) return use.template operator()<max_lanes>();
  return lanes == 4 ? use.template operator()<4>() : use.template operator()<1>();
}

}  // namespace tyche::TYCHE_LEVEL
