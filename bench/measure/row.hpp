// One figure as one line of JSON, the form that bench/report.py gathers.
#pragma once
#include <optional>
#include <string>

namespace bench {

struct Row {
  std::string name;                // as in bench/figures.json, which holds issue and target
  std::optional<double> measured;  // none: the row stays open
  std::string unit;
  std::string peer;             // what it was measured against, and its figure
  std::optional<double> floor;  // the best this machine allows, in the same unit
};

std::string to_json(const Row& row);
void print(const Row& row);

}  // namespace bench
