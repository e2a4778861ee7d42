// When the rows of a plate take the lanes, and how many vectors of them share the turns of a loop:
// what the code generator does and a cost model has to know.
#pragma once
#include <cstdint>

namespace tyche::codegen {

/// Rows of a vector, and partial sums of a plate.
constexpr int width = 8;
/// A plate of fewer rows does not take the lanes.
constexpr std::int64_t fewest_rows = 4;
/// Vectors of rows that advance together where a row holds a loop.
constexpr int sharing = 4;

/// Whether there are rows enough for so many vectors together.
constexpr bool enough_rows(std::int64_t count, int vectors) { return count >= 2 * vectors * width; }

}  // namespace tyche::codegen
