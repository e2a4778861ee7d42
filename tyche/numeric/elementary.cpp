#include "tyche/numeric/elementary.hpp"

namespace tyche::numeric {

const ElementaryTable& elementary() {
  static const ElementaryTable& table = tyche::elementary(cpu_level());
  return table;
}

}  // namespace tyche::numeric
