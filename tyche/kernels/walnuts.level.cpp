#include "tyche/kernels/lane_table.hpp"
#include "tyche/kernels/walnuts_lanes.hpp"

namespace tyche::TYCHE_LEVEL {

extern const LaneKernels walnuts_kernels;
const LaneKernels walnuts_kernels = lane_table<WalnutsFlight, LaneWalnuts>();

}  // namespace tyche::TYCHE_LEVEL
