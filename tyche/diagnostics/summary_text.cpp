#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>

#include "tyche/base/decimals.hpp"
#include "tyche/base/json_string.hpp"
#include "tyche/diagnostics/summary.hpp"

namespace tyche {
namespace {

std::string formatted(const char* format, int precision, double x) {
  std::array<char, 400> buffer;
  const int size = std::snprintf(buffer.data(), buffer.size(), format, precision, x);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

// Decimals that show three digits of a number of this size.
int decimals_of(double size) {
  if (!(size > 0) || !std::isfinite(size)) return 2;
  return 2 - static_cast<int>(std::floor(std::log10(size)));
}

std::string shown(double x, int decimals) {
  if (!std::isfinite(x)) return std::isnan(x) ? "-" : x > 0 ? "inf" : "-inf";
  const bool plain = decimals <= 6 && std::abs(x) < 1e7;
  return plain ? formatted("%.*f", std::max(decimals, 0), x) : formatted("%.*e", 3, x);
}

using Cells = std::array<std::string, 10>;

Cells cells(const ScalarSummary& row) {
  const int decimals = decimals_of(row.sd);
  return {row.name,
          shown(row.mean, decimals),
          shown(row.sd, decimals),
          shown(row.mcse_mean, std::max(decimals, std::min(decimals_of(row.mcse_mean) - 1, 6))),
          shown(row.q05, decimals),
          shown(row.q50, decimals),
          shown(row.q95, decimals),
          shown(row.ess_bulk, 0),
          shown(row.ess_tail, 0),
          shown(row.rhat, 3)};
}

// In bytes a name may be longer than on the screen: what follows the first byte of a letter in
// UTF-8 takes no room.
std::size_t width(const std::string& text) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::ranges::count_if(text, starts));
}

void append_json_number(std::string& out, double x) {
  out += std::isfinite(x) ? decimals(x) : "null";
}

}  // namespace

std::string coverage(const Summary& summary) {
  if (summary.chains == summary.all_chains) return {};
  std::string text = summary.chains == 1 ? "chain " : summary.chains == 0 ? "no chain" : "chains ";
  for (std::size_t k = 0; k < summary.covered.size(); ++k) {
    if (k > 0) text += k + 1 == summary.covered.size() ? " and " : ", ";
    text += std::to_string(summary.covered[k] + 1);
  }
  return text + " of " + std::to_string(summary.all_chains);
}

std::string to_text(const Summary& summary) {
  std::vector<Cells> rows = {
      {"", "mean", "sd", "mcse", "5%", "50%", "95%", "ess_bulk", "ess_tail", "rhat"}};
  for (const ScalarSummary& row : summary.scalars) rows.push_back(cells(row));
  std::array<std::size_t, std::tuple_size_v<Cells>> widths{};
  for (const Cells& row : rows) {
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], width(row[k]));
  }
  std::string text;
  for (const Cells& row : rows) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      const std::string padding(widths[k] - width(row[k]), ' ');
      text += k == 0 ? row[k] + padding : "  " + padding + row[k];
    }
    text += '\n';
  }
  const std::string covered = coverage(summary);
  return covered.empty() ? text : text + "of " + covered + "\n";
}

std::ostream& operator<<(std::ostream& out, const Summary& summary) {
  return out << to_text(summary);
}

std::string to_json(const Summary& summary) {
  std::string out = "{";
  if (!coverage(summary).empty()) {
    out += "\"chains\":[";
    for (const int chain : summary.covered) out += std::to_string(chain + 1) + ",";
    if (out.back() == ',') out.pop_back();
    out += "],\"all_chains\":" + std::to_string(summary.all_chains) + ",";
  }
  out += "\"parameters\":{";
  for (const ScalarSummary& row : summary.scalars) {
    if (&row != summary.scalars.data()) out += ',';
    append_json_string(out, row.name);
    const std::pair<const char*, double> fields[] = {{"mean", row.mean},
                                                     {"sd", row.sd},
                                                     {"mcse_mean", row.mcse_mean},
                                                     {"q05", row.q05},
                                                     {"q50", row.q50},
                                                     {"q95", row.q95},
                                                     {"ess_bulk", row.ess_bulk},
                                                     {"ess_tail", row.ess_tail},
                                                     {"rhat", row.rhat}};
    out += ":{";
    for (const auto& [name, value] : fields) {
      if (out.back() != '{') out += ',';
      append_json_string(out, name);
      out += ':';
      append_json_number(out, value);
    }
    out += '}';
  }
  return out + "}}";
}

}  // namespace tyche
