// Infinity, as models and formulas write it.
#pragma once
#include <limits>

namespace tyche {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace tyche
