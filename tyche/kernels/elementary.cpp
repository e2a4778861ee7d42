#include "tyche/kernels/elementary.hpp"

namespace tyche {
namespace plain {
extern const ElementaryTable elementary_table;
extern const ElementaryMap elementary_map_table[];
}  // namespace plain
namespace avx2 {
extern const ElementaryTable elementary_table;
extern const ElementaryMap elementary_map_table[];
}  // namespace avx2
namespace avx512 {
extern const ElementaryTable elementary_table;
extern const ElementaryMap elementary_map_table[];
}  // namespace avx512

static constexpr std::size_t function_count = 0
#define TYCHE_UNARY(name, function) +1
#define TYCHE_BINARY(name, function) +1
#include "tyche/kernels/elementary.def"
    ;

const ElementaryTable& elementary(Level level) {
  switch (level) {
    case Level::avx512:
      return avx512::elementary_table;
    case Level::avx2:
      return avx2::elementary_table;
    case Level::plain:
      break;
  }
  return plain::elementary_table;
}

std::span<const ElementaryMap> elementary_maps(Level level) {
  switch (level) {
    case Level::avx512:
      return {avx512::elementary_map_table, function_count};
    case Level::avx2:
      return {avx2::elementary_map_table, function_count};
    case Level::plain:
      break;
  }
  return {plain::elementary_map_table, function_count};
}

}  // namespace tyche
