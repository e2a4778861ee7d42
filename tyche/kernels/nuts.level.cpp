#include "tyche/kernels/intrinsics.hpp"
#include "tyche/kernels/nuts_lanes.hpp"
#include "tyche/kernels/nuts_search.hpp"
#include "tyche/kernels/nuts_single.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

using Wide = LaneFlight<nuts_max_lanes>;

std::size_t size(int dimension, int lanes) {
  Memory memory(nullptr);
  NutsGroup group = lay_out_group(memory, dimension, lanes);
  if (lanes == 1) {
    SingleFlight::lay_out(memory, group, true);
  } else {
    Wide::lay_out(memory, group, true);
  }
  return memory.used();
}

NutsGroup init(void* block, int dimension, int lanes) {
  Memory memory(block);
  NutsGroup group = lay_out_group(memory, dimension, lanes);
  for (int i = 0; i < dimension * lanes; ++i) group.scale[i] = 1;
  for (int k = 0; k < lanes; ++k) {
    group.step_size[k] = 1;
    group.step_gain[k] = nuts_step_gain;
    group.chain[k] = std::uint64_t(k);
  }
  if (lanes == 1) {
    group.flight = &SingleFlight::lay_out(memory, group, false);
  } else {
    group.flight = &Wide::lay_out(memory, group, false);
  }
  return group;
}

std::uint32_t advance(NutsGroup& group, NutsEvaluate evaluate, void* context, std::int64_t steps) {
  return with_standard_rounding([&] {
    if (group.lanes != 1) return LaneNuts<nuts_max_lanes>(group, evaluate, context).advance(steps);
    if (group.dimension <= 8) return SingleNuts<1>(group, evaluate, context).advance(steps);
    if (group.dimension <= 16) return SingleNuts<2>(group, evaluate, context).advance(steps);
    return SingleNuts<0>(group, evaluate, context).advance(steps);
  });
}

std::uint32_t find_step_size(NutsGroup& group, NutsEvaluate evaluate, void* context,
                             std::uint32_t chains) {
  return with_standard_rounding([&] {
    if (group.lanes == 1) {
      const SearchRows rows = static_cast<SingleFlight*>(group.flight)->search;
      return StepSizeSearch<1>(group, rows, evaluate, context).run(chains);
    }
    const SearchRows rows = static_cast<Wide*>(group.flight)->search;
    return StepSizeSearch<nuts_max_lanes>(group, rows, evaluate, context).run(chains);
  });
}

void draw_start(NutsGroup& group, int lane, unsigned attempt) {
  using U = Lanes<u64, 1>;
  for (int i = 0; i < group.dimension; ++i) {
    const auto bits = philox(U(group.settings.seed), counter(U(u64(i / 2)), purpose::start, 0,
                                                             U(attempt), U(group.chain[lane])));
    const double u = uniform(bits.pair(i % 2))[0];
    group.position[i * group.lanes + lane] = 4.0 * u - 2.0;
  }
}

void momentum(std::uint64_t seed, std::uint64_t chain, std::uint64_t iteration, int dimension,
              double* to) {
  using U = Lanes<u64, 1>;
  draw_momenta(dimension, PhiloxKeys(seed), U(chain), U(iteration), Opening::draw,
               [to](int i, Lanes<double, 1> value) { to[i] = value[0]; });
}

bool forward(std::uint64_t seed, std::uint64_t chain, std::uint64_t iteration, int doubling) {
  using U = Lanes<u64, 1>;
  const u64 last = (u64(1) << doubling) - 1;  // the leaf before this doubling
  const auto bits = leaf_bits(PhiloxKeys(seed), U(chain), U(iteration), U(last / 2));
  return (last == 0 ? bits.first_forward() : bits.forward())[0];
}

}  // namespace

extern const NutsKernels nuts_kernels;
const NutsKernels nuts_kernels = {
    size,       init,     advance, find_step_size, end_window, finish_adaptation, settle_step_size,
    draw_start, momentum, forward};

}  // namespace tyche::TYCHE_LEVEL
