// When the rows of a plate take the lanes, and how many vectors of them share the turns of a loop:
// what the code generator does and a cost model has to know.
#pragma once
#include <cstdint>

namespace tyche::codegen {

/// Rows of a vector, and partial sums of a plate.
constexpr int width = 8;
/// A plate of fewer rows does not take the lanes.
constexpr std::int64_t fewest_rows = 4;

/// Whether there are rows enough for so many vectors together.
constexpr bool enough_rows(std::int64_t count, int vectors) { return count >= 2 * vectors * width; }

/// Rows in whole blocks of so many vectors.
constexpr std::int64_t whole_blocks(std::int64_t count, int vectors) {
  const std::int64_t block = vectors * width;
  return (count + block - 1) / block * block;
}

/// Vectors of rows that advance together where a row holds a loop: eight, unless that leaves much
/// more of the last block empty.
constexpr int sharing(std::int64_t count) {
  const bool fits = whole_blocks(count, 8) - whole_blocks(count, 4) <= count / 64;
  return fits && enough_rows(count, 8) ? 8 : enough_rows(count, 4) ? 4 : 1;
}

}  // namespace tyche::codegen
