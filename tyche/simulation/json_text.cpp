#include "tyche/simulation/json_text.hpp"

#include <cmath>

#include "tyche/base/decimals.hpp"
#include "tyche/base/json_string.hpp"

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
  append_json_string(out_, text);
  return *this;
}

JsonText& JsonText::null(std::string_view name) {
  begin(name);
  out_ += "null";
  return *this;
}

JsonText& JsonText::element(std::string_view text) {
  begin({});
  append_json_string(out_, text);
  return *this;
}

void JsonText::begin(std::string_view name) {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
  if (name.data() == nullptr) return;  // an empty name is one
  append_json_string(out_, name);
  out_ += ':';
}

}  // namespace tyche::simulation
