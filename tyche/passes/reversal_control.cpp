#include <algorithm>

#include "tyche/passes/reversal.hpp"

namespace tyche::passes {
std::vector<Value> Reversal::free_scalars(const Instruction& i) const {
  std::vector<Value> out;
  for (const Region& region : i.regions) {
    for (Value v : free_values(region)) {
      if (active(v) && scalar(v) && std::ranges::find(out, v) == out.end()) out.push_back(v);
    }
  }
  return out;
}

std::vector<Value> Reversal::result_seeds(Builder& b, const Instruction& i, Scope& scope) {
  std::vector<Value> seeds;
  for (Value v : i.results) {
    if (!active(v)) {
      seeds.emplace_back();
    } else {
      seeds.push_back(scalar(v) ? take(scope, v) : buffers_.whole(b, v));
    }
  }
  return seeds;
}

void Reversal::restore(Builder& b, const Step& step) const {
  for (const auto& [v, copy] : step.saved) b.store(v, {}, copy);
}

std::vector<Instruction> Reversal::copy_body(const Region& region, Renaming names) {
  std::vector<Instruction> out;
  out.reserve(region.body.size());
  for (const Instruction& i : region.body) out.push_back(copied(program_, i, names));
  for (std::vector<char>* marks : {&active_, &once_, &locals_, &masked_}) {
    marks->resize(program_.values.size(), 0);
    for (const auto& [old, now] : names) (*marks)[now.id] = (*marks)[old];
  }
  for (const auto& [old, now] : names) constants_.copy(old, now);
  return out;
}

void Reversal::backward_plate(Builder& b, const Step& step, Scope& scope) {
  const Instruction& i = step.instruction;
  const std::vector<Value> result_adjoints = result_seeds(b, i, scope);
  restore(b, step);
  const Recomputing recomputing(frozen_, program_.values.size());
  const Recomputing beyond(plate_floor_, program_.values.size());
  Instruction plate{.op = Op::plate, .operands = i.operands, .order = i.order};
  Region out{.arguments = {program_.new_value(Type::integer())}, .body = {}};
  Builder inner(program_, out);
  const Value index = out.arguments[0];
  const std::vector<Instruction> body =
      copy_body(i.regions[0], {{i.regions[0].arguments[0].id, index}});
  std::vector<Value> seeds = result_adjoints;
  for (std::size_t k = 0; k < std::size_t(i.integer); ++k) {
    if (seeds[k].exists()) seeds[k] = inner.load(result_adjoints[k], {index});
  }
  Scope inner_scope;
  both_ways(inner, body, seeds, inner_scope);
  std::vector<Value> yields, changed;
  for (Value v : free_scalars(i)) {
    const Value w = take(inner_scope, v);
    if (!w.exists()) continue;
    changed.push_back(v);
    yields.push_back(w);
    plate.results.push_back(program_.new_value(Type::real()));
  }
  inner.yield(yields);
  plate.regions.push_back(std::move(out));
  const std::vector<Value> results = plate.results;
  b.append(std::move(plate));
  for (std::size_t k = 0; k < changed.size(); ++k) accumulate(b, scope, changed[k], results[k]);
}

void Reversal::backward_branch(Builder& b, const Step& step, Scope& scope) {
  const Instruction& i = step.instruction;
  const std::vector<Value> seeds = result_seeds(b, i, scope);
  restore(b, step);
  const Recomputing recomputing(frozen_, program_.values.size());
  const std::vector<Value> free = free_scalars(i);
  Instruction branch{.op = Op::if_else, .operands = i.operands, .regions = {{}, {}}};
  Scope scopes[2];
  for (std::size_t side = 0; side < 2; ++side) {
    Builder inner(program_, branch.regions[side]);
    both_ways(inner, copy_body(i.regions[side], {}), seeds, scopes[side]);
  }
  std::vector<Value> yields[2], changed;
  for (Value v : free) {
    const Value w[2] = {take(scopes[0], v), take(scopes[1], v)};
    if (!w[0].exists() && !w[1].exists()) continue;
    changed.push_back(v);
    branch.results.push_back(program_.new_value(Type::real()));
    for (std::size_t side = 0; side < 2; ++side) {
      Builder inner(program_, branch.regions[side]);
      yields[side].push_back(w[side].exists() ? w[side] : inner.real(0));
    }
  }
  for (std::size_t side = 0; side < 2; ++side) {
    Builder(program_, branch.regions[side]).yield(yields[side]);
  }
  const std::vector<Value> results = branch.results;
  b.append(std::move(branch));
  for (std::size_t k = 0; k < changed.size(); ++k) accumulate(b, scope, changed[k], results[k]);
}

}  // namespace tyche::passes
