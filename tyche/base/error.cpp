#include "tyche/base/error.hpp"

#include <utility>

namespace tyche {

std::string to_string(const Error& error) {
  std::string text = error.where + ": expected " + error.expected + ", found " + error.found;
  if (!error.remedy.empty()) text += "\n  " + error.remedy;
  return text;
}

Failure::Failure(Error error) : error_(std::move(error)), text_(to_string(error_)) {}

}  // namespace tyche
