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

  const std::set<std::string>& recursive() const { return recursive_; }

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

}  // namespace

ir::Program inline_functions(ir::Program program) {
  Inlining pass(program);
  pass.region(program.prelude);
  pass.region(program.density);
  pass.region(program.outputs);
  std::erase_if(program.functions,
                [&](const ir::Function& f) { return !pass.recursive().contains(f.name); });
  return program;
}

}  // namespace tyche::passes
