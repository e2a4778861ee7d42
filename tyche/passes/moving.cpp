#include "tyche/passes/moving.hpp"

#include <algorithm>

namespace tyche::passes {

bool Moving::any(std::span<const Value> values) const {
  return std::ranges::any_of(values,
                             [&](Value v) { return v.id < moving_.size() && moving_[v.id] != 0; });
}

void Moving::mark(Value value) {
  if (value.id >= moving_.size()) moving_.resize(value.id + 1, 0);
  moving_[value.id] = 1;
}

void Moving::pass(const Instruction& i) {
  if (!any(i.operands)) return;
  for (const Value result : i.results) mark(result);
  if (i.op == Op::store || i.op == Op::add_to) mark(i.operands[0]);
}

void Moving::enter(const Instruction& i, const Renaming& names) {
  const bool moves = any(i.operands) || std::ranges::any_of(i.regions, [&](const Region& r) {
                       return touched(r, names);
                     });
  if (!moves) return;
  for (const Value result : i.results) mark(result);
  for (const Region& r : i.regions) {
    mark_stored(r, names);
    const bool indexed = i.op == Op::plate || i.op == Op::for_loop || i.op == Op::scan;
    for (std::size_t k = indexed ? 1 : 0; k < r.arguments.size(); ++k) {
      const bool data = i.op == Op::scan && k > std::size_t(i.integer);
      if (!data || any({&i.operands[k], 1})) mark(r.arguments[k]);
    }
  }
}

bool Moving::touched(const Region& region, const Renaming& names) const {
  return std::ranges::any_of(region.body, [&](const Instruction& i) {
    if (i.op == Op::choice) return sampled_(i);
    return std::ranges::any_of(i.operands,
                               [&](Value v) {
                                 const Value now = renamed(names, v);
                                 return any({&now, 1});
                               }) ||
           std::ranges::any_of(i.regions, [&](const Region& r) { return touched(r, names); });
  });
}

void Moving::mark_stored(const Region& region, const Renaming& names) {
  for (const Instruction& i : region.body) {
    if (i.op == Op::store || i.op == Op::add_to) mark(renamed(names, i.operands[0]));
    for (const Region& r : i.regions) mark_stored(r, names);
  }
}

}  // namespace tyche::passes
