#include <set>

#include "tyche/passes/structure.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

class Inlining {
 public:
  explicit Inlining(Program& program) : program_(program) {
    for (const ir::Function& f : program.functions) {
      std::set<std::string> seen;
      if (reaches(f.region, f.name, seen)) recursive_.insert(f.name);
    }
  }

  void region(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) append(b, std::move(i));
    region = std::move(out);
  }

  /// Function values whose calls were taken in.
  void drop_unused_values(Region& region) {
    const std::vector<int> uses = use_counts(program_);
    drop_unused_values(region, uses);
  }

 private:
  /// Whether a body mentions the function, itself or through those it mentions.
  bool reaches(const Region& region, const std::string& name, std::set<std::string>& seen) const {
    bool found = false;
    for_each_instruction(region, [&](const Instruction& i) {
      if (found || (i.op != Op::call && i.op != Op::function)) return;
      found = i.name == name;
      const ir::Function* f = program_.function(i.name);
      if (!found && f && seen.insert(i.name).second) found = reaches(f->region, name, seen);
    });
    return found;
  }

  static void drop_unused_values(Region& region, const std::vector<int>& uses) {
    std::erase_if(region.body, [&](const Instruction& i) {
      return i.op == Op::function && uses[i.results[0].id] == 0;
    });
    for (Instruction& i : region.body) {
      for (Region& inner : i.regions) drop_unused_values(inner, uses);
    }
  }

  void append(Builder& b, Instruction i) {
    for (Value& v : i.operands) v = renamed(names_, v);
    if (i.op == Op::function) functions_[i.results[0].id] = i.name;
    if (i.op == Op::call_value) {
      const auto known = functions_.find(i.operands[0].id);
      if (known != functions_.end()) {
        i.op = Op::call;
        i.name = known->second;
        i.operands.erase(i.operands.begin());
      }
    }
    if (i.op == Op::call && !recursive_.contains(i.name) && program_.function(i.name)) {
      return take_body(b, i);
    }
    for (Region& inner : i.regions) region(inner);
    b.append(std::move(i));
  }

  void take_body(Builder& b, const Instruction& call) {
    Renaming names;
    const Region& body = program_.function(call.name)->region;
    for (std::size_t k = 0; k < call.operands.size(); ++k) {
      names[body.arguments[k].id] = call.operands[k];
    }
    std::vector<Instruction> copies;
    for (const Instruction& i : body.body) copies.push_back(copied(program_, i, names));
    for (Instruction& i : copies) {
      if (i.op == Op::yield || i.op == Op::return_value) {
        for (std::size_t k = 0; k < call.results.size(); ++k) {
          names_[call.results[k].id] = renamed(names_, i.operands[k]);
        }
        return;
      }
      if (i.location < 0) i.location = call.location;
      append(b, std::move(i));
    }
  }

  Program& program_;
  std::set<std::string> recursive_;
  Renaming names_;
  std::unordered_map<std::uint32_t, std::string> functions_;  // of function values
};

void mention(const Program& program, const Region& region, std::set<std::string>& names) {
  for_each_instruction(region, [&](const Instruction& i) {
    if (i.op != Op::call && i.op != Op::function) return;
    const ir::Function* f = program.function(i.name);
    if (f && names.insert(i.name).second) mention(program, f->region, names);
  });
}

}  // namespace

ir::Program inline_functions(ir::Program program) {
  Inlining pass(program);
  std::set<std::string> mentioned;
  for (Region* entry : {&program.prelude, &program.density, &program.outputs}) {
    pass.region(*entry);
    pass.drop_unused_values(*entry);
    mention(program, *entry, mentioned);
  }
  std::erase_if(program.functions,
                [&](const ir::Function& f) { return !mentioned.contains(f.name); });
  return program;
}

}  // namespace tyche::passes
