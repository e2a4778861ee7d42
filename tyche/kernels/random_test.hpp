// The random functions of one CPU level, as the tests call them.
#pragma once
#include <cstdint>

namespace tyche {

struct RandomProbe {
  void (*block)(const std::uint32_t* counter, std::uint64_t key, std::uint32_t* out);
  /// Of widths 1, 2, 4, 8: eight uniforms, normals, exponentials, first and second normals of
  /// pairs, and derived keys (as bits), for eight keys and counters.
  void (*eight[4])(const std::uint64_t* keys, const std::uint64_t* index, double* out);
  double (*uniform)(std::uint64_t bits);
};

}  // namespace tyche
