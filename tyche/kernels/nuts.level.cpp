#include "tyche/kernels/group_random.hpp"
#include "tyche/kernels/intrinsics.hpp"
#include "tyche/kernels/lane_search.hpp"
#include "tyche/kernels/nuts_lanes.hpp"
#include "tyche/kernels/nuts_single.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

using Wide = LaneFlight<max_lanes>;

std::size_t size(int dimension, int lanes) {
  Memory memory(nullptr);
  LaneGroup group = lay_out_group(memory, dimension, lanes);
  if (lanes == 1) {
    SingleFlight::lay_out(memory, group, true);
  } else {
    Wide::lay_out(memory, group, true);
  }
  return memory.used();
}

LaneGroup init(void* block, int dimension, int lanes) {
  Memory memory(block);
  LaneGroup group = first_group(memory, dimension, lanes);
  if (lanes == 1) {
    group.flight = &SingleFlight::lay_out(memory, group, false);
  } else {
    group.flight = &Wide::lay_out(memory, group, false);
  }
  return group;
}

std::uint32_t advance(LaneGroup& group, LaneEvaluate evaluate, void* context, std::int64_t steps) {
  return with_standard_rounding([&] {
    if (group.lanes != 1) return LaneNuts<max_lanes>(group, evaluate, context).advance(steps);
    if (group.dimension <= 8) return SingleNuts<1>(group, evaluate, context).advance(steps);
    if (group.dimension <= 16) return SingleNuts<2>(group, evaluate, context).advance(steps);
    return SingleNuts<0>(group, evaluate, context).advance(steps);
  });
}

std::uint32_t find_step_size(LaneGroup& group, LaneEvaluate evaluate, void* context,
                             std::uint32_t chains) {
  return with_standard_rounding([&] {
    if (group.lanes == 1) {
      const SearchRows rows = static_cast<SingleFlight*>(group.flight)->search;
      return StepSizeSearch<1>(group, rows, evaluate, context).run(chains);
    }
    const SearchRows rows = static_cast<Wide*>(group.flight)->search;
    return StepSizeSearch<max_lanes>(group, rows, evaluate, context).run(chains);
  });
}

}  // namespace

extern const LaneKernels nuts_kernels;
const LaneKernels nuts_kernels = {
    size,       init,     advance, find_step_size, end_window, finish_adaptation, settle_step_size,
    draw_start, momentum, forward};

}  // namespace tyche::TYCHE_LEVEL
