// Random well-formed programs, for tests that compare two ways to run a program.
#pragma once
#include <cstdint>

#include "tyche/ir/program.hpp"
#include "tyche/ir/value.hpp"

namespace tyche::ir {

struct RandomProgramOptions {
  std::uint64_t seed = 0;
  int statements = 40;         // about; what is inside loops counts too
  std::int64_t dimension = 3;  // of the position u
  /// Differentiable in u: no comparison, rounding, min, max or abs of reals; branches on data only.
  bool smooth = false;
  /// What the density gives: terms, and no yield; or no terms and `yield real vector[dimension]`,
  /// the form of programs after passes/differentiate.
  bool terms = true;
  /// A source program: its parameters are choices, and it has no position until resolved. Every op
  /// on the way has a derivative. Not without terms.
  bool choices = false;
  /// Constructs that may appear.
  bool branches = true;
  bool while_loops = true;
  bool locals = true;
  bool functions = true;
  bool recursion = true;  // of functions
  bool scans = true;
  bool tuples = true;
  bool algebra = true;
  bool rejections = false;  // reject under a condition, and indices that may be out of range
};

struct RandomProgram {
  Program program;
  DataSet data;
};

/// The same for the same options. Passes verify. Where every |u| <= 3 no real that is used is NaN,
/// infinite or beyond 1e9, and without `rejections` none rejects; the prelude never does.
RandomProgram random_program(const RandomProgramOptions& options);

}  // namespace tyche::ir
