// What the iterations of a loop hand to one another, and through which instructions. Used by
// distribute alone.
#pragma once
#include <optional>

#include "tyche/passes/distribute_plan.hpp"

namespace tyche::passes {

/// Variables are the carried values, then locals that iterations read and write. Fills of the plan
/// what is known before its parts: row, places, carried, mapped, carries and summands.
class Dependences {
 public:
  Dependences(const Instruction& loop, std::int64_t count, const Surroundings& around);

  /// False where the loop is of no kind that can be distributed.
  bool find();

 protected:
  using Set = std::uint64_t;  // of variables
  static Set bit(std::size_t k) { return Set(1) << k; }

  bool fits() const;

  void note_uses();

  /// A loop that counts down, as the way back of one that counts up does.
  void find_row();

  std::optional<std::size_t> carried(Value v) const;
  std::optional<std::size_t> place(Value v) const;

  // Locals.

  struct Touches {
    std::vector<std::size_t> all;
    int stores = 0, adds = 0, reads = 0;
  };

  void memory();

  static void count_writes(const Instruction& i, Value v, Touches& t);

  /// Whether a plate can give the local whole.
  bool whole(Value local, Value element) const;

  /// All that touches it stays in one loop, in order.
  void pin(const Touches& t);

  // Sums.

  int uses(Value v) const;

  /// The place of what alone uses v, if that is an instruction of the body.
  std::optional<std::size_t> sole_user(Value v) const;

  bool real_sum(const Instruction& i) const;

  void find_sums();

  void take_apart(std::size_t k, Value v, bool minus);

  bool summed(std::size_t k) const { return plan_.carries[k] == Carry::summed; }

  // Cycles.

  /// Of each variable, those of the iteration before that what follows it depends on; closed.
  std::vector<Set> find_reach();
  void find_cycles();

  /// What the values depend on within one iteration.
  Set depends(std::span<const Value> values) const;

  const Instruction& loop_;
  const Surroundings& around_;
  std::span<const Value> arguments_;
  std::span<const Instruction> body_;
  std::span<const Value> yields_;
  Distribution plan_;
  std::map<Value, int> uses_;                 // within the body
  std::vector<std::vector<Value>> operands_;  // of the body or carried
  std::size_t variables_ = 0;                 // carried values, then locals that are pinned
  std::vector<char> bound_;                   // to a loop
  std::vector<char> roots_;                   // write to what is outside
  std::vector<char> dropped_;                 // only join summands
  std::set<Value> written_;                   // locals stored to, or read and added to
  std::vector<Set> depends_, feeds_;          // by instruction: within one iteration
  std::vector<Set> cycle_;                    // by variable: itself and others, if on a cycle
};

}  // namespace tyche::passes
