#include "densities.hpp"

namespace tyche {
namespace plain {
extern const oracle::TargetKernels target_kernels;
}
namespace avx2 {
extern const oracle::TargetKernels target_kernels;
}
namespace avx512 {
extern const oracle::TargetKernels target_kernels;
}
}  // namespace tyche

const oracle::TargetKernels& oracle::target_kernels(tyche::Level level) {
  switch (level) {
    case tyche::Level::avx512:
      return tyche::avx512::target_kernels;
    case tyche::Level::avx2:
      return tyche::avx2::target_kernels;
    case tyche::Level::plain:
      break;
  }
  return tyche::plain::target_kernels;
}
