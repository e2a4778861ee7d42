// Adds to containers inside plates: each plate sums for itself, in partial sums, then hands on.
#include <algorithm>
#include <cassert>

#include "tyche/codegen/emitter.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Kind;
using ir::Value;

namespace {

bool same_terms(const Sink& sink) {
  return std::ranges::all_of(sink.indices, [&](const Affine& a) {
    return a.known && !a.inner && a.terms == sink.indices[0].terms &&
           a.step == sink.indices[0].step;
  });
}

bool overlap(Range a, Range b) { return a.low <= b.high && b.low <= a.high; }

Sink merged(Sink a, const Sink& b) {
  a.range = {std::min(a.range.low, b.range.low), std::max(a.range.high, b.range.high)};
  a.adds.insert(a.adds.end(), b.adds.begin(), b.adds.end());
  for (const Affine& index : b.indices) {
    if (std::ranges::find(a.indices, index) == a.indices.end()) a.indices.push_back(index);
  }
  return a;
}

}  // namespace

Affine Emitter::flat_index(const PlateBody& body, const Instruction& add) const {
  const Array& target = array(add.operands[0]);
  Affine flat{.known = true};
  for (std::size_t k = 0; k < target.strides.size(); ++k) {
    flat = flat + body.index(add.operands[k + 1]) * target.strides[k];
  }
  return flat;
}

/// Of the elements that an index reaches in the turns of the plate; all integers if not known.
Range Emitter::range_of(const PlateBody& body, const Affine& index, const Number& count) const {
  if (!index.known) return {};
  __int128 low = index.constant, high = index.constant;
  const auto term = [&](Range r, std::int64_t coefficient) {
    const __int128 a = __int128(r.low) * coefficient, b = __int128(r.high) * coefficient;
    low += std::min(a, b), high += std::max(a, b);
  };
  if (index.step != 0) term({0, std::max<std::int64_t>(count.range.high, 1) - 1}, index.step);
  for (const auto& [value, coefficient] : index.terms) {
    if (const Number* outer = std::get_if<Number>(&item(value).is); outer && !body.defines(value)) {
      term(outer->range, coefficient);
    } else if (const auto turns = body.count(value)) {
      term({0, std::max<std::int64_t>(*turns, 1) - 1}, coefficient);
    } else {
      return {};
    }
  }
  if (low < INT64_MIN || high > INT64_MAX) return {};
  return {std::int64_t(low), std::int64_t(high)};
}

Number Emitter::evaluate(const Affine& index, const Number& i) const {
  Number out = n_.add(n_.integer(index.constant), n_.scale(i, index.step));
  if (index.step == 0) out = n_.integer(index.constant);
  for (const auto& [value, coefficient] : index.terms) {
    out = n_.add(out, n_.scale(number(value), coefficient));
  }
  return out;
}

/// The adds to one container in groups that share no element.
std::vector<Sink> Emitter::sinks(const PlateScope& scope, Value local, const Number& count) const {
  const std::int64_t size = array(local).type.size();
  std::vector<Sink> groups;
  for (const Instruction* add : scope.body->adds().at(local)) {
    const Affine index = flat_index(*scope.body, *add);
    Sink one{.local = local, .range = range_of(*scope.body, index, count)};
    if (one.range.low < 0 || one.range.high >= size)
      one.range = {0, size - 1}, one.indices = {{}};
    else
      one.indices = {index};
    one.adds = {add};
    for (std::size_t k = 0; k < groups.size();) {
      if (overlap(groups[k].range, one.range)) {
        one = merged(std::move(groups[k]), one);
        groups.erase(groups.begin() + std::int64_t(k));
        k = 0;
      } else {
        ++k;
      }
    }
    groups.push_back(std::move(one));
  }
  return groups;
}

Sink::Kind Emitter::kind(const PlateScope& scope, const Sink& sink) const {
  constexpr std::size_t most_singles = 8;
  const std::vector<Affine>& indices = sink.indices;
  if (scope.body->reads(sink.local) || !same_terms(sink)) return Sink::Kind::buffer;
  if (indices[0].step == 0) {
    return indices.size() <= most_singles ? Sink::Kind::single : Sink::Kind::buffer;
  }
  if (indices.size() == 1) return Sink::Kind::direct;
  if (indices.size() == 2 && indices[0].step == 1) return Sink::Kind::pair;
  return Sink::Kind::buffer;
}

void Emitter::prepare(const PlateScope& scope, Sink& sink, const Number& count) {
  const int lanes = scope.rows ? width : c_.axis.parts * c_.lanes;
  if (sink.kind == Sink::Kind::buffer) {
    const std::int64_t elements = sink.range.high - sink.range.low + 1;
    sink.buffer = a_.make(ir::Type::vector(elements * scope.slots), lanes);
    return a_.fill(sink.buffer, n_.real(0));
  }
  if (sink.kind == Sink::Kind::single) {
    for (std::size_t k = 0; k < sink.indices.size(); ++k) {
      if (scope.rows) {
        sink.sums.push_back(c_.variable(c_.vector(c_.real())));
        c_.ir.CreateStore(llvm::Constant::getNullValue(c_.vector(c_.real())), sink.sums.back());
      } else {
        sink.sums.push_back(sum_variable(scope.slots));
        zero_sum(sink.sums.back(), scope.slots);
      }
    }
  }
  if (sink.kind == Sink::Kind::pair) {
    if (sink.indices[0].constant > sink.indices[1].constant) {
      std::swap(sink.indices[0], sink.indices[1]);
    }
    const std::int64_t n = *known(count);
    const std::int64_t distance = sink.indices[1].constant - sink.indices[0].constant;
    for (int k = 0; k < 2; ++k) {
      sink.kept.push_back(a_.make(ir::Type::vector(n + distance)));
      const std::int64_t empty = k == 0 ? n : 0;  // the elements that have no iteration
      c_.loop(c_.index(distance), [&](llvm::Value* x) {
        const Number at = n_.add(n_.linear(x, 0, {}), n_.integer(empty));
        a_.store_at(sink.kept.back(), at, n_.real(0));
      });
    }
  }
}

/// A sequential plate leaves its adds to the plates around it where those sum them.
bool Emitter::leaves_sums(const PlateScope& scope, Value local) const {
  return scope.order == ir::Order::sequential &&
         std::ranges::any_of(scopes_, [&](const PlateScope* outer) {
           return std::ranges::find(outer->sinks, local, &Sink::local) != outer->sinks.end();
         });
}

void Emitter::open_sums(PlateScope& scope, const Number& count) {
  for (const auto& [local, adds] : scope.body->adds()) {
    if (leaves_sums(scope, local)) continue;
    for (Sink& sink : sinks(scope, local, count)) {
      sink.kind = kind(scope, sink);
      if (sink.kind == Sink::Kind::pair && !known(count)) sink.kind = Sink::Kind::buffer;
      prepare(scope, sink, count);
      scope.sinks.push_back(std::move(sink));
    }
  }
}

void Emitter::begin_iteration(PlateScope& scope) {
  for (Sink& sink : scope.sinks) {
    if (sink.kind != Sink::Kind::direct && sink.kind != Sink::Kind::pair) continue;
    sink.sums.clear();
    for (std::size_t k = 0; k < sink.indices.size(); ++k) {
      sink.sums.push_back(sum_variable(1));
      zero_sum(sink.sums.back(), 1);
    }
  }
}

void Emitter::end_iteration(PlateScope& scope, const Number& i) {
  for (Sink& sink : scope.sinks) {
    if (sink.kind == Sink::Kind::direct) {
      const Number sum = load_sum(sink.sums[0], c_.index(0));
      add_from(scopes_.size() - 1, *sink.adds[0], evaluate(sink.indices[0], i), {sum});
    }
    if (sink.kind != Sink::Kind::pair) continue;
    const std::int64_t distance = sink.indices[1].constant - sink.indices[0].constant;
    for (std::size_t k = 0; k < 2; ++k) {
      const Number at = n_.add(i, n_.integer(k == 0 ? 0 : distance));
      a_.store_at(sink.kept[k], at, load_sum(sink.sums[k], c_.index(0)));
    }
  }
}

void Emitter::add_rows(llvm::Value* variable, const Summand& value) {
  llvm::Type* eight = c_.vector(c_.real());
  const Parts a = n_.spread(value.a);
  const Parts b = value.b ? n_.spread(*value.b) : Parts(a.size(), nullptr);
  for (std::size_t t = 0; t < a.size(); ++t) {
    llvm::Value* old = c_.ir.CreateLoad(eight, variable);
    llvm::Value* sum = b[t] ? n_.fma(a[t], b[t], old) : c_.ir.CreateFAdd(old, a[t]);
    if (c_.axis.masked()) sum = c_.ir.CreateSelect(c_.axis.mask[t], sum, old);
    c_.ir.CreateStore(sum, variable);
  }
}

namespace {

/// The indices of the loops of `region` around `add`; none where one of them has no count.
std::optional<std::vector<Value>> loops_around(const ir::Region& region, const Instruction* add) {
  for (const Instruction& at : region.body) {
    if (&at == add) return std::vector<Value>{};
    const bool counted =
        at.op == ir::Op::for_loop || at.op == ir::Op::plate || at.op == ir::Op::scan;
    for (const ir::Region& inner : at.regions) {
      auto around = loops_around(inner, add);
      if (!around) continue;
      if (at.op == ir::Op::while_loop) return {};
      if (counted) around->push_back(inner.arguments[0]);
      return around;
    }
  }
  return {};
}

}  // namespace

/// Whether the loops inside the plate lead `add` to another element in every turn: the larger of
/// their strides step over all that the smaller ones reach.
bool Emitter::spreads(const PlateScope& scope, const Instruction& add) const {
  const auto loops = loops_around(*scope.region, &add);
  const Affine index = flat_index(*scope.body, add);
  if (!loops || (!loops->empty() && !index.known)) return false;
  std::vector<std::pair<std::int64_t, std::int64_t>> strides;  // and turns
  for (const Value loop : *loops) {
    const auto term = index.terms.find(loop);
    const auto turns = scope.body->count(loop);
    if (term == index.terms.end() || !turns) return false;
    strides.emplace_back(std::abs(term->second), *turns);
  }
  std::ranges::sort(strides);
  std::int64_t reached = 0;
  for (const auto& [stride, turns] : strides) {
    if (stride <= reached) return false;
    reached += stride * std::max<std::int64_t>(turns - 1, 0);
  }
  return true;
}

bool Emitter::sums_once(const PlateScope& scope) const {
  return std::ranges::all_of(scope.sinks, [&](const Sink& sink) {
    if (sink.kind == Sink::Kind::direct || sink.kind == Sink::Kind::pair) return true;
    return sink.adds.size() == 1 && spreads(scope, *sink.adds[0]);
  });
}

Number Emitter::joined_sum(const PlateScope& scope, llvm::Value* variable) {
  if (scope.rows) {
    llvm::Value* sums = c_.ir.CreateLoad(c_.vector(c_.real()), variable);
    return n_.uniform(Kind::real, join(c_.ir, sums));
  }
  if (scope.slots == 1) return load_sum(variable, c_.index(0));
  std::vector<Number> all;
  for (int s = 0; s < scope.slots; ++s) all.push_back(load_sum(variable, c_.index(s)));
  return n_.lift(Kind::real, all, [&](std::span<llvm::Value* const> p) { return join(c_.ir, p); });
}

void Emitter::close_buffer(const PlateScope& scope, const Sink& sink) {
  const std::int64_t elements = sink.range.high - sink.range.low + 1;
  c_.loop(c_.index(elements), [&](llvm::Value* e) {
    const Number at = n_.linear(e, 0, {0, elements - 1});
    Number sum;
    if (scope.rows) {
      llvm::Type* eight = c_.vector(c_.real());
      llvm::Value* from = c_.ir.CreateInBoundsGEP(eight, sink.buffer.base, e);
      llvm::Value* sums = c_.ir.CreateAlignedLoad(eight, from, llvm::Align(64));
      sum = n_.uniform(Kind::real, join(c_.ir, sums));
    } else {
      std::vector<Number> all;
      for (int s = 0; s < scope.slots; ++s) {
        const Number slot = n_.add(n_.scale(at, scope.slots), n_.integer(s));
        all.push_back(a_.load_at(sink.buffer, slot));
      }
      sum = scope.slots == 1 ? all[0]
                             : n_.lift(Kind::real, all, [&](std::span<llvm::Value* const> p) {
                                 return join(c_.ir, p);
                               });
    }
    add_from(scopes_.size(), *sink.adds[0], n_.add(at, n_.integer(sink.range.low)), {sum});
  });
}

void Emitter::close_pair(const Sink& sink, const Number& count) {
  const std::int64_t distance = sink.indices[1].constant - sink.indices[0].constant;
  const Number elements = n_.integer(*known(count) + distance);
  const auto add = [&](const Number& x) {
    const Number both[] = {a_.load_at(sink.kept[0], x), a_.load_at(sink.kept[1], x)};
    const Number sum = n_.arithmetic(ir::Op::add, both);
    add_from(scopes_.size(), *sink.adds[0], evaluate(sink.indices[0], x), {sum});
  };
  if (*known(count) <= 0) return;
  if (c_.axis.active()) {
    c_.loop(elements.parts[0], [&](llvm::Value* x) { add(n_.linear(x, 0, elements.range)); });
  } else {
    rows(elements, 1, add);
  }
}

void Emitter::close_sums(PlateScope& scope, const Number& count) {
  for (const Sink& sink : scope.sinks) {
    if (sink.kind == Sink::Kind::buffer) close_buffer(scope, sink);
    if (sink.kind == Sink::Kind::pair) close_pair(sink, count);
    if (sink.kind != Sink::Kind::single) continue;
    for (std::size_t k = 0; k < sink.indices.size(); ++k) {
      const auto of_index = [&](const Instruction* add) {
        return flat_index(*scope.body, *add) == sink.indices[k];
      };
      const Instruction* add = *std::ranges::find_if(sink.adds, of_index);
      add_from(scopes_.size(), *add, evaluate(sink.indices[k], n_.integer(0)),
               {joined_sum(scope, sink.sums[k])});
    }
  }
}

void Emitter::add_to(const Instruction& at, const ir::Region& region) {
  const Number element = a_.locate(array(at.operands[0]), indices(at, at.operands.size() - 2));
  if (adds_in_turn(at)) return keep_turn(at, element, number(at.operands.back()));
  add_from(scopes_.size(), at, element, summand(region, at.operands.back()));
}

void Emitter::add_from(std::size_t scopes, const Instruction& add, const Number& element,
                       const Summand& value) {
  while (scopes > 0) {
    PlateScope& scope = *scopes_[--scopes];
    for (Sink& sink : scope.sinks) {
      if (std::ranges::find(sink.adds, &add) == sink.adds.end()) continue;
      if (sink.kind == Sink::Kind::buffer) {
        Number at = n_.add(element, n_.integer(-sink.range.low));
        if (!scope.rows && scope.slots > 1) at = n_.add(n_.scale(at, scope.slots), scope.slot);
        return a_.add_at(sink.buffer, at, value);
      }
      const auto index = std::ranges::find(sink.indices, flat_index(*scope.body, add));
      llvm::Value* sum = sink.sums[std::size_t(index - sink.indices.begin())];
      if (sink.kind != Sink::Kind::single) return add_sum(sum, c_.index(0), value);
      return scope.rows ? add_rows(sum, value) : add_sum(sum, scope.slot.parts[0], value);
    }
  }
  a_.add_at(array(add.operands[0]), element, value);
}

}  // namespace tyche::codegen
