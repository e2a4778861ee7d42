#include "tyche/kernels/lane_table.hpp"
#include "tyche/kernels/walnuts_lanes.hpp"

namespace tyche::TYCHE_LEVEL {

extern const NutsKernels walnuts_kernels;
const NutsKernels walnuts_kernels = lane_table<WalnutsFlight, LaneWalnuts>();

}  // namespace tyche::TYCHE_LEVEL
