// What is behind a log density at a point: statements one by one, by the interpreter.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tyche/compile/compiled.hpp"
#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/layout.hpp"
#include "tyche/passes/run.hpp"

namespace tyche {

/// One term of the log density at a point: a statement, or one element of it.
struct Contribution {
  std::string statement;        // "y[3] (schools.cpp:12)"; "schools.cpp:12" of one without a name
  double value = 0;             // of the log density
  double before = 0;            // at the other point, where two were compared
  std::optional<double> datum;  // what the statement is about: the observed number or the parameter
};

/// A program as it was written, resolved for a run and not yet rearranged: its terms are the
/// statements.
struct Written {
  interpret::Interpreter program;
  ir::Layout layout;
};
/// Errors are those of the passes and of the interpreter.
Result<Written> as_written(const ir::Program& source, SharedData data, const passes::Run& run);

class Explanation {
 public:
  static Result<Explanation> create(const ir::Program& source, SharedData data,
                                    const passes::Run& run = {});

  /// The term that changed most from one position to another: what is behind a divergence. None if
  /// either point rejects.
  std::optional<Contribution> largest_change(std::span<const double> before,
                                             std::span<const double> after) const;
  /// Why log density or gradient are not finite at a position, with statement, index and value;
  /// empty if they are. `gradient` may be empty.
  std::string flaw(std::span<const double> position, std::span<const double> gradient = {}) const;

 private:
  explicit Explanation(Written written) : written_(std::move(written)) {}
  std::vector<Contribution> terms(const interpret::Evaluation& at,
                                  std::span<const double> position) const;
  std::string flaw_of_gradient(std::span<const double> position,
                               std::span<const double> gradient) const;

  Written written_;
  SharedData data_;
  std::map<std::int32_t, std::string> names_;  // of choices, by location
};

/// "y[3] (schools.cpp:12), where y[3] = -1"
std::string to_string(const Contribution& term);

}  // namespace tyche
