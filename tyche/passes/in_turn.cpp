// Adds to many elements at indices that data say: one sum an element instead of eight.
#include <ranges>
#include <set>

#include "tyche/passes/contract.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

/// Rows an element from which on eight partial sums of it are worth their memory.
constexpr std::int64_t many_rows = 8;

class Turns {
 public:
  explicit Turns(const Program& program) : program_(program), constants_(program) {}

  void region(Region& region) {
    for (Instruction& i : region.body) {
      if (i.op == Op::plate) {
        plate(i);
      } else {
        for (Region& inner : i.regions) this->region(inner);
      }
    }
  }

 private:
  void plate(Instruction& plate) {
    Region& body = plate.regions[0];
    std::int64_t rows = 0;
    if (!constants_.integer(plate.operands[0], rows)) return;
    for (Instruction& add : body.body) {
      if (add.op != Op::add_to || many_rows * program_.type(add.operands[0]).size() <= rows)
        continue;
      if (uses(body, add.operands[0]) == 1 && by_data(body, add)) add.integer = 1;
    }
  }

  /// Of a local of outside: how often the body names it.
  static int uses(const Region& body, Value local) {
    int count = 0;
    for (const Instruction& at : body.body) {
      for (Value v : at.results) count += v == local;
      for_each_operand(at, [&](Value v) { count += v == local; });
    }
    return count;
  }

  /// Whether what the body loads takes part in an index of the add.
  static bool by_data(const Region& body, const Instruction& add) {
    std::set<Value> wanted(add.operands.begin() + 1, add.operands.end() - 1);
    for (const Instruction& at : std::views::reverse(body.body)) {
      if (at.results.size() != 1 || !wanted.contains(at.results[0])) continue;
      if (at.op == Op::load) return true;
      wanted.insert(at.operands.begin(), at.operands.end());
    }
    return false;
  }

  const Program& program_;
  Constants constants_;
};

}  // namespace

Program add_in_turn(Program program) {
  with_density(program, [&](Region& density) { Turns(program).region(density); });
  return program;
}

}  // namespace tyche::passes
