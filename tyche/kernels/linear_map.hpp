// q = A z: linear coordinates z of each lane's own, in which the metric of its chain is the
// identity (A A' is the inverse metric), and gradients taken to them.
#pragma once
#include <cstddef>
#include <cstdint>

#include "tyche/kernels/level.hpp"

namespace tyche {

/// Rows of one lane in groups of eight.
__attribute__((always_inline)) constexpr int padded(int dimension) {
  return (dimension + 7) / 8 * 8;
}

/// What A is made of: nothing; a scale after factors along a few orthonormal directions,
/// A = D (I + U (S - I) U'); or a lower triangle L. A scale alone is the kernel's own affair.
enum class MapForm : std::uint8_t { identity, low_rank, dense };

/// Coordinates of 1, 4 or 8 lanes in the caller's memory. The bits of a lane do not depend on how
/// many there are. Arrays of one lane are padded with zeros to a multiple of 8.
struct LinearMap {
  int dimension = 0, lanes = 0;
  int rank = 0;  // directions in use, 0 to capacity
  MapForm form = MapForm::identity;
  double* scale = nullptr;       // [dimension][lanes]
  double* directions = nullptr;  // [rank][dimension][lanes]
  double* stretch = nullptr;     // [rank][lanes], less 1
  double* factors = nullptr;     // [rank][lanes], of a product under way
  /// Several lanes: the rows of L one after the other, [d (d + 1) / 2][lanes]. One lane: L by
  /// columns and then by rows, each of d padded to a multiple of 8, zeros above the diagonal.
  double* lower = nullptr;
};

struct LinearMapKernels {
  /// Bytes, aligned to 64, for a map with room for so many directions, or for a dense one.
  std::size_t (*size)(int dimension, int lanes, int capacity, bool dense);
  /// The identity, over zeroed memory.
  LinearMap (*init)(void* memory, int dimension, int lanes, int capacity, bool dense);
  /// q = A z, [dimension][lanes] both.
  void (*to_position)(const LinearMap& map, const double* z, double* q);
  /// The gradient with respect to z, A' g.
  void (*pull_back)(const LinearMap& map, const double* g, double* gradient);
};

const LinearMapKernels& linear_map_kernels(Level level = cpu_level());

}  // namespace tyche
