#include "tyche/numeric/sum.hpp"

namespace tyche {
namespace plain {
extern const SumTable sum_table;
}
namespace avx2 {
extern const SumTable sum_table;
}
namespace avx512 {
extern const SumTable sum_table;
}

const SumTable& sum_table(Level level) {
  switch (level) {
    case Level::avx512:
      return avx512::sum_table;
    case Level::avx2:
      return avx2::sum_table;
    case Level::plain:
      break;
  }
  return plain::sum_table;
}

namespace numeric {

const SumTable& sums() {
  static const SumTable& table = sum_table(cpu_level());
  return table;
}

}  // namespace numeric
}  // namespace tyche
