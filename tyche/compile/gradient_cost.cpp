#include "tyche/compile/gradient_cost.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "tyche/codegen/plate_lanes.hpp"

namespace tyche {
namespace {

using ir::Instruction;
using ir::Op;
using ir::OpKind;
using ir::Region;
using ir::Value;

// In plain instructions, of one number or of a vector of eight.
constexpr double ns_an_instruction = 0.14;
constexpr double elementary = 60, division = 8, vector_division = 25;
constexpr double turn = 2;            // of a loop: count and branch
constexpr double gather = 8;          // rows whose index is data: a number a lane
constexpr double scatter = 16;        // the same, adding
constexpr double plate_in_rows = 30;  // joining eight partial sums, the rows left over
constexpr double unknown_count = 8;
constexpr double shared_turn = 0.5;  // what a turn costs each of some vectors, loads shared

class Walk {
 public:
  explicit Walk(const ir::Program& program) : program_(program) { collect(program.density); }

  /// Instructions of one pass through the region; `vector`: each for eight lanes.
  double region(const Region& region, bool vector) {
    double sum = 0;
    for (const Instruction& at : region.body) sum += instruction(at, vector);
    return sum;
  }
  bool rows = false;  // plates take the lanes

 private:
  void collect(const Region& region) {
    for (const Instruction& at : region.body) {
      if (at.op == Op::constant && !at.results.empty()) constants_[at.results[0]] = at.integer;
      for (const Region& inner : at.regions) collect(inner);
    }
  }

  double count(const Instruction& loop) const {
    const auto known = constants_.find(loop.operands[0]);
    return known == constants_.end() ? unknown_count : double(known->second);
  }

  double instruction(const Instruction& at, bool vector) {
    switch (at.op) {
      case Op::constant:
      case Op::data:
      case Op::yield:
        return 0;
      case Op::load:
      case Op::add_to:
        return memory(at);
      case Op::div:
      case Op::sqrt:
        return vector ? vector_division : division;
      case Op::plate:
        return plate(at, vector);
      case Op::for_loop:
      case Op::scan:
      case Op::while_loop:
        return loop(at, vector);
      default:
        break;
    }
    double sum = ir::info(at.op).kind == OpKind::elementary ? elementary : 1;
    for (const Value v : at.operands) inherit(v, at);
    for (const Region& inner : at.regions) sum += region(inner, vector);
    return sum;
  }

  double loop(const Instruction& at, bool vector) {
    double body = 0;
    for (const Region& inner : at.regions) body += region(inner, vector);
    return (at.op == Op::while_loop ? unknown_count : count(at)) *
           (shared_ > 1 ? shared_turn * body + turn / shared_ : body + turn);
  }

  double plate(const Instruction& at, bool vector) {
    const double n = count(at);
    const bool lanes =
        rows && !vector && at.order == ir::Order::lanes && n >= double(codegen::fewest_rows);
    if (!lanes) return loop(at, vector);
    shared_ = codegen::sharing(std::int64_t(n));
    in_rows_ = true;
    const double body = region(at.regions[0], true);
    shared_ = 1;
    in_rows_ = false;
    return double((std::int64_t(n) + 7) / 8) * (body + turn) + plate_in_rows;
  }

  /// An index that is data costs rows a number a lane.
  double memory(const Instruction& at) {
    bool by_data = false;
    const std::size_t last = at.operands.size() - (at.op == Op::add_to ? 1 : 0);
    for (std::size_t k = 1; k < last; ++k) by_data |= read_.contains(at.operands[k]);
    if (at.op == Op::load && !at.results.empty() &&
        program_.type(at.results[0]).element() == ir::Kind::integer) {
      read_.insert(at.results[0]);
    }
    if (!in_rows_ || !by_data) return at.op == Op::load ? 1 : 2;
    return at.op == Op::load ? gather : scatter;
  }

  /// Whole numbers made of integers that were read.
  void inherit(Value v, const Instruction& at) {
    if (!read_.contains(v) || at.results.empty()) return;
    if (program_.type(at.results[0]).kind == ir::Kind::integer) read_.insert(at.results[0]);
  }

  const ir::Program& program_;
  std::map<Value, std::int64_t> constants_;
  std::set<Value> read_;
  double shared_ = 1;
  bool in_rows_ = false;
};

}  // namespace

GradientCost gradient_cost(const ir::Program& program) {
  Walk chains(program), rows(program);
  rows.rows = true;
  return {.chains = ns_an_instruction * chains.region(program.density, true) / 8,
          .rows = ns_an_instruction * rows.region(program.density, false)};
}

}  // namespace tyche
