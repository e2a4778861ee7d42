#include "tyche/diagnostics/level_functions.hpp"

#include "tyche/kernels/level.hpp"

namespace tyche {

namespace plain {
extern const LevelFunctions level_functions;
}
namespace avx2 {
extern const LevelFunctions level_functions;
}
namespace avx512 {
extern const LevelFunctions level_functions;
}

const LevelFunctions& level_functions() {
  switch (cpu_level()) {
    case Level::avx512:
      return avx512::level_functions;
    case Level::avx2:
      return avx2::level_functions;
    case Level::plain:
      break;
  }
  return plain::level_functions;
}

}  // namespace tyche
