#include "tyche/simulation/flows/program.hpp"

#include <algorithm>
#include <cmath>

#include "tyche/base/bytes.hpp"
#include "tyche/base/decimals.hpp"
#include "tyche/simulation/flows/json.hpp"
#include "tyche/simulation/random.hpp"

namespace tyche::simulation::flows {
namespace {

/// What a step looks at, or nothing.
const std::string* looked_at(const Decide& decide) {
  const std::string* resource = nullptr;
  each_part(decide.when, [&](const Expression& part) {
    if (is_look(part.op)) resource = &part.name;
  });
  return resource;
}

class Compiler {
 public:
  explicit Compiler(Program& program)
      : program_(program), flow_(program.flow), names_(program.checked.names) {}

  void run() {
    for (const Resource& resource : flow_.resources) {
      program_.places.push_back(
          {.name = resource.name, .resource = std::uint32_t(program_.places.size())});
    }
    for (at_ = 0; at_ < flow_.steps.size(); ++at_) {
      first_.push_back(here());
      std::visit([this](const auto& step) { emit(step); }, flow_.steps[at_]);
    }
    for (const Lead& lead : leads_) {
      program_.code[lead.instruction].to = first_[lead.to];
      program_.code[lead.instruction].otherwise = first_[lead.otherwise];
    }
    for (const LeadOfChance& lead : chances_) {
      program_.chances[lead.list][lead.branch].to = first_[lead.to];
    }
    add_shifts();
  }

 private:
  /// Steps that an instruction leads to, until all steps have their instructions.
  struct Lead {
    std::size_t instruction, to, otherwise;
  };
  struct LeadOfChance {
    std::size_t list, branch, to;
  };

  std::uint16_t here() const { return std::uint16_t(program_.code.size()); }

  Instruction& add(Code code, EntityId place = anywhere) {
    Instruction& added = program_.code.emplace_back();
    added.code = code;
    added.place = place;
    added.step = std::uint16_t(at_);
    added.stream = std::uint16_t(at_);
    return added;
  }

  std::uint32_t node(const Expression& e) {
    Node made{.op = e.op, .value = e.value};
    if (e.op == Op::attribute) made.attribute = names_.attributes[e.name];
    made.settled = is_draw(e.op);
    for (std::size_t k = 0; k < e.operands.size(); ++k) {
      made.operands[k] = node(e.operands[k]);
      made.settled = made.settled && e.operands[k].op == Op::constant;
      made.parameters[k] = e.operands[k].value;
    }
    program_.nodes.push_back(made);
    return std::uint32_t(program_.nodes.size() - 1);
  }

  std::size_t step_of(const std::string& label) const { return names_.labels.at(label); }
  void lead(std::size_t to, std::size_t otherwise = 0) {
    leads_.push_back({program_.code.size() - 1, to, otherwise});
  }

  /// Where a step with a memory of its own happens: at the resource that its tokens come to next,
  /// if no time passes till then, so that no event takes them there; else at a place of its own.
  EntityId home(const std::string& name) {
    for (std::size_t at = at_ + 1; at < flow_.steps.size(); ++at) {
      const Step& step = flow_.steps[at];
      const std::string* resource = nullptr;
      if (const auto* seize = std::get_if<Seize>(&step)) resource = &seize->resource;
      if (const auto* decide = std::get_if<Decide>(&step)) resource = looked_at(*decide);
      if (resource != nullptr) return names_.resources[*resource];
      const bool goes_on = std::holds_alternative<Label>(step) ||
                           std::holds_alternative<Assign>(step) ||
                           std::holds_alternative<Batch>(step);
      if (!goes_on) break;
    }
    program_.places.push_back({.name = name});
    return EntityId(program_.places.size() - 1);
  }

  std::uint32_t lists(EntityId place, std::size_t count) {
    const std::uint32_t first = program_.places[place].lists;
    program_.places[place].lists += std::uint32_t(count);
    return first;
  }

  void emit(const Arrive& step) {
    const EntityId place = home(step.name);
    program_.places[place].births.push_back(here());
    Instruction& birth = add(Code::birth, place);
    birth.kind = names_.classes[step.name];
    birth.what = std::uint32_t(program_.origins.size());
    if (!step.every.empty()) birth.expression = node(step.every[0]);
    program_.origins.push_back(step.name);
  }
  void emit(const Seize& step) {
    Instruction& seize = add(Code::seize, names_.resources[step.resource]);
    seize.count = step.units;
    seize.expression = node(step.priority);
  }
  void emit(const Hold& step) { add(Code::hold).expression = node(step.time); }
  void emit(const Release& step) {
    add(Code::release, names_.resources[step.resource]).count = step.units;
  }
  void emit(const Transport& step) {
    const std::uint32_t time = node(step.time);
    if (step.vehicles.empty()) {
      add(Code::hold).expression = time;
      return;
    }
    const EntityId place = names_.resources[step.vehicles];
    Instruction& seize = add(Code::seize, place);
    seize.count = 1;
    seize.expression = node(0);
    add(Code::hold).expression = time;
    Instruction& unload = add(Code::unload, place);
    unload.count = 1;
    unload.expression = node(step.back);
    const std::uint16_t past = std::uint16_t(here() + 2);
    add(Code::jump).to = past;
    add(Code::recover, place).count = 1;
  }
  void emit(const Route& step) {
    if (step.branches.size() == 1) {
      add(Code::jump);
      return lead(step_of(step.branches[0].to));
    }
    add(Code::route).what = std::uint32_t(program_.chances.size());
    auto& chances = program_.chances.emplace_back();
    double sum = 0;
    for (const Branch& branch : step.branches) {
      chances_.push_back({program_.chances.size() - 1, chances.size(), step_of(branch.to)});
      sum += branch.probability;
      chances.push_back({sum, 0});
    }
  }
  void emit(const Decide& step) {
    const std::string* resource = looked_at(step);
    add(Code::decide, resource != nullptr ? names_.resources[*resource] : anywhere).expression =
        node(step.when);
    lead(step_of(step.to), step.otherwise.empty() ? at_ + 1 : step_of(step.otherwise));
  }
  void emit(const Batch& step) {
    const EntityId place = home(stream_name(flow_, at_));
    Instruction& batch = add(step.temporary ? Code::gather : Code::batch, place);
    batch.count = step.size;
    batch.slot = lists(place, 1);
  }
  void emit(const Split& step) {
    if (step.copies == 0) {
      add(Code::members);
      return;
    }
    const std::string name = stream_name(flow_, at_);
    const EntityId place = home(name);
    Instruction& copies = add(Code::copies, place);
    copies.count = step.copies;
    copies.kind = step.as.empty() ? keep_kind : names_.classes[step.as];
    copies.what = std::uint32_t(program_.origins.size());
    copies.joined = program_.checked.paths.joined[at_];
    lead(step.to.empty() ? at_ + 1 : step_of(step.to));
    program_.origins.push_back(name);
  }
  void emit(const Combine& step) {
    if (step.parts.empty()) {
      add(Code::join);
      return;
    }
    const EntityId place = home(stream_name(flow_, at_));
    Instruction& assemble = add(Code::assemble, place);
    assemble.slot = lists(place, step.parts.size());
    assemble.what = std::uint32_t(program_.needs.size());
    auto& needs = program_.needs.emplace_back();
    for (const Part& part : step.parts) needs.push_back({names_.classes[part.name], part.count});
  }
  void emit(const Assign& step) {
    const std::uint32_t value = node(step.value);
    Instruction& assign = add(Code::assign);
    assign.what = names_.attributes[step.attribute];
    assign.expression = value;
  }
  void emit(const Label&) {}
  void emit(const Depart& step) { add(Code::depart).what = names_.exits[step.exit]; }

  void add_shifts() {
    for (std::size_t k = 0; k < flow_.schedules.size(); ++k) {
      const EntityId place = names_.resources[flow_.schedules[k].resource];
      program_.places[place].schedule = std::uint32_t(k);
      program_.places[place].shift = here();
      add(Code::shift, place);
    }
  }

  Program& program_;
  const Flow& flow_;
  const Names& names_;
  std::size_t at_ = 0;
  std::vector<std::uint16_t> first_;  // instruction of each step
  std::vector<Lead> leads_;
  std::vector<LeadOfChance> chances_;
};

void add_keys(Program& program, std::uint64_t seed) {
  const Streams streams(seed);
  for (std::size_t at = 0; at < program.flow.steps.size(); ++at) {
    const std::string step = stream_name(program.flow, at);
    for (const std::string& origin : program.origins) {
      program.keys.push_back(streams.key(origin + ": " + step));
    }
  }
}

/// Steps, names and schedules, but no times, probabilities and capacities.
std::uint64_t shape_of(const Program& program) {
  ByteWriter to;
  for (const Instruction& step : program.code) {
    to.u8(static_cast<std::uint8_t>(step.code));
    for (const std::uint32_t x : {step.place, std::uint32_t{step.to}, std::uint32_t{step.otherwise},
                                  step.count, step.what, step.kind, step.slot}) {
      to.u32(x);
    }
  }
  const Names& names = program.names();
  for (const NameTable* table :
       {&names.resources, &names.classes, &names.attributes, &names.exits}) {
    for (const std::string& name : table->all()) to.text(name);
  }
  to.text(to_json(Flow{.schedules = program.flow.schedules}));
  return std::uint64_t{crc32c(to.bytes())} << 32 | to.bytes().size();
}

}  // namespace

Result<Program> compile(const Flow& flow, std::uint64_t seed, double warmup) {
  auto checked = check(flow);
  if (!checked) return std::unexpected(checked.error());
  if (!(warmup >= 0 && std::isfinite(warmup))) {
    return std::unexpected(Error{"warmup", "a time, 0 or later", decimals(warmup),
                                 "statistics begin there; 0 keeps all"});
  }
  Program program;
  program.flow = flow;
  program.checked = std::move(*checked);
  program.warmup = warmup;
  Compiler(program).run();
  add_keys(program, seed);
  program.shape = shape_of(program);
  program.lookahead = lookahead_of(program);
  return program;
}

}  // namespace tyche::simulation::flows
