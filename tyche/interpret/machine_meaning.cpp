// Choices, terms, outputs, draws, rejections and prints.
#include <algorithm>
#include <cassert>

#include "tyche/interpret/machine.hpp"

namespace tyche::interpret {

using ir::Op;

Flow Machine::meaning(const Node& node) {
  switch (node.at->op) {
    case Op::choice:
      return choice(node);
    case Op::term: {
      *sum_ = added(node.summand, *sum_);
      if (task_.record == Record::terms) {
        const std::int64_t observation = node.in.size() > 1 ? in(node, 1).integer : -1;
        terms_.push_back({node.at->role, observation, in(node, 0).real, node.at->location});
      }
      return Flow::next;
    }
    case Op::output:
      return output(node);
    case Op::reject:
      return reject(node, node.at->name.empty() ? "rejected" : node.at->name);
    case Op::print:
      print(node);
      return Flow::next;
    default:
      return draw(node);
  }
}

Flow Machine::draw(const Node& node) {
  if (task_.generator == nullptr) return reject(node, "a random draw outside the outputs");
  cell(node.out[0]).real =
      node.at->op == Op::draw_uniform ? task_.generator->uniform() : task_.generator->normal();
  return Flow::next;
}

Flow Machine::choice(const Node& node) {
  Cell value;
  Term term{.role = ir::Role::prior, .value = 0, .location = node.at->location};
  const Flow found = task_.choices == Choices::simulated ? draw_choice(node, value)
                                                         : find_choice(node, value, term);
  if (found != Flow::next) return found;
  std::vector<Cell> arguments{value};
  for (Slot slot : node.in) arguments.push_back(cell(slot));
  const Block& log_density = node.blocks[0];
  if (const Flow flow = run(log_density, arguments); flow != Flow::next) return flow;
  term.value = cell(log_density.yields[0].value).real;
  *sum_ += term.value;
  if (task_.record == Record::terms) terms_.push_back(term);
  const ir::Type& type = bound_.program->type(node.at->results[0]);
  if (!choices_.record(node.at->name, loops_, to_array(value, type))) {
    return reject(node,
                  "choice " + node.at->name + " made twice at the same place, or in two shapes");
  }
  give(node, std::move(value));
  return Flow::next;
}

Flow Machine::draw_choice(const Node& node, Cell& value) {
  if (node.blocks.size() < 4 || !node.blocks[3].yielding) {
    return reject(node, "choice " + node.at->name + " has no sampler");
  }
  const Block& sampler = node.blocks[3];
  const std::vector<Cell> parameters = gather(node.in);
  if (const Flow flow = run(sampler, parameters); flow != Flow::next) return flow;
  value = cell(sampler.yields[0].value);
  return Flow::next;
}

Flow Machine::find_choice(const Node& node, Cell& value, Term& term) {
  const std::string& name = node.at->name;
  if (task_.choices == Choices::none) return reject(node, "choice " + name + " is not resolved");
  const ir::Array* values = nullptr;
  if (const auto given = task_.given->find(name); given != task_.given->end()) {
    values = &given->second;
  } else if (const auto data = bound_.data->find(name); data != bound_.data->end()) {
    values = &data->second;
    term.role = ir::Role::likelihood;
  } else {
    return reject(node, "choice " + name + " has no value");
  }
  std::vector<std::int64_t> at;
  std::int64_t observation = 0;
  for (const LoopIndex& loop : loops_) {
    at.push_back(loop.index);
    observation = observation * loop.count + loop.index;
  }
  if (at.empty()) {
    value = to_cell(*values);
  } else {
    if (at.size() > values->type.shape().size()) {
      return reject(node, "choice " + name + ": its value has fewer indices than loops around it");
    }
    const Part part = locate(values->type, at);
    if (part.outside >= 0) return reject(node, "choice " + name + ": value has too few elements");
    value = load(*values, part);
  }
  if (term.role == ir::Role::likelihood) term.observation = observation;
  return Flow::next;
}

Flow Machine::output(const Node& node) {
  const bool fits = outputs_.record(node.at->name, loops_, to_array(in(node, 0), type_of(node, 0)));
  if (fits) return Flow::next;
  return reject(node, "output " + node.at->name + " twice at the same place, or in two shapes");
}

void Machine::print(const Node& node) {
  std::vector<ir::Array> values;
  for (std::size_t k = 0; k < node.in.size(); ++k) {
    values.push_back(to_array(in(node, k), type_of(node, k)));
  }
  printed_.push_back(print_line(node.at->name, values));
}

std::string print_line(std::string text, std::span<const ir::Array> values) {
  for (const ir::Array& value : values) {
    for (double x : value.reals) text += " " + std::to_string(x);
    for (std::int64_t x : value.integers) text += " " + std::to_string(x);
  }
  return text;
}

}  // namespace tyche::interpret
