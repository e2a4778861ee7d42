#include "tyche/simulation/rounding.hpp"

#include <algorithm>
#include <cmath>

#include "tyche/base/text_table.hpp"

namespace tyche::simulation {

std::string rounded_to(double x, double error) {
  if (!std::isfinite(x)) return std::isnan(x) ? "-" : x > 0 ? "inf" : "-inf";
  const bool known = error > 0 && std::isfinite(error);
  const bool large = std::abs(x) >= 1e4 && std::abs(x) < 1e9;
  if (!known) return large ? printed("%.*f", 0, x) : printed("%.*g", 4, x);
  const int digits = 1 - static_cast<int>(std::floor(std::log10(error)));
  if (std::abs(x) >= 1e9 || digits > 9) return printed("%.*g", 6, x);
  return printed("%.*f", std::max(digits, 0), x);
}

}  // namespace tyche::simulation
