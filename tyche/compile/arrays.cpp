#include "tyche/compile/arrays.hpp"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <cstring>

namespace tyche {

codegen::Range range_of(const ir::Array& array) {
  if (array.integers.empty()) return {0, 0};
  const auto [low, high] = std::ranges::minmax(array.integers);
  return {low, high};
}

Result<void> check_support(const ir::Data& declared, const ir::Array& array) {
  const std::size_t count = std::max(array.reals.size(), array.integers.size());
  for (const ir::Support& support : declared.supports) {
    for (std::size_t k = 0; k < count; ++k) {
      const double x = array.reals.empty() ? double(array.integers[k]) : array.reals[k];
      if (support.contains(x)) continue;
      char bounds[64], found[64];
      std::snprintf(bounds, sizeof bounds, support.open ? "(%g, %g)" : "[%g, %g]", support.lower,
                    support.upper);
      std::snprintf(found, sizeof found, "%.17g as number %zu", x, k + 1);
      return std::unexpected(
          Error{"data " + declared.name, std::string("finite numbers in ") + bounds, found,
                "mend the data, or choose a distribution that gives such values"});
    }
  }
  return {};
}

AlignedBytes memory_of(const codegen::Slot& slot) {
  const std::int64_t elements =
      slot.column > 0 ? slot.column * slot.type.shape()[1] : slot.type.size();
  return AlignedBytes(std::size_t(elements) * 8 + codegen::Code::padding);
}

void fill(const codegen::Slot& slot, const ir::Array& array, void* memory) {
  assert(slot.type == array.type);
  if (slot.column > 0) {
    const std::int64_t rows = slot.type.shape()[0], columns = slot.type.shape()[1];
    for (std::int64_t c = 0; c < columns; ++c) {
      std::copy_n(array.reals.begin() + c * rows, rows,
                  static_cast<double*>(memory) + c * slot.column);
    }
  } else if (slot.type.element() == ir::Kind::real) {
    std::ranges::copy(array.reals, static_cast<double*>(memory));
  } else if (slot.narrow) {
    std::ranges::transform(array.integers, static_cast<std::int32_t*>(memory),
                           [](std::int64_t x) { return std::int32_t(x); });
  } else {
    std::ranges::copy(array.integers, static_cast<std::int64_t*>(memory));
  }
}

}  // namespace tyche
