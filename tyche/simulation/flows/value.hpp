// What an expression of a flow gives for a token at a moment.
#pragma once
#include "tyche/simulation/flows/program.hpp"
#include "tyche/simulation/random.hpp"

namespace tyche::simulation::flows {

struct Moment {
  const Token& token;
  double time = 0;
  std::size_t queue = 0;  // of the place
  std::uint32_t free = 0;
};

/// Operands draw in their order. Bad parameters give NaN.
double value_of(const Program& program, std::uint32_t node, Random& random, const Moment& moment);

}  // namespace tyche::simulation::flows
