// What every pass asks of instructions and regions: operands, free values, effects, renamings.
#pragma once
#include <unordered_map>
#include <utility>
#include <vector>

#include "tyche/ir/builder.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/ir/walk.hpp"

namespace tyche::passes {

using ir::Builder;
using ir::for_each_instruction;
using ir::for_each_operand;
using ir::Instruction;
using ir::Kind;
using ir::Op;
using ir::Program;
using ir::Region;
using ir::Type;
using ir::Value;

/// A new name for some values, by id.
using Renaming = std::unordered_map<std::uint32_t, Value>;

/// The last of the chain of names that begins with `v`.
inline Value renamed(const Renaming& names, Value v) {
  for (auto at = names.find(v.id); at != names.end(); at = names.find(v.id)) v = at->second;
  return v;
}

/// f(density), whose program still holds a copy of it.
template <class F>
void with_density(Program& program, const F& f) {
  Region density = std::move(program.density);
  program.density = density;
  f(density);
  program.density = std::move(density);
}

void rename(Instruction& instruction, const Renaming& names);
void rename(Region& region, const Renaming& names);

/// Marks, by id, the values that `instruction` defines: results, and whatever its regions hold.
void mark_defined(const Instruction& instruction, std::vector<char>& marks);

/// Values that the instruction (or a region, its arguments known) uses and does not define, each
/// once, in order of first use.
std::vector<Value> free_values(const Instruction& instruction);
std::vector<Value> free_values(const Region& region);

/// By id: whether a value is made by `local`, so may change.
std::vector<char> locals_of(const Program& program);

/// What an instruction does besides giving its results.
struct Effects {
  bool ordered = false;       // holds a term, output, reject, print, draw, choice, call or jump
  std::vector<Value> reads;   // locals made outside that it reads
  std::vector<Value> writes;  // and those that it writes
  bool pure() const { return !ordered && writes.empty(); }
  /// Neither reads nor writes what can change, so it may stand anywhere its operands reach.
  bool movable() const { return pure() && reads.empty(); }
};
Effects effects(const Instruction& instruction, const std::vector<char>& locals);

/// By id: how often a value is an operand, in all three entries.
std::vector<int> use_counts(const Program& program);

/// The yield that ends the region; the region must have one.
Instruction& yield_of(Region& region);
const Instruction& yield_of(const Region& region);
bool has_yield(const Region& region);

/// Instructions in the program, nested ones too.
std::size_t count_instructions(const Program& program);

/// Appends a copy of the instruction, what it defines renewed, and notes the new names.
Instruction copied(Program& program, const Instruction& instruction, Renaming& names);

/// Constants by value, for passes that must know counts.
class Constants {
 public:
  explicit Constants(const Program& program);
  /// Whether v is a constant integer or boolean.
  bool integer(Value v, std::int64_t& x) const;
  bool real(Value v, double& x) const;
  /// `copy` is what `original` is, if that is known.
  void copy(std::uint32_t original, Value copy);

 private:
  std::unordered_map<std::uint32_t, std::int64_t> integers_;
  std::unordered_map<std::uint32_t, double> reals_;
};

}  // namespace tyche::passes
