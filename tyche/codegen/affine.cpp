#include "tyche/codegen/affine.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Op;
using ir::Value;

Affine operator+(const Affine& a, const Affine& b) {
  Affine out = a;
  out.known = a.known && b.known;
  out.step += b.step;
  out.constant += b.constant;
  out.inner = a.inner || b.inner;
  for (const auto& [value, coefficient] : b.terms) out.terms[value] += coefficient;
  std::erase_if(out.terms, [](const auto& term) { return term.second == 0; });
  return out;
}

Affine operator*(const Affine& a, std::int64_t factor) {
  Affine out = a;
  out.step *= factor;
  out.constant *= factor;
  for (auto& [value, coefficient] : out.terms) coefficient *= factor;
  std::erase_if(out.terms, [](const auto& term) { return term.second == 0; });
  return out;
}

PlateBody::PlateBody(const Instruction& plate, const std::map<Value, std::int64_t>& constants)
    : i_(plate.regions[0].arguments[0]), constants_(constants) {
  note_count(plate);
  enter(plate.regions[0]);
  std::erase_if(adds_, [&](const auto& add) { return defines(add.first); });
}

void PlateBody::enter(const ir::Region& region) {
  arguments_.insert(region.arguments.begin(), region.arguments.end());
  for (const Instruction& at : region.body) {
    for (Value v : at.results) inside_[v] = &at;
    for (std::size_t k = at.op == Op::add_to ? 1 : 0; k < at.operands.size(); ++k) {
      reads_.insert(at.operands[k]);
    }
    if (at.op == Op::add_to && at.integer == 0) adds_[at.operands[0]].push_back(&at);
    if (at.op == Op::plate || at.op == Op::for_loop || at.op == Op::scan) note_count(at);
    for (const ir::Region& inner : at.regions) enter(inner);
  }
}

void PlateBody::note_count(const Instruction& loop) {
  const Value count = loop.operands[0];
  if (const auto outer = constants_.find(count); outer != constants_.end()) {
    counts_[loop.regions[0].arguments[0]] = outer->second;
  } else if (const auto own = inside_.find(count); own != inside_.end()) {
    if (own->second->op == Op::constant) {
      counts_[loop.regions[0].arguments[0]] = own->second->integer;
    }
  }
}

std::optional<std::int64_t> PlateBody::count(Value argument) const {
  const auto found = counts_.find(argument);
  if (found == counts_.end()) return std::nullopt;
  return found->second;
}

Affine PlateBody::index(Value v) const {
  if (v == i_) return {.known = true, .step = 1};
  if (arguments_.contains(v)) return {.known = true, .terms = {{v, 1}}, .inner = true};
  const auto found = inside_.find(v);
  if (found == inside_.end()) {
    if (const auto constant = constants_.find(v); constant != constants_.end()) {
      return {.known = true, .constant = constant->second};
    }
    return {.known = true, .terms = {{v, 1}}};
  }
  const Instruction& at = *found->second;
  switch (at.op) {
    case Op::constant:
      return {.known = true, .constant = at.integer};
    case Op::add:
      return index(at.operands[0]) + index(at.operands[1]);
    case Op::sub:
      return index(at.operands[0]) + index(at.operands[1]) * -1;
    case Op::neg:
      return index(at.operands[0]) * -1;
    case Op::mul: {
      const Affine a = index(at.operands[0]), b = index(at.operands[1]);
      const auto plain = [](const Affine& x) { return x.known && x.step == 0 && x.terms.empty(); };
      if (plain(b)) return a * b.constant;
      if (plain(a)) return b * a.constant;
      return {};
    }
    default:
      return {};
  }
}

}  // namespace tyche::codegen
