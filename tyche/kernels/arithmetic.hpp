// The version of the arithmetic: from the first release on raised by every change that changes a
// bit of a draw.
#pragma once
#include <cstdint>

namespace tyche {

/// Recorded with a run. Runs of different versions are not continued by one another.
inline constexpr std::uint32_t arithmetic_version = 1;

}  // namespace tyche
