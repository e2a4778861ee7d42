#include "tyche/base/text_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tyche {
namespace {

/// On the screen: what follows the first byte of a letter in UTF-8 takes no room.
std::size_t width(const std::string& text) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::ranges::count_if(text, starts));
}

}  // namespace

std::string printed(const char* format, int precision, double x) {
  std::array<char, 400> buffer;
  const int size = std::snprintf(buffer.data(), buffer.size(), format, precision, x);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

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

}  // namespace tyche
