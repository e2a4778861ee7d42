#include "tyche/base/decimals.hpp"

#include <array>
#include <charconv>

namespace tyche {

std::string decimals(double x) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
  return {digits.data(), end};
}

}  // namespace tyche
