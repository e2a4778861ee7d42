#include "tyche/codegen/emitter.hpp"

#include <algorithm>
#include <cassert>

namespace tyche::codegen {

using ir::Instruction;
using ir::Kind;
using ir::Op;
using ir::OpKind;
using ir::Region;
using ir::Value;

int weight(const Instruction& at) {
  int sum = ir::info(at.op).kind == OpKind::elementary && at.op != Op::sqrt ? 25 : 1;
  for (const Region& inner : at.regions) sum += 5 + weight(inner);
  return sum;
}

int weight(const Region& region) {
  int sum = 0;
  for (const Instruction& at : region.body) sum += weight(at);
  return sum;
}

const Instruction* yield_of(const Region& region) {
  if (region.body.empty() || region.body.back().op != Op::yield) return nullptr;
  return &region.body.back();
}

bool leaves_loop(const Region& region) {
  for (const Instruction& at : region.body) {
    if (at.op == Op::break_loop || at.op == Op::continue_loop) return true;
    if (at.op == Op::for_loop || at.op == Op::while_loop) continue;
    for (const Region& inner : at.regions) {
      if (leaves_loop(inner)) return true;
    }
  }
  return false;
}

void Emitter::region(const Region& region) {
  for (std::size_t k = 0; k < region.body.size(); ++k) {
    if (region.body[k].op != Op::yield) instruction(region, k);
  }
}

void Emitter::instruction(const Region& region, std::size_t k) {
  const Instruction& at = region.body[k];
  if (!at.results.empty() && early_.erase(at.results[0]) > 0) return;
  switch (ir::info(at.op).kind) {
    case OpKind::leaf:
      return leaf(at);
    case OpKind::elementary:
      if (joined_call(region, k)) return;
      [[fallthrough]];
    case OpKind::arithmetic:
    case OpKind::logic:
      return scalar(at);
    case OpKind::memory:
      return memory(region, k);
    case OpKind::algebra:
      return algebra(at);
    default:
      break;
  }
  switch (at.op) {
    case Op::for_loop:
      return for_loop(at);
    case Op::plate:
      return plate(at);
    case Op::scan:
      return scan(at);
    case Op::while_loop:
      return while_loop(at);
    case Op::if_else:
      return if_else(at);
    case Op::break_loop:
    case Op::continue_loop:
      return leave(at.op);
    case Op::reject:
      return c_.reject(n_.boolean(true));
    case Op::print:
      return print(at);
    default:
      assert(false && "checked before: an operation that density programs do not have");
  }
}

void Emitter::leaf(const Instruction& at) {
  const Value v = at.results[0];
  if (at.op == Op::data) {
    assert(item(v).exists());
    return;
  }
  const Kind kind = program_.type(v).kind;
  if (kind == Kind::real) return bind(v, {n_.real(at.number)});
  if (kind == Kind::boolean) return bind(v, {n_.boolean(at.integer != 0)});
  constants_[v] = at.integer;
  bind(v, {n_.integer(at.integer)});
}

void Emitter::scalar(const Instruction& at) {
  if (at.op == Op::select && program_.type(at.results[0]).is_container()) return select_arrays(at);
  std::vector<Number> operands;
  for (Value v : at.operands) operands.push_back(number(v));
  const OpKind kind = ir::info(at.op).kind;
  Number out;
  if (kind == OpKind::arithmetic) {
    out = n_.arithmetic(at.op, operands);
  } else if (kind == OpKind::elementary) {
    out = n_.elementary(at.op, operands);
  } else {
    out = n_.logic(at.op, operands);
  }
  bind(at.results[0], {std::move(out)});
}

bool Emitter::joined_call(const Region& region, std::size_t k) {
  const Op op = region.body[k].op;
  if (op != Op::exp && op != Op::lgamma && op != Op::digamma) return false;
  if (!pair_call(region, k, k)) return false;
  if (op != Op::lgamma) return true;
  // A gradient takes digamma of the same arguments: side by side they hide each other's latencies.
  for (std::size_t m = k + 1; m < region.body.size(); ++m) {
    const Instruction& at = region.body[m];
    if (at.op != Op::digamma || early_.contains(at.results[0])) continue;
    if (pair_call(region, m, k)) early_.insert(at.results[0]);
  }
  return true;
}

bool Emitter::surely_loads(const Instruction& at) const {
  if (at.op != Op::load || at.operands.size() != 2) return false;
  const Array& from = array(at.operands[0]);
  const auto index = constants_.find(at.operands[1]);
  return from.constant && from.type.shape().size() == 1 && index != constants_.end() &&
         index->second >= 0 && index->second < from.type.shape()[0];
}

bool Emitter::pair_call(const Region& region, std::size_t k, std::size_t now) {
  const Instruction& at = region.body[k];
  std::map<Value, const Instruction*> later;
  for (std::size_t m = now; m < region.body.size(); ++m) {
    for (Value v : region.body[m].results) {
      if (!early_.contains(v)) later[v] = &region.body[m];
    }
  }
  const auto ready = [&](Value v) {
    const auto found = later.find(v);
    if (found == later.end()) return true;
    const Instruction& made = *found->second;
    const auto known = [&](Value x) { return !later.contains(x); };
    if (!std::ranges::all_of(made.operands, known)) return false;
    if (ir::info(made.op).kind == OpKind::arithmetic) {
      scalar(made);
    } else if (surely_loads(made)) {
      load(made);
    } else {
      return false;
    }
    early_.insert(v);
    later.erase(v);
    return true;
  };
  const Value x = at.operands[0];
  if (!ready(x) || !number(x).uniform()) return false;
  for (std::size_t m = k + 1; m < region.body.size(); ++m) {
    const Instruction& other = region.body[m];
    if (other.op != at.op || early_.contains(other.results[0])) continue;
    const Value y = other.operands[0];
    if (!ready(y) || !number(y).uniform()) continue;
    const auto [first, second] = n_.elementary(at.op, number(x), number(y));
    bind(at.results[0], {first});
    bind(other.results[0], {second});
    early_.insert(other.results[0]);
    return true;
  }
  return false;
}

void Emitter::select_arrays(const Instruction& at) {
  const Array &a = array(at.operands[1]), &b = array(at.operands[2]);
  Array out = a_.make(program_.type(at.results[0]));
  a_.each(out.type, [&](std::span<const Number> i) {
    a_.store(out, i, n_.select(number(at.operands[0]), a_.load(a, i), a_.load(b, i)));
  });
  bind(at.results[0], {std::move(out)});
}

std::vector<Number> Emitter::indices(const Instruction& at, std::size_t count) const {
  std::vector<Number> out;
  for (std::size_t k = 1; k <= count; ++k) out.push_back(number(at.operands[k]));
  return out;
}

void Emitter::memory(const Region& region, std::size_t k) {
  const Instruction& at = region.body[k];
  switch (at.op) {
    case Op::local:
      return make_local(region, k);
    case Op::load:
      return load(at);
    case Op::store:
      return store(at);
    case Op::add_to:
      return add_to(at, region);
    case Op::slice: {
      Array part =
          a_.slice(array(at.operands[0]), number(at.operands[1]), program_.type(at.results[0]));
      if (part.local) part = a_.copied(part);
      part.local = false;
      return bind(at.results[0], {std::move(part)});
    }
    case Op::size: {
      const std::int64_t size = array(at.operands[0]).type.shape()[std::size_t(at.integer)];
      constants_[at.results[0]] = size;
      return bind(at.results[0], {n_.integer(size)});
    }
    case Op::tuple: {
      std::vector<Item> items;
      for (Value v : at.operands) items.push_back(item(v));
      return bind(at.results[0], {std::move(items)});
    }
    default: {
      const auto& items = std::get<std::vector<Item>>(item(at.operands[0]).is);
      Item picked = items[std::size_t(at.integer)];
      return bind(at.results[0], std::move(picked));
    }
  }
}

namespace {

bool mentions(const Instruction& at, Value v) {
  if (std::ranges::find(at.operands, v) != at.operands.end()) return true;
  for (const Region& inner : at.regions) {
    for (const Instruction& instruction : inner.body) {
      if (mentions(instruction, v)) return true;
    }
  }
  return false;
}

/// Whether the plate or loop stores every element of the vector `v` before anything reads one.
bool stores_all(const Instruction& loop, Value v, std::int64_t size, std::int64_t count) {
  if ((loop.op != Op::plate && loop.op != Op::for_loop) || count != size) return false;
  for (const Instruction& at : loop.regions[0].body) {
    if (!mentions(at, v)) continue;
    return at.op == Op::store && at.operands.size() == 3 && at.operands[0] == v &&
           at.operands[1] == loop.regions[0].arguments[0] && at.operands[2] != v;
  }
  return false;
}

}  // namespace

void Emitter::make_local(const Region& region, std::size_t k) {
  const Value v = region.body[k].results[0];
  const ir::Type& type = program_.type(v);
  const auto placed = placed_.find(v);
  Array made = placed == placed_.end() ? a_.make(type) : placed->second;
  made.local = true;
  bind(v, {made});
  if (region.body[k].integer != 0) return;
  for (std::size_t next = k + 1; next < region.body.size(); ++next) {
    const Instruction& at = region.body[next];
    if (!mentions(at, v)) continue;
    const bool loop = at.op == Op::plate || at.op == Op::for_loop;
    const auto count = loop ? constants_.find(at.operands[0]) : constants_.end();
    if (count != constants_.end() && type.shape().size() == 1 &&
        stores_all(at, v, type.size(), count->second)) {
      return;
    }
    break;
  }
  if (type.size() == 0) return;
  const Number value = type.element() == Kind::real ? n_.real(__builtin_nan("")) : n_.integer(0);
  if (made.padded) return a_.fill(made, value);
  a_.each(type, [&](std::span<const Number> i) { a_.store(made, i, value); });
}

void Emitter::load(const Instruction& at) {
  const Array& from = array(at.operands[0]);
  const std::vector<Number> where = indices(at, at.operands.size() - 1);
  const ir::Type& type = program_.type(at.results[0]);
  if (type.is_scalar()) return bind(at.results[0], {a_.load(from, where)});
  Array part = a_.part(from, where, type);
  if (part.local) part = a_.copied(part);
  part.local = false;
  bind(at.results[0], {std::move(part)});
}

void Emitter::store(const Instruction& at) {
  const Array& to = array(at.operands[0]);
  const std::vector<Number> where = indices(at, at.operands.size() - 2);
  const Value value = at.operands.back();
  if (program_.type(value).is_scalar()) return a_.store(to, where, number(value));
  const Array part = a_.part(to, where, program_.type(value));
  a_.copy(part, array(value));
}

Summand Emitter::summand(const Region& region, Value v) const {
  if (program_.type(v).kind == Kind::real) {
    for (const Instruction& at : region.body) {
      if (at.op == Op::mul && at.results[0] == v) {
        return {number(at.operands[0]), number(at.operands[1])};
      }
    }
  }
  return {number(v)};
}

}  // namespace tyche::codegen
