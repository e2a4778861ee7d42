// A group of chains over memory of its own, run to the end: what the tests and benchmarks of the
// kernels share.
#pragma once
#include <algorithm>
#include <vector>

#include "densities.hpp"
#include "tyche/base/aligned_bytes.hpp"

namespace oracle {

/// Draws of a chain, one after another.
struct Chain {
  std::vector<double> positions, divergences;
  std::vector<tyche::LaneDraw> draws;
};

class Chains {
 public:
  Chains(int dimension, int lanes, tyche::Level level = tyche::cpu_level(),
         tyche::Kernel kernel = tyche::Kernel::nuts)
      : kernels(tyche::sampler_kernels(kernel, level)), memory_(kernels.size(dimension, lanes)) {
    group = kernels.init(memory_.data(), dimension, lanes);
    group.settings.kernel = kernel;
  }

  /// Every chain draws `draws` more, in calls of at most `budget` steps.
  std::vector<Chain> run(tyche::LaneEvaluate evaluate, void* context, int draws,
                         std::int64_t budget = 1 << 20) {
    std::vector<Chain> chains(std::size_t(group.lanes));
    const std::size_t n = std::size_t(draws), d = std::size_t(group.dimension);
    for (int k = 0; k < group.lanes; ++k) {
      Chain& chain = chains[std::size_t(k)];
      chain.positions.resize(n * d);
      chain.draws.resize(n);
      chain.divergences.resize(2 * n * d);
      group.output[k] = {chain.positions.data(),   chain.draws.data(), draws, 0,
                         chain.divergences.data(), draws + 1,          0};
      group.stop_at[k] = group.iteration[k] + n;
    }
    while (running()) kernels.advance(group, evaluate, context, budget);
    return chains;
  }

  bool running() const {
    bool any = false;
    for (int k = 0; k < group.lanes; ++k) any |= group.iteration[k] < group.stop_at[k];
    return any;
  }

  void set(double step_size, double start = 0.5) {
    for (int k = 0; k < group.lanes; ++k) {
      group.step_size[k] = step_size;
      for (int i = 0; i < group.dimension; ++i) {
        group.position[i * group.lanes + k] = start / (1 + i) * (k % 2 ? -1 : 1);
      }
    }
  }

  const tyche::LaneKernels& kernels;
  tyche::LaneGroup group;

 private:
  tyche::AlignedBytes memory_;
};

}  // namespace oracle
