// What a state-space model is made of, in its source program.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {

inline std::int64_t state_size(const Type& type) {
  return type.kind == Kind::real ? 1 : type.size();
}

/// The parts, and where values lie in the input and the state.
struct StateSpaceForm {
  const Program& program;
  const std::vector<std::string>& names;
  std::size_t scan = 0;  // where in the body of `density`
  std::vector<std::int64_t> parameter_offsets = {};
  std::int64_t parameters = 0, carried = 0, state = 0, steps = 0;
  std::vector<Value> extras = {};  // of the step, read by observations, not carried
  std::unordered_map<std::uint32_t, std::int64_t> places =
      {};  // in the state, of values of the step

  const Instruction& the_scan() const { return program.density.body[scan]; }
  bool is_parameter(const std::string& name) const {
    return std::ranges::find(names, name) != names.end();
  }
  bool is_observed(const std::string& name) const {
    return std::ranges::find(program.data, name, &ir::Data::name) != program.data.end();
  }
  std::string place(const Instruction& at) const {
    const std::string name = at.name.empty() ? std::string(ir::info(at.op).name) : at.name;
    if (at.location < 0) return name;
    const ir::Location& where = program.locations[std::size_t(at.location)];
    return name + " (" + where.file + ":" + std::to_string(where.line) + ")";
  }
};

/// Whether the instruction, or one inside, draws the state; or is an observation or a term.
bool draws_state(const StateSpaceForm& form, const Instruction& root);
bool weighs(const StateSpaceForm& form, const Instruction& root);

/// Finds the parts of form.program and checks them; an Error as state_space tells it.
std::optional<Error> analyse(StateSpaceForm& form);

}  // namespace tyche::passes
