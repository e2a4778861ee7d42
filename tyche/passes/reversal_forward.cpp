#include <algorithm>

#include "tyche/passes/activity.hpp"
#include "tyche/passes/derivatives.hpp"
#include "tyche/passes/masked.hpp"
#include "tyche/passes/reversal.hpp"

namespace tyche::passes {

Sweep::Sweep(const std::vector<Instruction>& b, std::span<const Value> s) : body(b), seeds(s) {
  for (std::size_t k = 0; k < body.size(); ++k) {
    for_each_operand(body[k], [&](const Value& v) { users[v.id].push_back(k); });
    for (Value v : body[k].results) position[v.id] = k;
  }
}

Reversal::Reversal(Program& program)
    : program_(program),
      active_(active_values(program)),
      once_(stored_once(program)),
      locals_(locals_of(program)),
      masked_(masked_values(program)),
      constants_(program) {}

void Reversal::both_ways(Builder& b, const std::vector<Instruction>& body,
                         std::span<const Value> seeds, Scope& scope) {
  const Sweep sweep(body, seeds);
  std::vector<Step> steps;
  steps.reserve(body.size());
  for (std::size_t k = 0; k + 1 < body.size(); ++k) steps.push_back(forward(b, sweep, k));
  const std::vector<Value>& yields = body.back().operands;
  for (std::size_t k = 0; k < yields.size(); ++k) {
    if (k >= seeds.size() || !seeds[k].exists() || !active(yields[k])) continue;
    if (scalar(yields[k])) {
      accumulate(b, scope, yields[k], seeds[k]);
    } else {
      buffers_.add_all(b, yields[k], seeds[k]);
    }
  }
  for (std::size_t k = steps.size(); k-- > 0;) backward(b, steps[k], scope);
}

bool Reversal::concerns(const Instruction& i) const {
  const auto is_active = [this](Value v) { return active(v); };
  return std::ranges::any_of(i.results, is_active) ||
         std::ranges::any_of(effects(i, locals_).writes, is_active);
}

void Reversal::unsupported(const Instruction& i) {
  if (error_) return;
  std::string where = "log density";
  if (i.location >= 0) {
    const ir::Location& at = program_.locations[std::size_t(i.location)];
    where = at.file + ":" + std::to_string(at.line);
  }
  error_ = Error{where, "operations that have a derivative",
                 "`" + std::string(ir::info(i.op).name) + "` of a parameter",
                 "write this part without it"};
}

Step Reversal::forward(Builder& b, const Sweep& sweep, std::size_t position) {
  Step step{.instruction = sweep.body[position]};
  const Instruction& i = step.instruction;
  b.at(i.location);
  switch (i.op) {
    case Op::store:
    case Op::add_to:
      forward_store(b, step);
      break;
    case Op::plate:
      forward_plate(b, sweep, position, step);
      break;
    case Op::for_loop:
    case Op::while_loop:
      forward_loop(b, step);
      break;
    case Op::if_else:
      save_locals(b, step);
      append_stripped(b, i);
      break;
    case Op::reject:
    case Op::print:
      if (frozen_ == 0) b.append(i);  // once is enough
      break;
    default:
      b.append(i);
  }
  declare_buffers(b, i);
  return step;
}

void Reversal::forward_store(Builder& b, Step& step) {
  const Instruction& i = step.instruction;
  const Value target = i.operands[0];
  if (beyond_plate(target)) return;
  if (once(target)) {
    if (target.id >= frozen_) b.append(i);
    return;
  }
  step.old = b.emit(Op::load, std::span(i.operands).first(i.operands.size() - 1));
  b.append(i);
}

void Reversal::save_locals(Builder& b, Step& step) {
  if (!concerns(step.instruction)) return;
  for (Value v : overwritten(step.instruction)) {
    step.saved.emplace_back(v, b.emit(Op::load, {v}));
  }
}

std::optional<Value> Reversal::early_adjoint(Builder& b, const Sweep& sweep, Value v,
                                             std::size_t position) const {
  const auto users = sweep.users.find(v.id);
  if (users == sweep.users.end() || users->second.size() != 1) return {};
  const Instruction& user = sweep.body[users->second[0]];
  if (user.op == Op::yield) {
    const auto k = std::ranges::find(user.operands, v) - user.operands.begin();
    if (std::size_t(k) >= sweep.seeds.size() || !sweep.seeds[std::size_t(k)].exists()) return {};
    return sweep.seeds[std::size_t(k)];
  }
  if (user.results.size() != 1) return {};
  const auto known_before = [&](Value c) {
    const auto at = sweep.position.find(c.id);
    return at == sweep.position.end() || at->second < position;
  };
  const bool first = user.operands[0] == v;
  switch (user.op) {
    case Op::add:
      return early_adjoint(b, sweep, user.results[0], position);
    case Op::neg:
    case Op::sub: {
      const auto w = early_adjoint(b, sweep, user.results[0], position);
      if (!w || (first && user.op == Op::sub)) return w;
      return b.emit(Op::neg, {*w});
    }
    case Op::mul:
    case Op::div: {
      const Value c = user.operands[first ? 1 : 0];
      if (!known_before(c) || (user.op == Op::div && !first)) return {};
      if (masked(user.results[0]) && !vanishes(user, first ? 0 : 1, constants_)) return {};
      const auto w = early_adjoint(b, sweep, user.results[0], position);
      return w ? std::optional(b.emit(user.op, {*w, c})) : std::nullopt;
    }
    default:
      return {};
  }
}

bool Reversal::fusable(const Sweep& sweep, const Instruction& plate) const {
  for (std::size_t k = 0; k < std::size_t(plate.integer); ++k) {
    if (active(plate.results[k]) && sweep.users.contains(plate.results[k].id)) return false;
  }
  const Effects e = effects(plate, locals_);
  if (!e.writes.empty()) return false;
  return std::ranges::all_of(e.reads, [this](Value v) { return once(v); });
}

void Reversal::forward_plate(Builder& b, const Sweep& sweep, std::size_t position, Step& step) {
  const Instruction& i = step.instruction;
  if (!concerns(i)) return append_stripped(b, i);
  const std::size_t mapped = std::size_t(i.integer);
  std::vector<Value> seeds(i.results.size());
  bool together = fusable(sweep, i);
  for (std::size_t k = mapped; together && k < seeds.size(); ++k) {
    if (!active(i.results[k])) continue;
    const auto w = early_adjoint(b, sweep, i.results[k], position);
    together = w.has_value();
    if (w) seeds[k] = *w;
  }
  if (!together) {
    save_locals(b, step);
    return append_stripped(b, i);
  }
  step.done = true;
  Instruction plate = i;
  Region& body = plate.regions[0];
  Region out{.arguments = body.arguments, .body = {}};
  Builder inner(program_, out);
  Scope scope;
  both_ways(inner, body.body, seeds, scope);
  std::vector<Value> yields = yield_of(body).operands;
  for (Value v : free_scalars(i)) {
    const Value w = take(scope, v);
    if (!w.exists()) continue;
    yields.push_back(w);
    plate.results.push_back(program_.new_value(Type::real()));
    step.given.emplace_back(v, plate.results.back());
  }
  inner.yield(yields);
  plate.regions[0] = std::move(out);
  b.append(std::move(plate));
}

void Reversal::declare_buffers(Builder& b, const Instruction& i) {
  for (Value v : i.results) {
    if (!active(v) || scalar(v)) continue;
    const bool part = i.op == Op::load || i.op == Op::slice;
    if (part && (!local(i.operands[0]) || once(i.operands[0]))) {
      buffers_.set_view(v, i);
    } else if (program_.type(v).is_container()) {
      buffers_.set(v, zeros(b, program_.type(v)));
    } else {
      unsupported(i);
    }
  }
}

void Reversal::append_stripped(Builder& b, const Instruction& i) const {
  Instruction copy = i;
  for (Region& region : copy.regions) strip(region);
  b.append(std::move(copy));
}

/// What is computed again needs no second store of the same value, no second message.
void Reversal::strip(Region& region) const {
  if (frozen_ == 0) return;
  std::erase_if(region.body, [this](const Instruction& i) {
    if (i.op == Op::store) return once(i.operands[0]) && i.operands[0].id < frozen_;
    if (i.op == Op::add_to) return beyond_plate(i.operands[0]);
    return i.op == Op::reject || i.op == Op::print;
  });
  for (Instruction& i : region.body) {
    for (Region& inner : i.regions) strip(inner);
  }
}

}  // namespace tyche::passes
