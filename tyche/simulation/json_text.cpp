#include "tyche/simulation/json_text.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {

JsonText& JsonText::open(char bracket, std::string_view name) {
  begin(name);
  out_ += bracket;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_ += bracket;
  return *this;
}

JsonText& JsonText::member(std::string_view name, double x) {
  begin(name);
  out_ += std::isfinite(x) ? decimals(x) : "null";
  return *this;
}

JsonText& JsonText::member(std::string_view name, std::uint64_t x) {
  begin(name);
  out_ += std::to_string(x);
  return *this;
}

JsonText& JsonText::member(std::string_view name, bool x) {
  begin(name);
  out_ += x ? "true" : "false";
  return *this;
}

JsonText& JsonText::member(std::string_view name, std::string_view text) {
  begin(name);
  quote(text);
  return *this;
}

JsonText& JsonText::null(std::string_view name) {
  begin(name);
  out_ += "null";
  return *this;
}

JsonText& JsonText::element(std::string_view text) {
  begin({});
  quote(text);
  return *this;
}

void JsonText::begin(std::string_view name) {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
  if (name.data() == nullptr) return;  // an empty name is one
  quote(name);
  out_ += ':';
}

void JsonText::quote(std::string_view text) {
  out_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out_ += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escaped;
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
      out_ += escaped.data();
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace tyche::simulation
