#include "tyche/kernels/nuts.hpp"

namespace tyche {
namespace plain {
extern const NutsKernels nuts_kernels;
}
namespace avx2 {
extern const NutsKernels nuts_kernels;
}
namespace avx512 {
extern const NutsKernels nuts_kernels;
}

const NutsKernels& nuts_kernels(Level level) {
  switch (level) {
    case Level::avx512:
      return avx512::nuts_kernels;
    case Level::avx2:
      return avx2::nuts_kernels;
    case Level::plain:
      break;
  }
  return plain::nuts_kernels;
}

int best_clock(const NutsDraw* draws, int count) {
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
