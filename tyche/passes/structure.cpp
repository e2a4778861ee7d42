#include "tyche/passes/structure.hpp"

#include <optional>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

/// How a list of instructions was left.
enum Left : std::int64_t { at_end = 0, by_continue = 1, by_break = 2, by_return = 3 };

/// Whether a jump in the region leaves it: break and continue of loops inside do not.
bool jumps_out(const Region& region, bool only_return) {
  for (const Instruction& i : region.body) {
    if (i.op == Op::return_value) return true;
    if (!only_return && (i.op == Op::break_loop || i.op == Op::continue_loop)) return true;
    const bool loop = i.op == Op::for_loop || i.op == Op::while_loop;
    if (i.op == Op::choice) continue;
    for (const Region& inner : i.regions) {
      if (jumps_out(inner, only_return || loop)) return true;
    }
  }
  return false;
}

bool jumps(const Instruction& i) {
  if (i.op != Op::if_else && i.op != Op::for_loop && i.op != Op::while_loop) return false;
  for (const Region& region : i.regions) {
    if (jumps_out(region, false)) return true;
  }
  return false;
}

class Structure {
 public:
  explicit Structure(Program& program) : program_(program) {}

  void entry(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    plain(b, region);
    region = std::move(out);
  }

  void function(ir::Function& f) {
    if (!has_inner_return(f.region)) return entry(f.region);
    Region out{.arguments = f.region.arguments, .body = {}};
    Builder b(program_, out);
    if (f.result.kind != Kind::none) {
      slot_ = b.local(f.result.is_scalar() ? ir::stacked(f.result, 1) : f.result);
    }
    list(b, f.region.body, 0, {});
    if (f.result.is_scalar()) {
      b.append({.op = Op::return_value, .operands = {b.load(slot_, {b.integer(0)})}});
    } else if (f.result.kind != Kind::none) {
      b.append({.op = Op::return_value, .operands = {slot_}});
    } else {
      b.append({.op = Op::return_value});
    }
    f.region = std::move(out);
    slot_ = {};
  }

 private:
  /// A way out, and what the region would have yielded (dummies if it was left).
  struct Exit {
    Value left;
    std::vector<Value> yields;
  };

  static bool has_inner_return(const Region& region) {
    for (const Instruction& i : region.body) {
      for (const Region& inner : i.regions) {
        if (jumps_out(inner, true)) return true;
      }
    }
    return false;
  }

  /// A region that nothing leaves early.
  void plain(Builder& b, Region& region) {
    for (Instruction& i : region.body) {
      if (jumps(i)) {
        b.at(i.location);
        structured(b, i);
        continue;
      }
      if (i.op != Op::choice) {
        for (Region& inner : i.regions) entry(inner);
      }
      b.append(std::move(i));
    }
  }

  Value dummy(Builder& b, const Type& type) {
    if (type.kind == Kind::real) return b.real(0);
    if (type.kind == Kind::integer) return b.integer(0);
    if (type.kind == Kind::boolean) return b.boolean(false);
    return b.local(type);
  }

  std::vector<Value> dummies(Builder& b, const std::vector<Type>& types) {
    std::vector<Value> out;
    for (const Type& type : types) out.push_back(dummy(b, type));
    return out;
  }

  /// Instructions from `first` on; what follows one that may jump goes into an if.
  Exit list(Builder& b, std::vector<Instruction>& body, std::size_t first,
            const std::vector<Type>& types) {
    for (std::size_t k = first; k < body.size(); ++k) {
      Instruction& i = body[k];
      b.at(i.location);
      switch (i.op) {
        case Op::yield:
          return {b.integer(at_end), i.operands};
        case Op::continue_loop:
          return {b.integer(by_continue), dummies(b, types)};
        case Op::break_loop:
          return {b.integer(by_break), dummies(b, types)};
        case Op::return_value:
          keep_result(b, i);
          return {b.integer(by_return), dummies(b, types)};
        default:
          break;
      }
      if (!jumps(i)) {
        if (i.op != Op::choice) {
          for (Region& inner : i.regions) entry(inner);
        }
        b.append(std::move(i));
        continue;
      }
      const Value left = structured(b, i);
      if (!left.exists()) continue;
      return guarded(b, left, body, k + 1, types);
    }
    return {b.integer(at_end), {}};
  }

  void keep_result(Builder& b, const Instruction& i) {
    if (i.operands.empty() || !slot_.exists()) return;
    if (program_.type(i.operands[0]).is_scalar()) {
      b.store(slot_, {b.integer(0)}, i.operands[0]);
    } else {
      b.store(slot_, {}, i.operands[0]);
    }
  }

  Exit guarded(Builder& b, Value left, std::vector<Instruction>& body, std::size_t first,
               const std::vector<Type>& types) {
    const Value on = b.emit(Op::eq, {left, b.integer(at_end)});
    const auto flat = [](const Exit& exit) {
      std::vector<Value> all{exit.left};
      all.insert(all.end(), exit.yields.begin(), exit.yields.end());
      return all;
    };
    const std::vector<Value> results = b.if_else(
        on, [&](Builder& inner) { return flat(list(inner, body, first, types)); },
        [&](Builder& inner) { return flat({left, dummies(inner, types)}); });
    return {results[0], {results.begin() + 1, results.end()}};
  }

  std::vector<Type> types_of(const std::vector<Value>& values) const {
    std::vector<Type> types;
    for (Value v : values) types.push_back(program_.type(v));
    return types;
  }

  /// An if or loop that jumps. How it is left, if it may be left by a jump out of it.
  Value structured(Builder& b, Instruction& i) {
    if (i.op == Op::if_else) return branch(b, i);
    const bool returns = jumps_out(i.regions.back(), true);
    const Value state = i.op == Op::for_loop ? loop(b, i) : while_loop(b, i);
    if (!returns) return {};
    const Value broke = b.emit(Op::eq, {state, b.integer(by_break)});
    return b.emit(Op::select, {broke, b.integer(at_end), state});
  }

  Value branch(Builder& b, Instruction& i) {
    const std::vector<Type> types = types_of(i.results);
    Instruction out{.op = Op::if_else,
                    .operands = i.operands,
                    .results = i.results,
                    .regions = {{}, {}},
                    .location = i.location};
    for (std::size_t side = 0; side < 2; ++side) {
      Builder inner(program_, out.regions[side]);
      Exit exit = list(inner, i.regions[side].body, 0, types);
      exit.yields.push_back(exit.left);
      inner.yield(exit.yields);
    }
    out.results.push_back(program_.new_value(Type::integer()));
    return b.append(std::move(out)).results.back();
  }

  /// The body of a loop, with the state as last argument and yield.
  Region body_with_state(Region& body, std::size_t skip, const std::vector<Type>& types) {
    Region out{.arguments = body.arguments, .body = {}};
    const Value state = program_.new_value(Type::integer());
    const std::vector<Value> carried(out.arguments.begin() + std::ptrdiff_t(skip),
                                     out.arguments.end());
    out.arguments.push_back(state);
    Builder b(program_, out);
    const Value on = b.emit(Op::eq, {state, b.integer(at_end)});
    const auto results = b.if_else(
        on,
        [&](Builder& inner) {
          Exit exit = list(inner, body.body, 0, types);
          const Value next = inner.emit(Op::eq, {exit.left, inner.integer(by_continue)});
          exit.yields.push_back(inner.emit(Op::select, {next, inner.integer(at_end), exit.left}));
          return exit.yields;
        },
        [&](Builder&) {
          std::vector<Value> same = carried;
          same.push_back(state);
          return same;
        });
    b.yield(results);
    return out;
  }

  Value loop(Builder& b, Instruction& i) {
    Instruction out = std::move(i);
    Region body = std::move(out.regions[0]);
    out.regions[0] = body_with_state(body, 1, types_of(out.results));
    out.operands.push_back(b.integer(at_end));
    out.results.push_back(program_.new_value(Type::integer()));
    return b.append(std::move(out)).results.back();
  }

  Value while_loop(Builder& b, Instruction& i) {
    Instruction out = std::move(i);
    Region body = std::move(out.regions[1]);
    out.regions[1] = body_with_state(body, 0, types_of(out.results));
    Region test = std::move(out.regions[0]);
    Region guard{.arguments = test.arguments, .body = {}};
    const Value state = program_.new_value(Type::integer());
    guard.arguments.push_back(state);
    Builder inner(program_, guard);
    const Value on = inner.emit(Op::eq, {state, inner.integer(at_end)});
    inner.yield(inner.if_else(
        on,
        [&](Builder& yes) {
          plain(yes, test);
          const std::vector<Value> condition = yes.region().body.back().operands;
          yes.region().body.pop_back();
          return condition;
        },
        [&](Builder& no) { return std::vector{no.boolean(false)}; }));
    out.regions[0] = std::move(guard);
    out.operands.push_back(b.integer(at_end));
    out.results.push_back(program_.new_value(Type::integer()));
    return b.append(std::move(out)).results.back();
  }

  Program& program_;
  Value slot_;  // of the function at hand, for its result
};

}  // namespace

ir::Program remove_structure(ir::Program program) {
  std::vector<ir::Function> functions = program.functions;
  for (ir::Function& f : functions) Structure(program).function(f);
  program.functions = std::move(functions);
  for (Region* entry : {&program.prelude, &program.density, &program.outputs}) {
    Region region = std::move(*entry);
    Structure(program).entry(region);
    *entry = std::move(region);
  }
  return program;
}

}  // namespace tyche::passes
