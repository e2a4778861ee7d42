// From a model with a scan to the three programs that a particle filter runs.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/ir/value.hpp"

namespace tyche::passes {

enum class NoiseKind : std::uint8_t { uniform, normal };

/// Each program's density takes one vector: time, parameters (constrained, in the order named),
/// state (not `initial`), noise (not `observation`). `initial` and `transition` yield (0, state),
/// `observation` yields the log density.
struct StateSpacePrograms {
  ir::Program initial, transition, observation;
  std::int64_t parameters = 0, state = 0, steps = 0;
  std::vector<NoiseKind> initial_noise, transition_noise;
};

/// Takes the one scan of `density` that holds choices. Choices named in `parameters` are arguments;
/// others before the scan are drawn for the initial state, those in the scan for the transition;
/// choices with data are observed. The state is what the scan carries, then whatever else of the
/// step its observations read. Errors name the choice: no such scan, an observation outside it, a
/// step that reads an unnamed parameter, a sampler that rejects, a prior told as a term.
Result<StateSpacePrograms> state_space(ir::Program program,
                                       const std::vector<std::string>& parameters,
                                       const ir::DataSet& data);

}  // namespace tyche::passes
