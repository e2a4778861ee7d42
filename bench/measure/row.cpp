// Text that others wrote (a peer's error) may hold quotes and line ends.
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

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + '"';
}

}  // namespace

std::string to_json(const Row& row) {
  return "{\"name\": " + quoted(row.name) + ", \"measured\": " + number(row.measured) +
         ", \"unit\": " + quoted(row.unit) + ", \"peer\": " + quoted(row.peer) +
         ", \"floor\": " + number(row.floor) + "}";
}

void print(const Row& row) {
  std::puts(to_json(row).c_str());
  std::fflush(stdout);
}

}  // namespace bench
