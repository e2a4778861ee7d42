#include <type_traits>

#include "tyche/kernels/lane_table.hpp"
#include "tyche/kernels/nuts_lanes.hpp"
#include "tyche/kernels/nuts_single.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

/// Of the number of rows of eight parameters, where there are few.
class OneChain {
 public:
  OneChain(LaneGroup& group, LaneEvaluate evaluate, void* context)
      : group_(group), evaluate_(evaluate), context_(context) {}

  u32 advance(i64 steps) {
    if (group_.dimension <= 8) return SingleNuts<1>(group_, evaluate_, context_).advance(steps);
    if (group_.dimension <= 16) return SingleNuts<2>(group_, evaluate_, context_).advance(steps);
    return SingleNuts<0>(group_, evaluate_, context_).advance(steps);
  }

 private:
  LaneGroup& group_;
  const LaneEvaluate evaluate_;
  void* const context_;
};

/// Of W chains in lanes, or of one, whose parameters take the lanes.
template <int W>
using Flight = std::conditional_t<W == 1, SingleFlight, LaneFlight<W>>;
template <int W>
using Mover = std::conditional_t<W == 1, OneChain, LaneNuts<W>>;

}  // namespace

extern const LaneKernels nuts_kernels;
const LaneKernels nuts_kernels = lane_table<Flight, Mover>();

}  // namespace tyche::TYCHE_LEVEL
