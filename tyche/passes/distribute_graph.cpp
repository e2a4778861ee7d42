#include "tyche/passes/distribute_graph.hpp"

#include <algorithm>

namespace tyche::passes {

constexpr std::size_t most_variables = 64;  // as many as a set holds

Dependences::Dependences(const Instruction& loop, std::int64_t count, const Surroundings& around)
    : loop_(loop),
      around_(around),
      arguments_(loop.regions[0].arguments),
      body_(loop.regions[0].body.data(), loop.regions[0].body.size() - 1),
      yields_(yield_of(loop.regions[0]).operands) {
  plan_.count = count;
}

bool Dependences::find() {
  if (!fits()) return false;
  note_uses();
  memory();
  if (variables_ > most_variables) return false;
  find_sums();
  find_cycles();
  return true;
}

bool Dependences::fits() const {
  const auto scalar = [this](Value v) { return around_.program.type(v).is_scalar(); };
  if (!std::ranges::all_of(arguments_, scalar)) return false;
  return std::ranges::all_of(body_, [this](const Instruction& i) {
    bool loops = i.op == Op::while_loop;
    for (const Region& r : i.regions) {
      for_each_instruction(r, [&](const Instruction& at) { loops |= at.op == Op::while_loop; });
    }
    return !loops && i.op != Op::local && !effects(i, around_.locals).ordered;
  });
}

void Dependences::note_uses() {
  for (std::size_t k = 1; k < arguments_.size(); ++k) plan_.carried[arguments_[k]] = k - 1;
  for (std::size_t p = 0; p < body_.size(); ++p) {
    for (Value v : body_[p].results) plan_.places[v] = p;
  }
  for (std::size_t p = 0; p < body_.size(); ++p) {
    std::vector<Value> from = free_values(body_[p]);
    std::erase_if(from, [this](Value v) { return !plan_.places.contains(v) && !carried(v); });
    operands_.push_back(std::move(from));
    for_each_operand(body_[p], [&](Value v) { ++uses_[v]; });
  }
  for (Value v : yields_) ++uses_[v];
  find_row();
  plan_.part.assign(body_.size(), 0);
  plan_.carries.assign(yields_.size(), Carry::shifted);
  plan_.loops.assign(yields_.size(), 0);
  for (Value v : loop_.results) plan_.used.push_back(around_.uses[v.id] > 0);
  variables_ = yields_.size();
  bound_.assign(body_.size(), 0);
  roots_.assign(body_.size(), 0);
  dropped_.assign(body_.size(), 0);
  depends_.assign(body_.size(), 0);
  feeds_.assign(body_.size(), 0);
}

void Dependences::find_row() {
  plan_.row = arguments_[0];
  const auto p = sole_user(plan_.row);
  std::int64_t last = 0;
  if (!p || body_[*p].op != Op::sub || body_[*p].operands[1] != plan_.row) return;
  if (!around_.constants.integer(body_[*p].operands[0], last) || last != plan_.count - 1) return;
  plan_.reversed = true;
  plan_.row = body_[*p].results[0];
}

std::optional<std::size_t> Dependences::carried(Value v) const {
  const auto at = plan_.carried.find(v);
  return at == plan_.carried.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::size_t> Dependences::place(Value v) const {
  const auto at = plan_.places.find(v);
  return at == plan_.places.end() ? std::nullopt : std::optional(at->second);
}

void Dependences::memory() {
  std::map<Value, Touches> touched;
  for (std::size_t p = 0; p < body_.size(); ++p) {
    const Effects e = effects(body_[p], around_.locals);
    roots_[p] = !e.writes.empty();
    for (Value v : e.reads) ++touched[v].reads;
    for (Value v : e.writes) count_writes(body_[p], v, touched[v]);
    for (const auto* set : {&e.reads, &e.writes}) {
      for (Value v : *set) touched[v].all.push_back(p);
    }
  }
  for (const auto& [v, t] : touched) {
    if (t.stores == 0 && (t.adds == 0 || t.reads == 0)) continue;
    written_.insert(v);
    const Instruction& i = body_[t.all[0]];
    const bool each_once = t.all.size() == 1 && t.stores == 1 && t.adds == 0 && i.op == Op::store &&
                           i.operands.size() == 3 && i.operands[1] == plan_.row;
    if (!each_once) {
      pin(t);
    } else if (whole(v, i.operands[2])) {
      plan_.mapped.insert(t.all[0]);
    } else {
      bound_[t.all[0]] = 1;
    }
  }
}

void Dependences::count_writes(const Instruction& i, Value v, Touches& t) {
  if (i.op == Op::store && i.operands[0] == v) ++t.stores;
  if (i.op == Op::add_to && i.operands[0] == v) ++t.adds;
  for (const Region& region : i.regions) {
    for (const Instruction& inner : region.body) count_writes(inner, v, t);
  }
}

bool Dependences::whole(Value local, Value element) const {
  const Type& type = around_.program.type(element);
  return type.is_scalar() && type.kind != Kind::boolean &&
         around_.program.type(local) == ir::stacked(type, plan_.count) &&
         around_.writers[local.id] == 1 && !around_.before[local.id];
}

void Dependences::pin(const Touches& t) {
  if (variables_ < most_variables) {
    for (std::size_t p : t.all) {
      depends_[p] |= bit(variables_);
      feeds_[p] |= bit(variables_);
    }
  }
  ++variables_;
}

int Dependences::uses(Value v) const {
  const auto at = uses_.find(v);
  return at == uses_.end() ? 0 : at->second;
}

std::optional<std::size_t> Dependences::sole_user(Value v) const {
  if (uses(v) != 1) return {};
  for (std::size_t p = 0; p < body_.size(); ++p) {
    if (std::ranges::find(body_[p].operands, v) != body_[p].operands.end()) return p;
  }
  return {};
}

bool Dependences::real_sum(const Instruction& i) const {
  return (i.op == Op::add || i.op == Op::sub || i.op == Op::neg) &&
         around_.program.type(i.results[0]).kind == Kind::real;
}

void Dependences::find_sums() {
  for (std::size_t k = 0; k < yields_.size(); ++k) {
    std::vector<std::size_t> chain;
    Value sum = arguments_[k + 1];
    while (const auto p = sole_user(sum)) {
      const Instruction& i = body_[*p];
      if (!real_sum(i) || i.op == Op::neg || (i.op == Op::sub && i.operands[0] != sum)) break;
      chain.push_back(*p);
      sum = i.results[0];
    }
    if (chain.empty() || sum != yields_[k] || uses(sum) != 1) continue;
    plan_.carries[k] = Carry::summed;
    sum = arguments_[k + 1];
    for (std::size_t p : chain) {
      const Instruction& i = body_[p];
      const bool first = i.operands[0] == sum;
      dropped_[p] = 1;
      take_apart(k, i.operands[first ? 1 : 0], i.op == Op::sub);
      sum = i.results[0];
    }
  }
}

void Dependences::take_apart(std::size_t k, Value v, bool minus) {
  const auto p = place(v);
  if (!p || uses(v) != 1 || !real_sum(body_[*p])) {
    plan_.summands.push_back({k, v, minus});
    return;
  }
  const Instruction& i = body_[*p];
  dropped_[*p] = 1;
  take_apart(k, i.operands[0], i.op == Op::neg ? !minus : minus);
  if (i.op != Op::neg) take_apart(k, i.operands[1], i.op == Op::sub ? !minus : minus);
}

std::vector<Dependences::Set> Dependences::find_reach() {
  std::vector<Set> reach(variables_, 0);
  for (std::size_t p = 0; p < body_.size(); ++p) {
    if (!dropped_[p]) depends_[p] |= depends(operands_[p]);
  }
  for (std::size_t k = 0; k < yields_.size(); ++k) {
    if (summed(k)) continue;
    reach[k] = depends(std::span(&yields_[k], 1));
    if (const auto p = place(yields_[k])) feeds_[*p] |= bit(k);
  }
  for (std::size_t p = body_.size(); p-- > 0;) {
    for (Value v : operands_[p]) {
      const auto q = place(v);
      if (q && !dropped_[p]) feeds_[*q] |= feeds_[p];
    }
  }
  for (std::size_t x = yields_.size(); x < variables_; ++x) {
    for (std::size_t p = 0; p < body_.size(); ++p) {
      if (feeds_[p] & bit(x)) reach[x] |= depends_[p];
    }
  }
  for (std::size_t via = 0; via < variables_; ++via) {
    for (Set& r : reach) {
      if (r & bit(via)) r |= reach[via];
    }
  }
  return reach;
}

void Dependences::find_cycles() {
  const std::vector<Set> reach = find_reach();
  for (std::size_t k = 0; k < variables_; ++k) {
    Set same = 0;
    for (std::size_t l = 0; l < variables_; ++l) {
      if ((reach[k] & bit(l)) && (reach[l] & bit(k))) same |= bit(l);
    }
    cycle_.push_back(same);
    if (same && k < yields_.size()) plan_.carries[k] = Carry::looped;
  }
  for (std::size_t p = 0; p < body_.size(); ++p) {
    for (std::size_t k = 0; k < variables_; ++k) {
      if ((depends_[p] & bit(k)) && (feeds_[p] & cycle_[k])) bound_[p] = 1;
    }
  }
}

Dependences::Set Dependences::depends(std::span<const Value> values) const {
  Set out = 0;
  for (Value v : values) {
    const auto k = carried(v);
    const auto p = place(v);
    if (k && !summed(*k)) out |= bit(*k);
    if (p) out |= depends_[*p];
  }
  return out;
}

}  // namespace tyche::passes
