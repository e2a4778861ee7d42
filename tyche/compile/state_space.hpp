// The bridge of state-space models: a program with a scan becomes what a particle filter runs.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tyche/compile/compiled.hpp"
#include "tyche/contracts/state_space.hpp"

namespace tyche {

/// The parameters are those named, constrained, in that order; the state and the errors are those
/// of passes/state_space. `settings.run` is not read.
Result<std::shared_ptr<const StateSpace>> compile_state_space(
    const ir::Program& program, const std::vector<std::string>& parameters, const ir::DataSet& data,
    const CompileSettings& settings = {});

}  // namespace tyche
