// Which values follow from the position, while the choices of a program are still being resolved.
#pragma once
#include <functional>
#include <vector>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {

/// Errs to the side of moving: what is carried round a loop moves if anything in the loop does.
class Moving {
 public:
  /// `sampled` says which choices are moved by the method.
  explicit Moving(std::function<bool(const Instruction&)> sampled) : sampled_(std::move(sampled)) {}

  bool any(std::span<const Value> values) const;
  void mark(Value value);
  /// What an instruction without regions gives, or stores.
  void pass(const Instruction& instruction);
  /// What an instruction gives its regions, and what it and they give in the end; before the
  /// regions are looked into.
  void enter(const Instruction& instruction, const Renaming& names);

 private:
  bool touched(const Region& region, const Renaming& names) const;
  void mark_stored(const Region& region, const Renaming& names);

  std::function<bool(const Instruction&)> sampled_;
  std::vector<char> moving_;  // by value
};

}  // namespace tyche::passes
