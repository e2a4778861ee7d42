#include "tyche/interpret/interpreter.hpp"

#include <utility>

#include "tyche/interpret/machine.hpp"

namespace tyche::interpret {

struct Interpreter::State {
  ir::Program program;
  std::shared_ptr<const ir::DataSet> data;
  std::map<std::string, Cell> data_cells;
  Lowered lowered;
  Bound bound;
  Activation after_prelude;
};

namespace {

bool fits(const ir::Type& found, const ir::Type& declared) {
  if (found.kind != declared.kind || found.dims.size() != declared.dims.size() ||
      found.parts.size() != declared.parts.size()) {
    return false;
  }
  for (std::size_t k = 0; k < found.dims.size(); ++k) {
    if (found.dims[k] < 0) return false;
    if (declared.dims[k] != ir::unknown && declared.dims[k] != found.dims[k]) return false;
  }
  for (std::size_t k = 0; k < found.parts.size(); ++k) {
    if (!fits(found.parts[k], declared.parts[k])) return false;
  }
  return true;
}

Result<void> check_data(const ir::Program& program, const ir::DataSet& data) {
  for (const ir::Data& declared : program.data) {
    const std::string where = "data " + declared.name;
    const std::string expected = ir::to_string(declared.type);
    const auto found = data.find(declared.name);
    if (found == data.end()) {
      return std::unexpected(Error{where, expected, "nothing", "give " + declared.name});
    }
    const ir::Array& array = found->second;
    if (!fits(array.type, declared.type)) {
      return std::unexpected(Error{where, expected, ir::to_string(array.type),
                                   "give data of the declared kind and dims"});
    }
    const bool real = array.type.element() == ir::Kind::real;
    const std::size_t count = real ? array.reals.size() : array.integers.size();
    if (std::int64_t(count) != array.type.size()) {
      return std::unexpected(Error{where, std::to_string(array.type.size()) + " elements",
                                   std::to_string(count),
                                   "give as many numbers as the dims of the array say"});
    }
  }
  return {};
}

Result<void> check_locals(const ir::Program& program, const ir::Region& region) {
  for (const ir::Instruction& at : region.body) {
    if (at.op == ir::Op::local) {
      for (std::int64_t dim : program.type(at.results[0]).shape()) {
        if (dim != ir::unknown) continue;
        return std::unexpected(Error{"local %" + std::to_string(at.results[0].id), "known dims",
                                     ir::to_string(program.type(at.results[0])),
                                     "bind the program's sizes to the data first"});
      }
    }
    for (const ir::Region& inner : at.regions) {
      if (auto checked = check_locals(program, inner); !checked) return checked;
    }
  }
  return {};
}

}  // namespace

Result<Interpreter> Interpreter::create(ir::Program program, ir::DataSet data, Level level) {
  return over(std::move(program), std::make_shared<const ir::DataSet>(std::move(data)), level);
}

Result<Interpreter> Interpreter::over(ir::Program program, std::shared_ptr<const ir::DataSet> data,
                                      Level level) {
  if (auto checked = check_data(program, *data); !checked) {
    return std::unexpected(checked.error());
  }
  for (const ir::Region* region : {&program.prelude, &program.density, &program.outputs}) {
    if (auto checked = check_locals(program, *region); !checked) {
      return std::unexpected(checked.error());
    }
  }
  auto state = std::make_shared<State>();
  state->program = std::move(program);
  state->data = std::move(data);
  for (const ir::Data& declared : state->program.data) {
    state->data_cells[declared.name] = to_cell(state->data->at(declared.name));
  }
  state->lowered = lower(state->program);
  state->bound = {.program = &state->program,
                  .lowered = &state->lowered,
                  .data = state->data.get(),
                  .data_cells = &state->data_cells,
                  .elementary = &elementary(level),
                  .algebra = &linear_algebra(level)};
  Activation entries;
  entries.cells.resize(state->lowered.entries.slots);
  entries.accumulators.resize(std::size_t(state->lowered.entries.accumulators));
  Machine machine(state->bound, {}, std::move(entries));
  if (machine.run(state->lowered.prelude) == Flow::rejected) {
    return std::unexpected(Error{"prelude", "data that the program accepts", machine.why(),
                                 "mend the data: they alone decide this, at every point"});
  }
  state->after_prelude = std::move(machine.entries());
  Interpreter out;
  out.state_ = std::move(state);
  return out;
}

const ir::Program& Interpreter::program() const { return state_->program; }

namespace {

std::vector<ir::Array> yields_of(Machine& machine, const ir::Program& program,
                                 const Block& density) {
  std::vector<ir::Array> out;
  for (std::size_t k = 0; k < density.yields.size(); ++k) {
    const ir::Value value = program.density.body.back().operands[k];
    const Cell& found = machine.entries().cells[density.yields[k].value];
    out.push_back(to_array(found, program.type(value)));
  }
  return out;
}

}  // namespace

Evaluation Interpreter::evaluate(std::span<const double> u, const Task& task,
                                 bool with_outputs) const {
  Machine machine(state_->bound, task, state_->after_prelude);
  const Block& density = state_->lowered.density;
  std::vector<Cell> arguments;
  if (!density.arguments.empty()) {
    ir::Array position{.type = ir::Type::vector(std::int64_t(u.size()))};
    position.reals.assign(u.begin(), u.end());
    arguments.push_back(box_of(std::move(position)));
  }
  Flow flow = machine.run(density, arguments);
  std::vector<ir::Array> yields;
  if (flow != Flow::rejected) yields = yields_of(machine, state_->program, density);
  if (flow != Flow::rejected && with_outputs) flow = machine.run(state_->lowered.outputs);
  Evaluation out = machine.evaluation();
  if (flow != Flow::rejected) out.yields = std::move(yields);
  return out;
}

Evaluation Interpreter::density(std::span<const double> u, Record record) const {
  return evaluate(u, {.record = record}, false);
}

Evaluation Interpreter::outputs(std::span<const double> u, Generator& generator) const {
  return evaluate(u, {.generator = &generator}, true);
}

Evaluation Interpreter::simulate(Generator& generator) const {
  return evaluate(
      {}, {.choices = Choices::simulated, .generator = &generator, .record = Record::terms}, true);
}

Evaluation Interpreter::assess(const ir::DataSet& choices) const {
  return evaluate({}, {.choices = Choices::assessed, .given = &choices, .record = Record::terms},
                  false);
}

}  // namespace tyche::interpret
