#include "tyche/numeric/random.hpp"

namespace tyche {
namespace plain {
extern const RandomTable random_table;
}
namespace avx2 {
extern const RandomTable random_table;
}
namespace avx512 {
extern const RandomTable random_table;
}

const RandomTable& random_table(Level level) {
  switch (level) {
    case Level::avx512:
      return avx512::random_table;
    case Level::avx2:
      return avx2::random_table;
    case Level::plain:
      break;
  }
  return plain::random_table;
}

namespace numeric {

const RandomTable& random() {
  static const RandomTable& table = random_table(cpu_level());
  return table;
}

}  // namespace numeric
}  // namespace tyche
