#include "tyche/simulation/text_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace tyche::simulation {
namespace {

std::string printed(const char* format, int precision, double x) {
  std::array<char, 400> buffer;
  const int size = std::snprintf(buffer.data(), buffer.size(), format, precision, x);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

/// On the screen: what follows the first byte of a letter in UTF-8 takes no room.
std::size_t width(const std::string& text) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::ranges::count_if(text, starts));
}

}  // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], width(row[k]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      const std::string padding(widths[k] - width(row[k]), ' ');
      text += k == 0 ? row[k] + padding : "  " + padding + row[k];
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

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
