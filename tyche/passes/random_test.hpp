// Random programs for tests of the pipeline: how many, which, at which point, and what they say.
#pragma once
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/random_program.hpp"

namespace tyche::passes {

/// `count`, or as many as the environment variable TYCHE_RANDOM_PROGRAMS says.
inline int random_programs(int count) {
  const char* said = std::getenv("TYCHE_RANDOM_PROGRAMS");
  return said ? std::atoi(said) : count;
}

inline ir::RandomProgram random_source(int seed) {
  return ir::random_program({.seed = std::uint64_t(seed),
                             .statements = 8 + seed % 24,
                             .smooth = seed % 4 == 1,
                             .choices = true,
                             .recursion = false,
                             .rejections = seed % 5 == 0});
}

inline std::vector<double> random_point(std::size_t d) {
  std::vector<double> u;
  for (std::size_t k = 0; k < d; ++k) u.push_back(1.3 * std::sin(2.1 * double(k) + .4));
  return u;
}

inline double log_density(const interpret::Evaluation& at) {
  if (at.rejected) return -std::numeric_limits<double>::infinity();
  return at.yields.empty() ? at.target : at.yields[0].reals[0];
}

/// What data alone reject may be found out earlier: then there is no such program.
inline double log_density(const ir::Program& program, const ir::DataSet& data,
                          const std::vector<double>& u) {
  auto made = interpret::Interpreter::create(program, data);
  return made ? log_density(made->density(u)) : -std::numeric_limits<double>::infinity();
}

}  // namespace tyche::passes
