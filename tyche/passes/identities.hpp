// Rewrites of one instruction, knowing how its operands are defined, that keep every bit.
#pragma once
#include <deque>
#include <optional>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {

/// How values that have no region are defined, and what is known of integers.
class Definitions {
 public:
  explicit Definitions(const Program& program) : program_(program) {}

  /// What is kept of it, which stays where it is; null if it has a region or not one result.
  const Instruction* note(const Instruction& instruction);
  /// The index of a plate or loop with this count runs over [0, count).
  void note_index(Value index, Value count);
  const Instruction* of(Value v) const;

  std::optional<std::int64_t> integer(Value v) const;
  std::optional<double> real(Value v) const;
  /// Whether 0 <= v < n is sure.
  bool within(Value v, std::int64_t n) const;

 private:
  struct Range {
    std::int64_t low, high;  // both may be taken
  };
  std::optional<Range> range(Value v, int depth = 0) const;

  const Program& program_;
  std::deque<Instruction> pool_;
  std::vector<const Instruction*> defined_;  // by id, as far as noted
  std::unordered_map<std::uint32_t, Range> indices_;
};

/// What an instruction becomes.
struct Rewrite {
  enum class Kind { none, value, constant, instruction } kind = Kind::none;
  Value value = {};           // value: the result is this value
  double number = 0;          // constant of the result's type
  std::int64_t integer = 0;   // likewise
  Instruction replacement{};  // instruction: of the same result
};

/// One step; called again on what it gives. Instructions without regions only.
Rewrite rewrite(const Instruction& instruction, const Definitions& definitions,
                const Program& program);

}  // namespace tyche::passes
