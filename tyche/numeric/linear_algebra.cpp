#include "tyche/numeric/linear_algebra.hpp"

namespace tyche {

namespace plain {
extern const LinearAlgebraTable linear_algebra_table;
}
namespace avx2 {
extern const LinearAlgebraTable linear_algebra_table;
}
namespace avx512 {
extern const LinearAlgebraTable linear_algebra_table;
}

const LinearAlgebraTable& linear_algebra(Level level) {
  switch (level) {
    case Level::avx512:
      return avx512::linear_algebra_table;
    case Level::avx2:
      return avx2::linear_algebra_table;
    case Level::plain:
      break;
  }
  return plain::linear_algebra_table;
}

}  // namespace tyche
