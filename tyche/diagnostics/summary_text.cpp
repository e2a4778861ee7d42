#include <algorithm>
#include <cmath>
#include <ostream>
#include <vector>

#include "tyche/base/decimals.hpp"
#include "tyche/base/json_string.hpp"
#include "tyche/base/text_table.hpp"
#include "tyche/diagnostics/summary.hpp"

namespace tyche {
namespace {

// Decimals that show three digits of a number of this size.
int decimals_of(double size) {
  if (!(size > 0) || !std::isfinite(size)) return 2;
  return 2 - static_cast<int>(std::floor(std::log10(size)));
}

std::string shown(double x, int decimals) {
  if (!std::isfinite(x)) return std::isnan(x) ? "-" : x > 0 ? "inf" : "-inf";
  const bool plain = decimals <= 6 && std::abs(x) < 1e7;
  return plain ? printed("%.*f", std::max(decimals, 0), x) : printed("%.*e", 3, x);
}

std::vector<std::string> cells(const ScalarSummary& row) {
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
  std::vector<std::vector<std::string>> rows = {
      {"", "mean", "sd", "mcse", "5%", "50%", "95%", "ess_bulk", "ess_tail", "rhat"}};
  for (const ScalarSummary& row : summary.scalars) rows.push_back(cells(row));
  const std::string text = text_table(rows);
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
