#include "tyche/kernels/linear_map.hpp"

namespace tyche {
namespace plain {
extern const LinearMapKernels linear_map_kernels;
}
namespace avx2 {
extern const LinearMapKernels linear_map_kernels;
}
namespace avx512 {
extern const LinearMapKernels linear_map_kernels;
}

const LinearMapKernels& linear_map_kernels(Level level) {
  switch (level) {
    case Level::avx512:
      return avx512::linear_map_kernels;
    case Level::avx2:
      return avx2::linear_map_kernels;
    case Level::plain:
      break;
  }
  return plain::linear_map_kernels;
}

}  // namespace tyche
