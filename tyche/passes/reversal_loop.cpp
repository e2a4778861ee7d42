// for and while, backward: their states on tapes, and again from the nearest that was kept.
#include <algorithm>
#include <bit>

#include "tyche/passes/reversal.hpp"

namespace tyche::passes {
namespace {

// In numbers a lane. A loop of a known count keeps every iteration within the first; others have
// two tapes within the second, of 64 to 1,024 iterations each. With both full a loop of up to
// capacity^2 iterations is computed three times in all: forward, again between two kept states,
// and on the way back. Beyond that it stays exact, and n / (2 capacity^2) more times.
constexpr std::int64_t most_whole = std::int64_t(1) << 21;
constexpr std::int64_t most_spaced = std::int64_t(1) << 18;

std::int64_t spaced_capacity(std::int64_t state) {
  const std::int64_t fits = most_spaced / std::max<std::int64_t>(state, 1);
  return std::clamp<std::int64_t>(std::int64_t(std::bit_floor(std::uint64_t(fits))), 64, 1024);
}

/// Arguments of the body that are carried.
std::span<const Value> carried_by(const Instruction& loop) {
  return std::span(loop.regions.back().arguments).subspan(loop.op == Op::for_loop ? 1 : 0);
}

void keep(Builder& b, const Tape& tape, Value at, std::span<const Value> carried) {
  for (std::size_t k = 0; k < carried.size(); ++k) {
    if (tape.kept.empty() || !tape.kept[k]) b.store(tape.carried[k], {at}, carried[k]);
  }
  for (const auto& [v, copies] : tape.locals) b.store(copies, {at}, v);
}

/// What was carried; the locals are put back.
std::vector<Value> recall(Builder& b, const Tape& tape, Value at) {
  std::vector<Value> carried;
  for (Value copies : tape.carried) carried.push_back(b.load(copies, {at}));
  for (const auto& [v, copies] : tape.locals) b.store(v, {}, b.load(copies, {at}));
  return carried;
}

/// Drops every other copy of a full tape.
void thin(Builder& b, const Tape& tape) {
  b.for_loop(b.integer(tape.capacity / 2), {},
             [&](Builder& in, Value k, std::span<const Value>) -> std::vector<Value> {
               const Value from = in.emit(Op::add, {k, k});
               for (Value copies : tape.carried) in.store(copies, {k}, in.load(copies, {from}));
               for (const auto& [v, copies] : tape.locals) {
                 in.store(copies, {k}, in.load(copies, {from}));
               }
               return {};
             });
}

/// Gives a loop one more carried integer; returns the argument of its body. The body's yield is
/// left to the caller.
Value carry_integer(Builder& b, Instruction& loop, std::int64_t initial) {
  Program& program = b.program();
  loop.operands.push_back(b.integer(initial));
  loop.results.push_back(program.new_value(Type::integer()));
  for (Region& region : loop.regions)
    region.arguments.push_back(program.new_value(Type::integer()));
  return loop.regions.back().arguments.back();
}

}  // namespace

std::vector<Value> Reversal::overwritten(const Instruction& i) const {
  std::vector<Value> out = effects(i, locals_).writes;
  std::erase_if(out, [this](Value v) { return once(v) || beyond_plate(v); });
  return out;
}

/// An array, if there is one, where the loop's body itself keeps the carried value v of each turn.
Value Reversal::kept_by(const Instruction& loop, Value v, std::int64_t count) const {
  const Region& body = loop.regions.back();
  for (const Instruction& i : body.body) {
    const bool keeps = i.op == Op::store && i.operands.size() == 3 && i.operands[2] == v &&
                       i.operands[1] == body.arguments[0];
    if (keeps && once(i.operands[0]) &&
        program_.type(i.operands[0]) == ir::stacked(program_.type(v), count)) {
      return i.operands[0];
    }
  }
  return {};
}

Tape Reversal::new_tape(Builder& b, const Instruction& loop, std::int64_t capacity) {
  Tape tape{.capacity = capacity};
  const auto copies = [&](Value v) {
    const Value made = b.local(ir::stacked(program_.type(v), capacity));
    b.region().body.back().integer = 1;
    return made;
  };
  for (Value v : carried_by(loop)) tape.carried.push_back(copies(v));
  for (Value v : overwritten(loop)) tape.locals.emplace_back(v, copies(v));
  return tape;
}

/// Of every iteration; what the body keeps already is not kept again.
Tape Reversal::whole_tape(Builder& b, const Instruction& loop, std::int64_t count) {
  Tape tape = new_tape(b, loop, count);
  for (std::size_t k = 0; k < tape.carried.size(); ++k) {
    const Value array = kept_by(loop, carried_by(loop)[k], count);
    tape.kept.push_back(array.exists());
    if (array.exists()) tape.carried[k] = array;
  }
  return tape;
}

void Reversal::forward_loop(Builder& b, Step& step) {
  const Instruction& i = step.instruction;
  if (!concerns(i)) return append_stripped(b, i);
  LoopTrace& trace = step.loop;
  const bool counted = i.op == Op::for_loop;
  std::int64_t state = 0, count = 0;
  for (Value v : carried_by(i)) state += program_.type(v).size();
  for (Value v : overwritten(i)) state += program_.type(v).size();
  trace.whole = counted && constants_.integer(i.operands[0], count) &&
                count * std::max<std::int64_t>(state, 1) <= most_whole;
  trace.tape = trace.whole ? whole_tape(b, i, count) : new_tape(b, i, spaced_capacity(state));
  Instruction loop = i;
  Region& body = loop.regions.back();
  Value t = counted ? body.arguments[0] : carry_integer(b, loop, 0);
  trace.trip = counted ? i.operands[0] : loop.results.back();
  strip(body);
  if (!counted) {
    Instruction yield = std::move(body.body.back());
    body.body.pop_back();
    Builder inner(program_, body);
    yield.operands.push_back(inner.emit(Op::add, {t, inner.integer(1)}));
    inner.append(std::move(yield));
  }
  if (!trace.whole) {
    keep_spaced(b, loop, trace, t);
  } else {
    Region kept;
    Builder inner(program_, kept);
    keep(inner, trace.tape, t, carried_by(i));
    body.body.insert(body.body.begin(), std::make_move_iterator(kept.body.begin()),
                     std::make_move_iterator(kept.body.end()));
  }
  b.append(std::move(loop));
}

/// The body keeps its state when t is due. Carried along: the next iteration that is due, how many
/// are on the tape, how far they are apart.
void Reversal::keep_spaced(Builder& b, Instruction& loop, LoopTrace& trace, Value t) {
  const Tape& tape = trace.tape;
  const Value next = carry_integer(b, loop, 0);
  const Value count = carry_integer(b, loop, 0);
  trace.count = loop.results.back();
  const Value interval = carry_integer(b, loop, 1);
  trace.interval = loop.results.back();
  Region kept;
  Builder inner(program_, kept);
  const auto carried = carried_by(loop).first(tape.carried.size());
  const std::vector<Value> now = inner.if_else(
      inner.emit(Op::eq, {t, next}),
      [&](Builder& due) {
        const std::vector<Value> room = due.if_else(
            due.emit(Op::eq, {count, due.integer(tape.capacity)}),
            [&](Builder& full) {
              thin(full, tape);
              return std::vector{full.integer(tape.capacity / 2),
                                 full.emit(Op::add, {interval, interval})};
            },
            [&](Builder&) { return std::vector{count, interval}; });
        keep(due, tape, room[0], carried);
        return std::vector{due.emit(Op::add, {t, room[1]}),
                           due.emit(Op::add, {room[0], due.integer(1)}), room[1]};
      },
      [&](Builder&) { return std::vector{next, count, interval}; });
  Region& body = loop.regions.back();
  body.body.insert(body.body.begin(), std::make_move_iterator(kept.body.begin()),
                   std::make_move_iterator(kept.body.end()));
  auto& yields = yield_of(body).operands;
  yields.insert(yields.end(), now.begin(), now.end());
}

/// Iteration t once more, for what it carries on and writes.
std::vector<Value> Reversal::rerun(Builder& b, const Instruction& loop, Value t,
                                   std::span<const Value> state) {
  const Region& body = loop.regions.back();
  Renaming names;
  if (loop.op == Op::for_loop) names[body.arguments[0].id] = t;
  for (std::size_t k = 0; k < state.size(); ++k) names[carried_by(loop)[k].id] = state[k];
  Region again{.arguments = {}, .body = copy_body(body, std::move(names))};
  std::vector<Value> yields = yield_of(again).operands;
  again.body.pop_back();
  strip(again);
  for (Instruction& one : again.body) b.append(std::move(one));
  return yields;
}

/// Fills the window with the states from the nearest one on the tape, or later, to iteration t.
/// Given and returned: the first iteration of the window, that of the nearest kept state, and where
/// on the tape that is.
std::vector<Value> Reversal::window_before(Builder& b, const Step& step, const Tape& window,
                                           Value t, std::span<const Value> window_at) {
  const Value earlier = b.emit(Op::lt, {t, window_at[1]});
  const Value previous = b.emit(Op::sub, {window_at[1], step.loop.interval});
  const Value first = b.emit(Op::select, {earlier, previous, window_at[1]});
  const Value one_less = b.emit(Op::sub, {window_at[2], b.integer(1)});
  const Value at = b.emit(Op::select, {earlier, one_less, window_at[2]});
  const Value low = b.emit(Op::max, {first, b.emit(Op::sub, {t, b.integer(window.capacity - 1)})});
  const Value skipped = b.emit(Op::sub, {low, first});
  const std::vector<Value> begin = recall(b, step.loop.tape, at);
  const std::vector<Value> last =
      b.for_loop(b.emit(Op::sub, {t, first}), begin,
                 [&](Builder& in, Value r, std::span<const Value> carried) {
                   const Value place = in.emit(Op::sub, {r, skipped});
                   keep(in, window, in.emit(Op::max, {place, in.integer(0)}), carried);
                   return rerun(in, step.instruction, in.emit(Op::add, {first, r}), carried);
                 });
  keep(b, window, b.emit(Op::sub, {t, low}), last);
  return {low, first, at};
}

void Reversal::backward_loop(Builder& b, const Step& step, Scope& scope) {
  const Instruction& i = step.instruction;
  const LoopTrace& trace = step.loop;
  const Region& forward = i.regions.back();
  const std::size_t skip = i.op == Op::for_loop ? 1 : 0;
  std::vector<Value> seeds = result_seeds(b, i, scope);
  const Recomputing recomputing(frozen_, program_.values.size());
  const std::vector<Value> free = free_scalars(i);
  const Value last = b.emit(Op::sub, {trace.trip, b.integer(1)});

  Instruction loop{.op = Op::for_loop, .operands = {trace.trip}};
  Region out{.arguments = {program_.new_value(Type::integer())}, .body = {}};
  Builder inner(program_, out);
  const auto carry = [&](Value initial, Type type = Type::real()) {
    loop.operands.push_back(initial.exists() ? initial : b.real(0));
    loop.results.push_back(program_.new_value(type));
    out.arguments.push_back(program_.new_value(type));
    return out.arguments.back();
  };
  const Value t = inner.emit(Op::sub, {last, out.arguments[0]});
  std::vector<Value> window_at, before;
  if (trace.whole) {
    before = recall(inner, trace.tape, t);
  } else {
    const Tape window = new_tape(b, i, trace.tape.capacity);
    const Value beyond = b.emit(Op::mul, {trace.count, trace.interval});
    for (Value v : {trace.trip, beyond, trace.count}) {
      window_at.push_back(carry(v, Type::integer()));
    }
    window_at = inner.if_else(
        inner.emit(Op::lt, {t, window_at[0]}),
        [&](Builder& empty) { return window_before(empty, step, window, t, window_at); },
        [&](Builder&) { return window_at; });
    before = recall(inner, window, inner.emit(Op::sub, {t, window_at[0]}));
  }
  const std::size_t first_seed = loop.results.size();
  Renaming names;
  if (skip == 1) names[forward.arguments[0].id] = t;
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

  std::vector<Value> yields = window_at;
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
  next = first_seed;
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
