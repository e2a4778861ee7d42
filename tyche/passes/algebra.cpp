#include "tyche/passes/algebra.hpp"

#include <algorithm>

#include "tyche/passes/activity.hpp"
#include "tyche/passes/algebraist.hpp"

namespace tyche::passes {

Algebraist::Algebraist(Program& program)
    : program_(program), constants_(program), active_(active_values(program)) {}

void Algebraist::region(Region& region, int depth) {
  std::vector<Instruction> body = std::move(region.body);
  region.body.clear();
  Region out{.arguments = region.arguments, .body = {}};
  Builder b(program_, out);
  for (Instruction& i : body) {
    b.at(i.location);
    for (Value& v : i.operands) v = renamed(names_, v);
    const bool loop =
        i.op == Op::plate || i.op == Op::for_loop || i.op == Op::scan || i.op == Op::while_loop;
    for (Region& inner : i.regions) {
      const int inside = depth + (loop ? 1 : 0);
      for (Value v : inner.arguments) set_depth(v, inside);
      if (loop) around_.push_back(&b);
      this->region(inner, inside);
      if (loop) around_.pop_back();
    }
    if (i.op == Op::plate) {
      plate(b, std::move(i), depth);
    } else {
      plain(b, std::move(i), depth);
    }
  }
  region = std::move(out);
}

void Algebraist::plain(Builder& b, Instruction i, int depth) {
  if (is_real(i) && i.regions.empty()) rewrite(b, i, depth);
  if (ir::info(i.op).kind == ir::OpKind::logic && i.operands.size() == 2) compare(i);
  if (i.operands.size() == 1 && i.op == Op::pow) {
    names_[i.results[0].id] = i.operands[0];
  } else {
    append(b, std::move(i), depth);
  }
}

void Algebraist::append(Builder& b, Instruction i, int depth) {
  for (Value v : i.results)
    set_depth(v, i.op == Op::constant && depth == 0 ? constant_depth : depth);
  if (i.regions.empty() && i.results.size() == 1) defined_[i.results[0].id] = i;
  b.append(std::move(i));
}

Value Algebraist::emit(Builder& b, Op op, std::vector<Value> operands, int depth) {
  const Value v = b.emit(op, operands);
  set_depth(v, depth);
  defined_[v.id] = b.region().body.back();
  return v;
}

Value Algebraist::real(Builder& b, double x) {
  Builder& at = outside(b, 0);
  const Value v = at.real(x);
  set_depth(v, constant_depth);
  defined_[v.id] = at.region().body.back();
  return v;
}

Builder& Algebraist::outside(Builder& b, int depth) {
  const std::size_t k = std::size_t(std::max(depth, 0));
  return k < around_.size() ? *around_[k] : b;
}

void Algebraist::entry(Region& region) {
  uses_ = use_counts(program_);
  survey(region);
  for (Value v : region.arguments) set_depth(v, 0);
  this->region(region, 0);
}

void Algebraist::survey(const Region& region) {
  std::unordered_map<std::uint32_t, int> seen;
  for (const Instruction& i : region.body) {
    for (const Region& inner : i.regions) survey(inner);
    if (i.op == Op::div) ++divides_[i.operands[1].id];
    const int bit = i.op == Op::log1p_exp ? 1 : i.op == Op::inv_logit ? 2 : 0;
    if (bit != 0 && (seen[i.operands[0].id] |= bit) == 3) both_logistic_.insert(i.operands[0].id);
  }
}

void Algebraist::set_depth(Value v, int depth) {
  if (depth_.size() <= v.id) depth_.resize(v.id + 64, 0);
  depth_[v.id] = depth;
}

const Instruction* Algebraist::defining(Value v) const {
  const auto at = defined_.find(v.id);
  return at == defined_.end() ? nullptr : &at->second;
}

bool Algebraist::is_real(const Instruction& i) const {
  return i.results.size() == 1 && program_.type(i.results[0]).kind == Kind::real;
}

ir::Program algebra(ir::Program program) {
  with_density(program, [&](Region& density) {
    Algebraist pass(program);  // uses and activity are read from the program
    pass.entry(density);
    rename(program.outputs, pass.names());
  });
  return program;
}

}  // namespace tyche::passes
