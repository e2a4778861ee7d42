#include "tyche/kernels/lane_table.hpp"
#include "tyche/kernels/metropolis_lanes.hpp"

namespace tyche::TYCHE_LEVEL {

extern const LaneKernels metropolis_kernels;
const LaneKernels metropolis_kernels = lane_table<MetropolisFlight, LaneMetropolis>();

}  // namespace tyche::TYCHE_LEVEL
