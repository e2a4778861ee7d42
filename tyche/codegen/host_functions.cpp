#include "tyche/codegen/host_functions.hpp"

namespace tyche {

namespace plain {
extern const std::span<const codegen::HostFunction> host_function_table;
}
namespace avx2 {
extern const std::span<const codegen::HostFunction> host_function_table;
}
namespace avx512 {
extern const std::span<const codegen::HostFunction> host_function_table;
}

namespace codegen {

std::span<const HostFunction> host_functions(Level level) {
  switch (level) {
    case Level::plain:
      return plain::host_function_table;
    case Level::avx2:
      return avx2::host_function_table;
    case Level::avx512:
      return avx512::host_function_table;
  }
  return {};
}

}  // namespace codegen
}  // namespace tyche
