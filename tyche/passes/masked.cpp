#include "tyche/passes/masked.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>

#include "tyche/passes/derivatives.hpp"

namespace tyche::passes {
namespace {

/// Operand `side` (1 or 2) of any select with this condition.
struct Arm {
  std::uint32_t condition = 0;
  std::size_t side = 0;
  friend auto operator<=>(const Arm&, const Arm&) = default;
};

/// The value `from` is an operand of what makes `to`.
struct Way {
  std::uint32_t from = 0, to = 0;
  std::uint32_t pair = 0;  // it counts as open only if this, too, is reached; mostly `to`
  bool skipped = false;    // a branch or loop around it may not run
  bool chosen = false;     // an arm of a select
  bool adds = false;       // `to` is infinite or NaN where `from` is
  Arm arm = {};            // of a select: which
  bool closes() const { return skipped || chosen; }
};

/// All ways from values to what the density yields.
class Ways {
 public:
  explicit Ways(const Program& program)
      : constants_(program),
        end_(std::uint32_t(program.values.size())),
        homes_(program.values.size(), 0) {
    const Value end{end_};
    region(program.density, false, {std::span(&end, 1)});
  }

  std::uint32_t end() const { return end_; }
  const std::vector<Way>& all() const { return ways_; }

  /// Where one of the `summed` is infinite the point has no gradient to spoil: what is chosen
  /// everywhere else is as good as always chosen.
  void admit(const std::vector<char>& summed) {
    std::set<Arm> needed;
    for (const auto& [arm, result] : infinite_) {
      if (summed[result.id]) needed.insert(arm);
    }
    for (Way& w : ways_) w.chosen = w.chosen && !needed.contains(w.arm);
  }

 private:
  void add(Value from, Value to, Way way = {}) {
    way.from = from.id;
    way.to = to.id;
    way.pair = to.id;
    way.skipped = homes_[from.id] < depth_;
    ways_.push_back(way);
  }

  /// `conditional`: whether it may be left out; each of `targets` takes what it yields.
  void region(const Region& r, bool conditional, std::vector<std::span<const Value>> targets) {
    depth_ += conditional;
    for (Value v : r.arguments) homes_[v.id] = depth_;
    for (const Instruction& i : r.body) {
      for (Value v : i.results) homes_[v.id] = depth_;
      visit(i);
    }
    for (std::span<const Value> to : targets) {
      for (std::size_t k = 0; k < to.size(); ++k) {
        add(yield_of(r).operands[k], to[k], {.adds = !conditional});
      }
    }
    depth_ -= conditional;
  }

  bool certain(Value count) const {
    std::int64_t n = 0;
    return constants_.integer(count, n) && n > 0;
  }

  void visit(const Instruction& i) {
    switch (i.op) {
      case Op::store:
      case Op::add_to:
        return store(i);
      case Op::load:
      case Op::slice:
        return add(i.operands[0], i.results[0]);
      case Op::plate:
        return region(i.regions[0], !certain(i.operands[0]), {i.results});
      case Op::if_else:
        for (const Region& r : i.regions) region(r, true, {i.results});
        return;
      case Op::for_loop:
      case Op::while_loop:
        return loop(i);
      case Op::select:
        return select(i);
      case Op::min:
      case Op::max:
        return extreme(i);
      default:
        return plain(i);
    }
  }

  void store(const Instruction& i) {
    const Value target = i.operands[0];
    add(i.operands.back(), target);
    // What was there before is lost under a condition.
    if (i.op == Op::store && homes_[target.id] < depth_) add(target, target, {.chosen = true});
  }

  void loop(const Instruction& i) {
    const bool counted = i.op == Op::for_loop;
    const std::size_t skip = counted ? 1 : 0;
    const bool conditional = !counted || !certain(i.operands[0]);
    const Region& body = i.regions.back();
    const auto carried = [&](const Region& r) { return std::span(r.arguments).subspan(skip); };
    for (const Region& r : i.regions) {
      for (std::size_t k = 0; k < i.results.size(); ++k) add(i.operands[k + skip], carried(r)[k]);
    }
    if (!counted) region(i.regions[0], conditional, {});
    region(body, conditional, {i.results, carried(body)});
  }

  /// Of `m > -inf`, as log_sum_exp has it: its share of -inf is zero by arithmetic, not by choice.
  void plain_condition(const Instruction& i) {
    double bound = 0;
    if (i.op == Op::gt && constants_.real(i.operands[1], bound) &&
        bound == -std::numeric_limits<double>::infinity()) {
      possible_.push_back(i.results[0]);
    }
  }

  void select(const Instruction& i) {
    const bool chosen = std::ranges::find(possible_, i.operands[0]) == possible_.end();
    for (std::size_t k = 1; k < 3; ++k) {
      double other = 0;
      const Arm arm{i.operands[0].id, k};
      add(i.operands[k], i.results[0], {.chosen = chosen, .arm = arm});
      if (constants_.real(i.operands[3 - k], other) && std::isinf(other)) {
        infinite_.emplace_back(arm, i.results[0]);
      }
    }
  }

  /// Where both the lesser and the greater of two are used, each of the two is.
  void extreme(const Instruction& i) {
    const auto both = std::minmax(i.operands[0].id, i.operands[1].id);
    const auto [at, first] = extremes_.try_emplace(std::pair(both.first, both.second));
    const bool paired = !first && at->second.op != i.op;
    for (std::size_t k = 0; k < 2; ++k) {
      add(i.operands[k], i.results[0], {.chosen = !paired});
      if (!paired) continue;
      ways_.back().pair = at->second.result.id;
      Way& other = ways_[at->second.ways + k];
      other.pair = i.results[0].id;
      other.chosen = false;
    }
    if (first) at->second = {i.op, i.results[0], ways_.size() - 2};
  }

  /// Whether an infinite operand k leaves no finite result.
  bool adds(const Instruction& i, std::size_t k) const {
    double factor = 0;
    const auto scaled = [&] {
      return constants_.real(i.operands[1 - k], factor) && std::isfinite(factor) && factor != 0;
    };
    if (i.op == Op::mul || (i.op == Op::fma && k < 2)) return scaled();
    return i.op == Op::add || i.op == Op::sub || i.op == Op::neg || i.op == Op::fma;
  }

  void plain(const Instruction& i) {
    plain_condition(i);
    if (is_flat(i.op)) return;
    for (std::size_t k = 0; k < i.operands.size(); ++k) {
      const bool chosen = i.op == Op::pow && k == 1;
      for (Value r : i.results) {
        add(i.operands[k], r, {.chosen = chosen, .adds = adds(i, k)});
      }
    }
  }

  struct Extreme {
    Op op;
    Value result;
    std::size_t ways;  // the first of two
  };

  const Constants constants_;
  const std::uint32_t end_;
  std::vector<int> homes_;  // by id: how many conditions are around its definition
  int depth_ = 0;           // and around what is being looked at
  std::vector<Way> ways_;
  std::vector<Value> possible_;
  std::vector<std::pair<Arm, Value>> infinite_;  // results that are where the arm is not chosen
  std::map<std::pair<std::uint32_t, std::uint32_t>, Extreme> extremes_;
};

/// By id: whether a way leads to the end, all of it such that `open`.
template <class Open>
std::vector<char> reaching(const Ways& ways, const Open& open) {
  std::vector<std::vector<const Way*>> before(ways.end() + 1);
  for (const Way& w : ways.all()) before[w.to].push_back(&w);
  std::vector<char> found(ways.end() + 1, 0);
  std::vector<std::uint32_t> next{ways.end()};
  found[ways.end()] = 1;
  while (!next.empty()) {
    const std::uint32_t to = next.back();
    next.pop_back();
    for (const Way* w : before[to]) {
      if (found[w->from] || !found[w->pair] || !open(*w)) continue;
      found[w->from] = 1;
      next.push_back(w->from);
    }
  }
  return found;
}

}  // namespace

std::vector<char> masked_values(const Program& program) {
  Ways ways(program);
  ways.admit(reaching(ways, [](const Way& w) { return w.adds; }));
  std::vector<char> blocked(ways.end() + 1, 0);  // arrays
  if (std::ranges::none_of(ways.all(), &Way::closes)) return blocked;
  const std::vector<char> concerned = reaching(ways, [](const Way&) { return true; });
  std::vector<char> open;
  for (bool changed = true; changed;) {
    open = reaching(ways, [&](const Way& w) { return !w.closes() && !blocked[w.from]; });
    changed = false;
    for (const Way& w : ways.all()) {
      if (blocked[w.from] || program.values[w.from].type.is_scalar()) continue;
      if (!concerned[w.to] || (!w.closes() && open[w.to])) continue;
      blocked[w.from] = 1;
      changed = true;
    }
  }
  for (std::size_t id = 0; id < open.size(); ++id) open[id] = concerned[id] && !open[id];
  return open;
}

}  // namespace tyche::passes
