#include "tyche/passes/walk.hpp"

#include <algorithm>
#include <cassert>
#include <unordered_set>

namespace tyche::passes {

void rename(Instruction& instruction, const Renaming& names) {
  if (names.empty()) return;
  for_each_operand(instruction, [&](Value& v) { v = renamed(names, v); });
}

void rename(Region& region, const Renaming& names) {
  for (Instruction& instruction : region.body) rename(instruction, names);
}

static void mark(Value v, std::vector<char>& marks) {
  if (marks.size() <= v.id) marks.resize(v.id + 1, 0);
  marks[v.id] = 1;
}

void mark_defined(const Instruction& instruction, std::vector<char>& marks) {
  for (Value v : instruction.results) mark(v, marks);
  for (const Region& region : instruction.regions) {
    for (Value v : region.arguments) mark(v, marks);
    for (const Instruction& inner : region.body) mark_defined(inner, marks);
  }
}

namespace {

/// Operands in order of use, less what is defined inside.
class FreeValues {
 public:
  void visit(const Instruction& instruction) {
    for (Value v : instruction.operands) use(v);
    for (const Region& region : instruction.regions) visit(region);
    for (Value v : instruction.results) seen_.insert(v.id);
  }
  void visit(const Region& region) {
    for (Value v : region.arguments) seen_.insert(v.id);
    for (const Instruction& inner : region.body) visit(inner);
  }
  std::vector<Value> take() { return std::move(free_); }

 private:
  void use(Value v) {
    if (seen_.insert(v.id).second) free_.push_back(v);
  }
  std::unordered_set<std::uint32_t> seen_;
  std::vector<Value> free_;
};

}  // namespace

std::vector<Value> free_values(const Instruction& instruction) {
  FreeValues walk;
  walk.visit(instruction);
  return walk.take();
}

std::vector<Value> free_values(const Region& region) {
  FreeValues walk;
  walk.visit(region);
  return walk.take();
}

std::vector<char> locals_of(const Program& program) {
  std::vector<char> locals(program.values.size(), 0);
  const auto note = [&](const Instruction& i) {
    if (i.op == Op::local) locals[i.results[0].id] = 1;
  };
  for_each_instruction(program.prelude, note);
  for_each_instruction(program.density, note);
  for_each_instruction(program.outputs, note);
  for (const ir::Function& f : program.functions) for_each_instruction(f.region, note);
  return locals;
}

namespace {

void insert(std::vector<Value>& set, Value v) {
  if (std::ranges::find(set, v) == set.end()) set.push_back(v);
}

/// Also the locals that are made inside.
void gather(const Instruction& i, const std::vector<char>& locals, Effects& out,
            std::vector<Value>& own) {
  if (i.op == Op::local) own.push_back(i.results[0]);
  const bool writes = i.op == Op::store || i.op == Op::add_to;
  for (std::size_t k = 0; k < i.operands.size(); ++k) {
    const Value v = i.operands[k];
    if (v.id >= locals.size() || !locals[v.id]) continue;
    insert(writes && k == 0 ? out.writes : out.reads, v);
  }
  switch (i.op) {
    case Op::break_loop:
    case Op::continue_loop:
    case Op::return_value:
    case Op::call:
    case Op::call_value:
      out.ordered = true;
      break;
    default:
      if (ir::info(i.op).kind == ir::OpKind::meaning) out.ordered = true;
  }
  for (const Region& region : i.regions) {
    for (const Instruction& inner : region.body) gather(inner, locals, out, own);
  }
}

}  // namespace

Effects effects(const Instruction& instruction, const std::vector<char>& locals) {
  Effects out;
  std::vector<Value> own;
  gather(instruction, locals, out, own);
  if (own.empty()) return out;
  const auto is_own = [&](Value v) { return std::ranges::find(own, v) != own.end(); };
  std::erase_if(out.reads, is_own);
  std::erase_if(out.writes, is_own);
  return out;
}

std::vector<int> use_counts(const Program& program) {
  std::vector<int> uses(program.values.size(), 0);
  const auto count = [&](const Instruction& i) {
    for (Value v : i.operands) ++uses[v.id];
  };
  for_each_instruction(program.prelude, count);
  for_each_instruction(program.density, count);
  for_each_instruction(program.outputs, count);
  return uses;
}

Instruction& yield_of(Region& region) {
  assert(has_yield(region));
  return region.body.back();
}

const Instruction& yield_of(const Region& region) {
  assert(has_yield(region));
  return region.body.back();
}

bool has_yield(const Region& region) {
  return !region.body.empty() && region.body.back().op == Op::yield;
}

std::size_t count_instructions(const Program& program) {
  std::size_t n = 0;
  const auto count = [&](const Instruction&) { ++n; };
  for_each_instruction(program.prelude, count);
  for_each_instruction(program.density, count);
  for_each_instruction(program.outputs, count);
  return n;
}

static Value renewed(Program& program, Value v, Renaming& names) {
  const ir::ValueInfo old = program.values[v.id];
  return names[v.id] = program.new_value(old.type, old.hint);
}

Instruction copied(Program& program, const Instruction& instruction, Renaming& names) {
  Instruction out = instruction;
  for (Value& v : out.operands) {
    if (const auto at = names.find(v.id); at != names.end()) v = at->second;
  }
  for (Region& region : out.regions) {
    for (Value& v : region.arguments) v = renewed(program, v, names);
    for (Instruction& inner : region.body) inner = copied(program, inner, names);
  }
  for (Value& v : out.results) v = renewed(program, v, names);
  return out;
}

Constants::Constants(const Program& program) {
  const auto note = [&](const Instruction& i) {
    if (i.op != Op::constant) return;
    if (program.type(i.results[0]).kind == Kind::real) {
      reals_[i.results[0].id] = i.number;
    } else {
      integers_[i.results[0].id] = i.integer;
    }
  };
  for_each_instruction(program.prelude, note);
  for_each_instruction(program.density, note);
  for_each_instruction(program.outputs, note);
}

void Constants::copy(std::uint32_t original, Value copy) {
  if (const auto at = integers_.find(original); at != integers_.end()) {
    integers_.insert_or_assign(copy.id, std::int64_t(at->second));
  }
  if (const auto at = reals_.find(original); at != reals_.end()) {
    reals_.insert_or_assign(copy.id, double(at->second));
  }
}

bool Constants::integer(Value v, std::int64_t& x) const {
  const auto at = integers_.find(v.id);
  if (at == integers_.end()) return false;
  x = at->second;
  return true;
}

bool Constants::real(Value v, double& x) const {
  const auto at = reals_.find(v.id);
  if (at == reals_.end()) return false;
  x = at->second;
  return true;
}

}  // namespace tyche::passes
