// What must stay behind a plate, as a walk behind it finds out.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {

/// What a first plate and those that depend on it give, read and write, as a walk behind the plate
/// finds them. Marks are the number of the walk, so that a new one begins at no cost.
class Marks {
 public:
  void resize(std::size_t values) { of_.resize(values); }

  void begin(const std::vector<Value>& results, const Effects& effects) {
    ++walk_;
    ordered_ = after_ordered_ = false;
    note(results, effects, &Mark::first);
    ordered_ = effects.ordered;
  }
  /// Of an instruction that depends.
  void add(const std::vector<Value>& results, const Effects& effects) {
    note(results, effects, &Mark::after);
    after_ordered_ |= effects.ordered;
  }

  bool uses_first(const std::vector<Value>& uses) const { return uses_of(uses, &Mark::first); }
  /// Whether such an instruction must come behind one that was added.
  bool after(const std::vector<Value>& uses, const Effects& effects) const {
    return (after_ordered_ && effects.ordered) || behind(uses, effects, &Mark::after);
  }
  /// Whether it must come behind the first plate or one that was added. Sums into one local may
  /// change places if both are of the two plates; anything else that writes may not.
  bool depends(const std::vector<Value>& uses, const Effects& effects) const {
    return (ordered_ && effects.ordered) || behind(uses, effects, &Mark::first) ||
           after(uses, effects);
  }

 private:
  struct Walks {
    std::uint32_t given = 0, read = 0, written = 0;
  };
  struct Mark {
    Walks first, after;
  };

  void note(const std::vector<Value>& results, const Effects& effects, Walks Mark::* side) {
    for (Value v : results) (of_[v.id].*side).given = walk_;
    for (Value v : effects.reads) (of_[v.id].*side).read = walk_;
    for (Value v : effects.writes) (of_[v.id].*side).written = walk_;
  }
  bool uses_of(const std::vector<Value>& uses, Walks Mark::* side) const {
    return std::ranges::any_of(uses, [&](Value v) { return (of_[v.id].*side).given == walk_; });
  }
  bool behind(const std::vector<Value>& uses, const Effects& effects, Walks Mark::* side) const {
    const auto written = [&](Value v) { return (of_[v.id].*side).written == walk_; };
    const auto read = [&](Value v) { return (of_[v.id].*side).read == walk_; };
    return uses_of(uses, side) || std::ranges::any_of(effects.reads, written) ||
           std::ranges::any_of(effects.writes, written) ||
           std::ranges::any_of(effects.writes, read);
  }

  std::vector<Mark> of_;
  std::uint32_t walk_ = 0;
  bool ordered_ = false, after_ordered_ = false;
};

}  // namespace tyche::passes
