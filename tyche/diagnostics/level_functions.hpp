// What the diagnostics have compiled once a CPU level.
// Nothing here touches a draw: results may differ in the last bits between levels.
#pragma once
#include <cstddef>

namespace tyche {

/// Transforms are of four series in lanes, arrays [size][4], `size` a power of two, at least 4,
/// with the cosines and sines of 2 pi k / size.
struct LevelFunctions {
  /// In place, decimated in frequency: the second half is taken to be zero on entry, and what
  /// comes out is in digit-reversed order. Adds the squared moduli to `power`.
  void (*add_power)(std::size_t size, const double* cosine, const double* sine, double* re,
                    double* im, double* power);
  /// From digit-reversed order to natural order, decimated in time. Only the real part of the
  /// first half is finished.
  void (*back)(std::size_t size, const double* cosine, const double* sine, double* re, double* im);
};

/// Those of the best level of this CPU.
const LevelFunctions& level_functions();

}  // namespace tyche
