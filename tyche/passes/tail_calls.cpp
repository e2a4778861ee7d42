#include <algorithm>

#include "tyche/passes/structure.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

bool calls(const Instruction& i, const std::string& name) {
  return i.op == Op::call && i.name == name;
}

/// Whether instruction k of the body calls the function and the next returns what it gives.
bool is_tail_call(const std::vector<Instruction>& body, std::size_t k, const std::string& name) {
  return calls(body[k], name) && k + 1 < body.size() && body[k + 1].op == Op::return_value &&
         body[k + 1].operands == body[k].results;
}

class TailCalls {
 public:
  TailCalls(Program& program, ir::Function& function) : program_(program), function_(function) {}

  /// Makes a loop of the function if every call of itself allows it.
  void run() {
    Region& region = function_.region;
    if (region.body.empty() || region.body.back().op != Op::return_value) return;
    find(region);
    if (found_.empty() || found_.size() != mentions(region)) return;
    if (!choose_variables()) return;
    make_loop();
  }

 private:
  std::size_t mentions(const Region& region) const {
    std::size_t n = 0;
    for_each_instruction(region, [&](const Instruction& i) {
      const bool names = i.op == Op::call || i.op == Op::function;
      n += names && reaches(i.name);
    });
    return n;
  }

  /// Whether the function of that name is this one, or calls it.
  bool reaches(const std::string& name) const {
    std::vector<std::string> seen{name};
    for (std::size_t k = 0; k < seen.size(); ++k) {
      if (seen[k] == function_.name) return true;
      const ir::Function* f = program_.function(seen[k]);
      if (!f) continue;
      for_each_instruction(f->region, [&](const Instruction& i) {
        const bool names = i.op == Op::call || i.op == Op::function;
        if (names && std::ranges::find(seen, i.name) == seen.end()) seen.push_back(i.name);
      });
    }
    return false;
  }

  /// Tail calls in the region and in branches; in a loop, `continue` would not leave it.
  void find(const Region& region) {
    for (std::size_t k = 0; k < region.body.size(); ++k) {
      if (is_tail_call(region.body, k, function_.name)) found_.push_back(&region.body[k]);
      if (region.body[k].op != Op::if_else) continue;
      for (const Region& side : region.body[k].regions) find(side);
    }
  }

  static bool known_dims(const Type& type) {
    return std::ranges::none_of(type.shape(), [](std::int64_t d) { return d == ir::unknown; });
  }

  /// Arguments that calls change: scalars, and containers whose dims stay.
  bool choose_variables() {
    const std::vector<Value>& arguments = function_.region.arguments;
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      const Type type = program_.type(arguments[k]);
      bool changes = false, fits = true;
      for (const Instruction* call : found_) {
        changes |= call->operands[k] != arguments[k];
        fits &= program_.type(call->operands[k]) == type;
      }
      if (!changes) continue;
      if (!fits || !(type.is_scalar() || (type.is_container() && known_dims(type)))) return false;
      variables_.push_back({k, type, {}});
    }
    return true;
  }

  Value held(Builder& b, const Type& type) const {
    return b.local(type.is_scalar() ? ir::stacked(type, 1) : type);
  }

  void set(Builder& b, Value variable, Value v) const {
    if (program_.type(v).is_scalar()) return b.store(variable, {b.integer(0)}, v);
    b.store(variable, {}, v);
  }

  Value get(Builder& b, Value variable, const Type& type) const {
    return type.is_scalar() ? b.load(variable, {b.integer(0)}) : b.emit(Op::load, {variable});
  }

  void make_loop() {
    Region body = std::move(function_.region);
    Region out{.arguments = body.arguments, .body = {}};
    Builder b(program_, out);
    for (Variable& variable : variables_) {
      variable.memory = held(b, variable.type);
      set(b, variable.memory, body.arguments[variable.argument]);
    }
    Instruction loop{.op = Op::while_loop, .regions = {{}, {}}};
    Builder test(program_, loop.regions[0]);
    test.yield({test.boolean(true)});
    Builder turn(program_, loop.regions[1]);
    Renaming names;
    for (const Variable& variable : variables_) {
      names[body.arguments[variable.argument].id] = get(turn, variable.memory, variable.type);
    }
    rename(body, names);
    fill(turn, body);
    b.append(std::move(loop));
    // The loop is left by a return alone; a function ends in one all the same.
    std::vector<Value> never;
    if (function_.result.kind != Kind::none)
      never = {get(b, held(b, function_.result), function_.result)};
    b.append({.op = Op::return_value, .operands = never});
    function_.region = std::move(out);
  }

  /// The body again, tail calls as new values of the variables and the next turn.
  void fill(Builder& b, Region& region) const {
    for (std::size_t k = 0; k < region.body.size(); ++k) {
      Instruction& i = region.body[k];
      b.at(i.location);
      if (is_tail_call(region.body, k, function_.name)) {
        for (const Variable& variable : variables_) {
          set(b, variable.memory, i.operands[variable.argument]);
        }
        b.append({.op = Op::continue_loop});
        return;
      }
      if (i.op == Op::if_else) {
        for (Region& side : i.regions) {
          Region inner{.arguments = side.arguments, .body = {}};
          Builder in(program_, inner);
          fill(in, side);
          side = std::move(inner);
        }
      }
      b.append(std::move(i));
    }
  }

  struct Variable {
    std::size_t argument;
    Type type;
    Value memory;
  };
  Program& program_;
  ir::Function& function_;
  std::vector<const Instruction*> found_;
  std::vector<Variable> variables_;
};

}  // namespace

ir::Program loop_tail_calls(ir::Program program) {
  // Functions are looked up while one of them is rewritten.
  std::vector<ir::Function> functions = program.functions;
  for (ir::Function& f : functions) TailCalls(program, f).run();
  program.functions = std::move(functions);
  return program;
}

}  // namespace tyche::passes
