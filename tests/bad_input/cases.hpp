// Bad inputs: each a case with a name and an act that says what is told of it.
#pragma once
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tyche/runtime/sample.hpp"

namespace tyche::bad_input {

namespace fs = std::filesystem;
using Numbers = std::vector<double>;

inline constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// `act` is given an empty folder of its own.
struct Case {
  std::string what;
  std::function<std::string(const fs::path&)> act;
};
using Cases = std::vector<Case>;

Cases cases_of_data();
Cases cases_of_statements();
Cases cases_of_wholes();
Cases cases_of_names();
Cases cases_of_runs();
Cases cases_of_settings();
Cases cases_of_rebinding();
Cases cases_of_flows();

/// What the act says, as an Error or thrown; "accepted" if nothing.
std::string told(const std::function<Result<void>()>& act);

Case library(std::string what, std::function<Result<void>()> act);
/// A model with the act's statements, which is then sampled.
Case refused(std::string what, std::function<void(Model&)> act);
/// The program `tyche` with these words, of which FOLDER stands for the folder.
Case program(std::string what, const std::string& words);

/// On one thread, so that the chain that fails first is the same each time.
Result<void> sampled(const Model& model, Sink* sink = nullptr);
Result<void> observed(const Distribution& d, const Expression& y);

template <class T>
Result<void> whether(const Result<T>& made) {
  return made ? Result<void>() : std::unexpected(made.error());
}

}  // namespace tyche::bad_input
