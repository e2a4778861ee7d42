#include "tyche/kernels/sampler.hpp"

namespace tyche {
namespace plain {
extern const LaneKernels nuts_kernels, walnuts_kernels, metropolis_kernels;
}
namespace avx2 {
extern const LaneKernels nuts_kernels, walnuts_kernels, metropolis_kernels;
}
namespace avx512 {
extern const LaneKernels nuts_kernels, walnuts_kernels, metropolis_kernels;
}

namespace {

/// Of the three levels' tables that of `level`.
const LaneKernels& at(Level level, const LaneKernels& plain, const LaneKernels& avx2,
                      const LaneKernels& avx512) {
  return level == Level::avx512 ? avx512 : level == Level::avx2 ? avx2 : plain;
}

}  // namespace

const LaneKernels& sampler_kernels(Kernel kernel, Level level) {
  if (kernel == Kernel::nuts) {
    return at(level, plain::nuts_kernels, avx2::nuts_kernels, avx512::nuts_kernels);
  }
  if (kernel == Kernel::walnuts) {
    return at(level, plain::walnuts_kernels, avx2::walnuts_kernels, avx512::walnuts_kernels);
  }
  return at(level, plain::metropolis_kernels, avx2::metropolis_kernels, avx512::metropolis_kernels);
}

int best_clock(const LaneDraw* draws, int count) {
  int best = 1;
  double least = 0;
  for (int clock = 1; clock <= 32; clock *= 2) {
    double steps = 0;
    for (int i = 0; i < count; ++i) steps += (draws[i].leapfrogs + clock) / clock * clock;
    const double cost = steps * (1 + 1.3 / clock);  // a step at clock 1 costs 2.3 times the least
    if (clock == 1 || cost < least) {
      least = cost;
      best = clock;
    }
  }
  return best;
}

}  // namespace tyche
