#include "tyche/passes/partial_evaluation.hpp"

#include <algorithm>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

class PartialEvaluation {
 public:
  explicit PartialEvaluation(Program& program)
      : program_(program), locals_(locals_of(program)), constants_(program) {
    for (const Instruction& i : program.prelude.body) set_early(i.results);
  }

  void run() {
    Region& density = program_.density;
    Instruction prelude_yield = take_yield(program_.prelude);
    std::vector<Instruction> out;
    std::vector<Instruction> body = std::move(density.body);
    for (Instruction& i : body) {
      rename(i, names_);
      if (i.op == Op::constant || i.op == Op::data) {
        leaves_[i.results[0].id] = i;
        set_early(i.results);
        out.push_back(std::move(i));
      } else if (may_move(i)) {
        set_early(i.results);
        program_.prelude.body.push_back(with_leaves(std::move(i)));
      } else {
        if (i.op == Op::plate || i.op == Op::for_loop) take_from(i);
        out.push_back(std::move(i));
      }
    }
    density.body = std::move(out);
    rename(density, names_);
    rename(program_.outputs, names_);
    if (prelude_yield.op == Op::yield) program_.prelude.body.push_back(std::move(prelude_yield));
  }

 private:
  static Instruction take_yield(Region& region) {
    if (!has_yield(region)) return {.op = Op::constant};
    Instruction yield = std::move(region.body.back());
    region.body.pop_back();
    return yield;
  }

  void set_early(const std::vector<Value>& values) {
    for (Value v : values) early_.insert_or_assign(v.id, true);
  }
  bool early(Value v) const { return early_.contains(v.id); }

  bool may_move(const Instruction& i) const {
    if (i.op == Op::local || i.op == Op::yield || i.op == Op::slice) return false;
    if (!effects(i, locals_).movable()) return false;
    return std::ranges::all_of(free_values(i), [this](Value v) { return early(v); });
  }

  /// Constants and data are had anew in the prelude.
  Instruction with_leaves(Instruction i) {
    Renaming own;
    for (Value v : free_values(i)) {
      const auto leaf = leaves_.find(v.id);
      if (leaf == leaves_.end()) continue;
      const auto [at, fresh] = prelude_leaves_.try_emplace(v.id);
      if (fresh) {
        Renaming names;
        program_.prelude.body.push_back(copied(program_, leaf->second, names));
        at->second = program_.prelude.body.back().results[0];
      }
      own[v.id] = at->second;
    }
    rename(i, own);
    return i;
  }

  // Inside a plate or loop at the top level.

  void take_from(Instruction& loop) {
    std::int64_t count = 0;
    if (!constants_.integer(loop.operands[0], count) || count < 1) return;
    const Region& body = loop.regions[0];
    std::unordered_map<std::uint32_t, const Instruction*> known;  // data-only, by result
    const Value index = body.arguments[0];
    for (const Instruction& i : body.body) {
      if (i.results.empty() || i.op == Op::local || !effects(i, locals_).movable()) continue;
      const bool data_only = std::ranges::all_of(
          free_values(i), [&](Value v) { return v == index || early(v) || known.contains(v.id); });
      if (!data_only) continue;
      for (Value v : i.results) known[v.id] = &i;
    }
    if (known.empty()) return;
    std::vector<Value> arrays, sums;
    for (Value v : frontier(body, known)) {
      if (program_.type(v).is_scalar() && expensive(v, known)) arrays.push_back(v);
    }
    std::vector<Value> summed;
    if (loop.op == Op::plate) {
      const auto& yields = yield_of(body).operands;
      for (std::size_t k = std::size_t(loop.integer); k < yields.size(); ++k) {
        if (!known.contains(yields[k].id)) continue;
        sums.push_back(yields[k]);
        summed.push_back(loop.results[k]);
      }
    }
    if (arrays.empty() && sums.empty()) return;
    move(loop, arrays, sums, summed, known, count);
  }

  using Known = std::unordered_map<std::uint32_t, const Instruction*>;

  /// Data-only values used by what is not (the yield apart).
  static std::vector<Value> frontier(const Region& body, const Known& known) {
    std::vector<Value> out;
    for (const Instruction& i : body.body) {
      const bool inside = !i.results.empty() && known.contains(i.results[0].id);
      if (inside || i.op == Op::yield) continue;
      for (Value v : free_values(i)) {
        if (known.contains(v.id) && std::ranges::find(out, v) == out.end()) out.push_back(v);
      }
    }
    return out;
  }

  bool expensive(Value v, const Known& known) const {
    const auto at = known.find(v.id);
    if (at == known.end()) return false;
    const Instruction& i = *at->second;
    if (!i.regions.empty() || i.op == Op::div) return true;
    if (i.op == Op::to_real) {  // of data; of an index it is had for nothing
      const auto from = known.find(i.operands[0].id);
      return from != known.end() && from->second->op == Op::load;
    }
    const ir::OpKind kind = ir::info(i.op).kind;
    if (kind == ir::OpKind::elementary || kind == ir::OpKind::algebra) return true;
    return std::ranges::any_of(i.operands, [&](Value o) { return expensive(o, known); });
  }

  /// What the values need of the body, in its order.
  static std::vector<const Instruction*> needed(const Region& body, const Known& known,
                                                std::vector<Value> pending) {
    std::unordered_map<const Instruction*, bool> in;
    while (!pending.empty()) {
      const auto at = known.find(pending.back().id);
      pending.pop_back();
      if (at == known.end() || !in.try_emplace(at->second, true).second) continue;
      for (Value v : free_values(*at->second)) pending.push_back(v);
    }
    std::vector<const Instruction*> out;
    for (const Instruction& i : body.body) {
      if (in.contains(&i)) out.push_back(&i);
    }
    return out;
  }

  void move(Instruction& loop, const std::vector<Value>& arrays, const std::vector<Value>& sums,
            const std::vector<Value>& summed, const Known& known, std::int64_t count) {
    Region& body = loop.regions[0];
    std::vector<Value> wanted = arrays;
    wanted.insert(wanted.end(), sums.begin(), sums.end());
    Instruction early{.op = Op::plate, .operands = {loop.operands[0]}};
    early.integer = std::int64_t(arrays.size());
    early.order = loop.order;
    early.regions.push_back({.arguments = {program_.new_value(Type::integer())}, .body = {}});
    Renaming copies{{body.arguments[0].id, early.regions[0].arguments[0]}};
    for (const Instruction* i : needed(body, known, wanted)) {
      early.regions[0].body.push_back(copied(program_, *i, copies));
    }
    Instruction yield{.op = Op::yield};
    for (Value v : wanted) yield.operands.push_back(renamed(copies, v));
    early.regions[0].body.push_back(std::move(yield));

    std::vector<Instruction> loads;
    Renaming now;
    for (Value v : arrays) {
      const Type type = program_.type(v);
      early.results.push_back(program_.new_value(ir::stacked(type, count)));
      Instruction load{.op = Op::load, .operands = {early.results.back(), body.arguments[0]}};
      load.results = {program_.new_value(type)};
      now[v.id] = load.results[0];
      loads.push_back(std::move(load));
    }
    for (std::size_t k = 0; k < sums.size(); ++k) {
      early.results.push_back(program_.new_value(program_.type(sums[k])));
      names_[summed[k].id] = early.results.back();
    }
    set_early(early.results);
    use_loads(body, known, now);
    body.body.insert(body.body.begin(), std::make_move_iterator(loads.begin()),
                     std::make_move_iterator(loads.end()));
    program_.prelude.body.push_back(with_leaves(std::move(early)));
  }

  /// Everything but the data-only computations themselves reads the arrays.
  static void use_loads(Region& body, const Known& known, const Renaming& now) {
    for (Instruction& i : body.body) {
      if (i.results.empty() || !known.contains(i.results[0].id)) rename(i, now);
    }
  }

  Program& program_;
  std::vector<char> locals_;
  Constants constants_;
  std::unordered_map<std::uint32_t, bool> early_;  // known in the prelude, leaves included
  std::unordered_map<std::uint32_t, Instruction> leaves_;
  std::unordered_map<std::uint32_t, Value> prelude_leaves_;
  Renaming names_;
};

}  // namespace

ir::Program partial_evaluation(ir::Program program) {
  PartialEvaluation(program).run();
  return program;
}

}  // namespace tyche::passes
