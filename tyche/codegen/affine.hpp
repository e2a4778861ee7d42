// Where an index of the body of a plate goes as the plate advances: step i + what stays the same.
#pragma once
#include <map>
#include <optional>
#include <set>

#include "tyche/ir/program.hpp"

namespace tyche::codegen {

/// step i + constant + sum of coefficient times value, i being the index of the plate.
struct Affine {
  bool known = false;
  std::int64_t step = 0;
  std::int64_t constant = 0;
  std::map<ir::Value, std::int64_t> terms = {};  // values from outside the plate
  bool inner = false;                            // a term is the index of a loop inside the plate
  friend bool operator==(const Affine&, const Affine&) = default;
};

/// What the body of one plate defines and adds to.
class PlateBody {
 public:
  /// `constants`: whole numbers known outside the plate.
  PlateBody(const ir::Instruction& plate, const std::map<ir::Value, std::int64_t>& constants);

  Affine index(ir::Value v) const;
  bool defines(ir::Value v) const { return inside_.contains(v) || arguments_.contains(v); }

  /// How many turns the loop whose index is `argument` takes; none if that is not known.
  std::optional<std::int64_t> count(ir::Value argument) const;

  /// Adds to containers that the plate does not define, by container; but not those in turn.
  const std::map<ir::Value, std::vector<const ir::Instruction*>>& adds() const { return adds_; }
  /// Whether the body reads the container otherwise than by adding to it.
  bool reads(ir::Value container) const { return reads_.contains(container); }

 private:
  void enter(const ir::Region& region);
  void note_count(const ir::Instruction& loop);

  ir::Value i_;
  const std::map<ir::Value, std::int64_t>& constants_;
  std::map<ir::Value, const ir::Instruction*> inside_;
  std::set<ir::Value> arguments_;
  std::map<ir::Value, std::int64_t> counts_;
  std::map<ir::Value, std::vector<const ir::Instruction*>> adds_;
  std::set<ir::Value> reads_;
};

Affine operator+(const Affine& a, const Affine& b);
Affine operator*(const Affine& a, std::int64_t factor);

}  // namespace tyche::codegen
