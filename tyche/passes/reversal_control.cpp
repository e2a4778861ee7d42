#include <algorithm>

#include "tyche/passes/reversal.hpp"

namespace tyche::passes {
namespace {

/// While it lives, a bound on ids has another value.
class Recomputing {
 public:
  Recomputing(std::size_t& bound, std::size_t values) : bound_(bound), before_(bound) {
    bound = values;
  }
  ~Recomputing() { bound_ = before_; }
  Recomputing(const Recomputing&) = delete;
  Recomputing& operator=(const Recomputing&) = delete;

 private:
  std::size_t& bound_;
  std::size_t before_;
};

}  // namespace

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

/// What the loop carries at the beginning of iteration t; locals are put back to that time too.
/// Iterations that the tapes do not hold are run again from the last that they do.
std::vector<Value> Reversal::state_before(Builder& b, const Step& step, Value t) {
  const Instruction& i = step.instruction;
  const Value at = step.known_trip ? t : b.emit(Op::min, {t, b.integer(step.capacity - 1)});
  std::vector<Value> state;
  for (Value tape : step.tapes) state.push_back(b.load(tape, {at}));
  for (const auto& [v, tape] : step.saved) b.store(v, {}, b.load(tape, {at}));
  if (step.known_trip) return state;
  const Region& body = i.regions.back();
  const std::size_t skip = i.op == Op::for_loop ? 1 : 0;
  return b.for_loop(b.emit(Op::sub, {t, at}), state,
                    [&](Builder& inner, Value r, std::span<const Value> carried) {
                      Renaming names;
                      if (skip == 1) names[body.arguments[0].id] = inner.emit(Op::add, {at, r});
                      for (std::size_t k = 0; k < carried.size(); ++k) {
                        names[body.arguments[k + skip].id] = carried[k];
                      }
                      Region again{.arguments = {}, .body = copy_body(body, std::move(names))};
                      const std::vector<Value> yields = yield_of(again).operands;
                      again.body.pop_back();
                      strip(again);
                      for (Instruction& one : again.body) inner.append(std::move(one));
                      return yields;
                    });
}

void Reversal::backward_loop(Builder& b, const Step& step, Scope& scope) {
  const Instruction& i = step.instruction;
  const Region& forward = i.regions.back();
  const std::size_t skip = i.op == Op::for_loop ? 1 : 0;
  std::vector<Value> seeds = result_seeds(b, i, scope);
  const Recomputing recomputing(frozen_, program_.values.size());
  const std::vector<Value> free = free_scalars(i);
  const Value last = b.emit(Op::sub, {step.trip, b.integer(1)});

  Instruction loop{.op = Op::for_loop, .operands = {step.trip}};
  Region out{.arguments = {program_.new_value(Type::integer())}, .body = {}};
  Builder inner(program_, out);
  const auto carry = [&](Value initial) {
    loop.operands.push_back(initial.exists() ? initial : b.real(0));
    loop.results.push_back(program_.new_value(Type::real()));
    out.arguments.push_back(program_.new_value(Type::real()));
    return out.arguments.back();
  };
  const Value t = inner.emit(Op::sub, {last, out.arguments[0]});
  Renaming names;
  if (skip == 1) names[forward.arguments[0].id] = t;
  const std::vector<Value> before = state_before(inner, step, t);
  for (std::size_t k = 0; k < seeds.size(); ++k) {
    names[forward.arguments[k + skip].id] = before[k];
    if (active(i.results[k]) && scalar(i.results[k])) seeds[k] = carry(seeds[k]);
  }
  std::vector<Value> sums;
  for (Value v : free) sums.push_back(carry(take(scope, v)));
  const std::vector<Instruction> body = copy_body(forward, names);
  for (Value v : before) {
    if (active(v) && !scalar(v)) buffers_.set(v, zeros(inner, program_.type(v)));
  }
  Scope inner_scope;
  both_ways(inner, body, seeds, inner_scope);

  std::vector<Value> yields;
  for (std::size_t k = 0; k < seeds.size(); ++k) {
    if (!active(i.results[k])) continue;
    if (scalar(i.results[k])) {
      const Value w = take(inner_scope, before[k]);
      yields.push_back(w.exists() ? w : inner.real(0));
    } else {
      inner.store(seeds[k], {}, buffers_.whole(inner, before[k]));
    }
  }
  for (std::size_t k = 0; k < free.size(); ++k) {
    const Value w = take(inner_scope, free[k]);
    yields.push_back(w.exists() ? inner.emit(Op::add, {sums[k], w}) : sums[k]);
  }
  inner.yield(yields);
  loop.regions.push_back(std::move(out));
  const std::vector<Value> results = loop.results;
  b.append(std::move(loop));

  // The sums so far went into the loop: its results replace them.
  std::size_t next = results.size() - free.size();
  for (Value v : free) scope[v.id] = results[next++];
  next = 0;
  for (std::size_t k = 0; k < seeds.size(); ++k) {
    if (!active(i.results[k])) continue;
    const Value initial = i.operands[k + skip];
    if (scalar(i.results[k])) {
      if (active(initial)) accumulate(b, scope, initial, results[next]);
      ++next;
    } else if (active(initial)) {
      buffers_.add_all(b, initial, seeds[k]);
    }
  }
}

}  // namespace tyche::passes
