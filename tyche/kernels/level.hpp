// CPU levels: the same kernels compiled for plain x86-64, AVX2 with FMA, and AVX-512.
// Everything that does arithmetic on a draw lives in the namespace of a level (TYCHE_LEVEL, set by
// the build for *.level.cpp) and is reached through one dispatch, so that no function compiled for
// one level can be linked in for another.
#pragma once
#include <cstdint>

namespace tyche {

/// `plain` has no fused multiply-add (fma is a multiply and an add there); the other two give the
/// same bits as each other.
enum class Level : std::uint8_t { plain, avx2, avx512 };

/// The best level of this CPU, or the one named by the environment variable TYCHE_CPU
/// (`plain`, `avx2`, `avx512`) if the CPU has it. Fixed at first call.
Level cpu_level();

/// Whether this CPU can run code of the level.
bool cpu_has(Level level);

const char* name(Level level);

}  // namespace tyche
