// Names and units are plain ASCII without quotes, so nothing needs escaping.
#include "bench/measure/row.hpp"

#include <cstdio>

namespace bench {
namespace {

std::string number(const std::optional<double>& value) {
  if (!value) return "null";
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", *value);
  return text;
}

}  // namespace

std::string to_json(const Row& row) {
  return "{\"name\": \"" + row.name + "\", \"measured\": " + number(row.measured) +
         ", \"unit\": \"" + row.unit + "\", \"peer\": \"" + row.peer +
         "\", \"floor\": " + number(row.floor) + "}";
}

void print(const Row& row) {
  std::puts(to_json(row).c_str());
  std::fflush(stdout);
}

}  // namespace bench
