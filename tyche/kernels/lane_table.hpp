// The table of a kernel whose one source serves eight or four chains in lanes and one alone.
#pragma once
#include "tyche/kernels/group_random.hpp"
#include "tyche/kernels/intrinsics.hpp"
#include "tyche/kernels/lane_search.hpp"
#include "tyche/kernels/lane_widths.hpp"

namespace tyche::TYCHE_LEVEL {

/// Of Flight<W>, the state of W lanes, and Mover<W>, which advances it, for the W of a group.
template <template <int> class Flight, template <int> class Mover>
struct LaneTable {
  static std::size_t size(int dimension, int lanes) {
    Memory memory(nullptr);
    LaneGroup group = lay_out_group(memory, dimension, lanes);
    with_width(lanes, [&]<int W>() { Flight<W>::lay_out(memory, group, true); });
    return memory.used();
  }

  static LaneGroup init(void* block, int dimension, int lanes) {
    Memory memory(block);
    LaneGroup group = first_group(memory, dimension, lanes);
    with_width(lanes, [&]<int W>() { group.flight = &Flight<W>::lay_out(memory, group, false); });
    return group;
  }

  static std::uint32_t advance(LaneGroup& group, LaneEvaluate evaluate, void* context,
                               std::int64_t steps) {
    return with_standard_rounding([&] {
      return with_width(group.lanes,
                        [&]<int W>() { return Mover<W>(group, evaluate, context).advance(steps); });
    });
  }

  static std::uint32_t find_step_size(LaneGroup& group, LaneEvaluate evaluate, void* context,
                                      std::uint32_t chains) {
    return with_standard_rounding([&] {
      return with_width(group.lanes, [&]<int W>() {
        const SearchRows rows = static_cast<Flight<W>*>(group.flight)->search;
        return StepSizeSearch<W>(group, rows, evaluate, context).run(chains);
      });
    });
  }
};

template <template <int> class Flight, template <int> class Mover>
constexpr LaneKernels lane_table() {
  using Table = LaneTable<Flight, Mover>;
  return {Table::size,      Table::init,
          Table::advance,   Table::find_step_size,
          end_window,       finish_adaptation,
          settle_step_size, draw_start,
          momentum,         forward};
}

}  // namespace tyche::TYCHE_LEVEL
