// Where in the user's code a model or a distribution is written.
#pragma once
#include <source_location>
#include <string>

namespace tyche {

using Place = std::source_location;

/// "model.cpp:12"
inline std::string text(const Place& at) {
  return std::string(at.file_name()) + ":" + std::to_string(at.line());
}

/// "truncated (model.cpp:12)"
inline std::string text(const std::string& what, const Place& at) {
  return what + " (" + text(at) + ")";
}

}  // namespace tyche
