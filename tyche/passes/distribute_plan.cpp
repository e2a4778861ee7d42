#include "tyche/passes/distribute_plan.hpp"

#include <algorithm>
#include <limits>

#include "tyche/passes/distribute_graph.hpp"

namespace tyche::passes {
namespace {

constexpr int most_again = 5;                                 // of weight, instead of memory
constexpr int most_first = 64;                                // of a first iteration's weight
constexpr std::int64_t most_numbers = std::int64_t(1) << 18;  // in all arrays
constexpr int heavy = std::numeric_limits<std::int16_t>::max() / 2;  // not formed again

int even(int level) { return level + level % 2; }
int odd(int level) { return level + 1 - level % 2; }

int weight(const Instruction& i) {
  if (i.op == Op::constant || i.op == Op::yield) return 0;
  if (i.op == Op::floor || i.op == Op::round) return 1;
  if (i.op == Op::store) return 3;
  if (i.op == Op::add_to) return 4;
  int sum = i.op == Op::div ? 4 : ir::info(i.op).kind == ir::OpKind::elementary ? 8 : 1;
  for (const Region& region : i.regions) {
    for (const Instruction& inner : region.body) sum += 4 * weight(inner);
  }
  return sum;
}

class Analysis : private Dependences {
 public:
  /// With or without affine recurrences.
  Analysis(const Instruction& loop, std::int64_t count, const Surroundings& around, bool affine)
      : Dependences(loop, count, around), wants_affine_(affine) {}

  bool has_affine() const { return !plan_.affine.empty(); }

  std::optional<Distribution> find() {
    if (!Dependences::find()) return {};
    do {
      find_levels();
    } while (keep_in_loops());
    if (unsettled_) return {};
    find_affine();
    place_shifted();
    sink();
    if (!find_needs() || !worthwhile()) return {};
    return std::move(plan_);
  }

 private:
  // Levels.

  Set shifted() const {
    Set out = 0;
    for (std::size_t k = 0; k < yields_.size(); ++k) {
      if (plan_.carries[k] == Carry::shifted) out |= bit(k);
    }
    return out;
  }

  int level(Value v) const {
    if (const auto k = carried(v)) return looped(*k) ? levels_[*k] : 0;
    const auto p = place(v);
    return p ? plan_.part[*p] : 0;
  }

  bool looped(std::size_t k) const { return plan_.carries[k] == Carry::looped; }

  /// What is on one cycle is on one level.
  int joined(std::size_t p, int found) {
    for (std::size_t k = 0; k < variables_; ++k) {
      if ((depends_[p] & bit(k)) && (feeds_[p] & cycle_[k])) found = joined_cycle(k, found);
    }
    return found;
  }
  int joined_cycle(std::size_t k, int found) {
    for (std::size_t l = 0; l < variables_; ++l) {
      if (l == k || (cycle_[k] & bit(l))) found = std::max(found, levels_[l]);
    }
    for (std::size_t l = 0; l < variables_; ++l) {
      if (l == k || (cycle_[k] & bit(l))) raise(levels_[l], found);
    }
    return found;
  }

  void raise(int& level, int to) {
    changed_ |= to > level;
    level = std::max(level, to);
  }

  void find_levels() {
    std::ranges::fill(plan_.part, 0);
    levels_.assign(variables_, 0);
    std::size_t rounds = 0;
    do {
      changed_ = false;
      for (std::size_t p = 0; p < body_.size(); ++p) {
        if (dropped_[p]) continue;
        int found = 0;
        for (Value v : operands_[p]) found = std::max(found, level(v));
        if (bound_[p]) {
          found = joined(p, odd(found));
        } else if (!plan_.mapped.contains(p)) {
          found = even(found);
        }
        raise(plan_.part[p], found);
      }
      for (std::size_t k = 0; k < yields_.size(); ++k) {
        if (looped(k)) joined_cycle(k, odd(level(yields_[k])));
      }
      unsettled_ = changed_;
    } while (changed_ && ++rounds < body_.size() + variables_);
  }

  /// Shifted values that loops, stores or others like them read are carried by a loop after all.
  bool keep_in_loops() {
    const Set all = shifted();
    Set back = 0;
    int first = 0;
    for (std::size_t p = 0; p < body_.size(); ++p) {
      const Set from = dropped_[p] ? 0 : depends_[p] & all;
      if (!from) continue;
      first += weight(body_[p]);
      const bool ends = body_[p].regions.empty() && body_[p].op != Op::store;
      if (bound_[p] || feeds_[p] || !ends) back |= from;
    }
    for (std::size_t k = 0; k < yields_.size(); ++k) {
      const auto from = carried(yields_[k]);
      if (from && !summed(k)) back |= all & bit(*from);
    }
    if (first > most_first) back = all;
    for (std::size_t k = 0; k < yields_.size(); ++k) {
      if (back & bit(k)) plan_.carries[k] = Carry::looped;
    }
    return back != 0;
  }

  void place_shifted() {
    const Set all = shifted();
    int last = 0;
    for (std::size_t k = 0; k < variables_; ++k) last = std::max(last, levels_[k]);
    for (int part : plan_.part) last = std::max(last, part);
    const auto reads = [&](Value v) {
      const auto k = carried(v);
      return k && (all & bit(*k));
    };
    plan_.shifts = std::ranges::any_of(plan_.summands, [&](auto& s) { return reads(s.value); });
    for (std::size_t p = 0; p < body_.size(); ++p) {
      if (dropped_[p] || !(depends_[p] & all)) continue;
      plan_.part[p] = even(last + 1);
      plan_.shifts = true;
    }
    plan_.parts = (plan_.shifts ? even(last + 1) : last) + 1;
    for (std::size_t k = 0; k < yields_.size(); ++k) plan_.loops[k] = levels_[k];
    for (const Summand& s : plan_.summands) {
      plan_.parts = std::max(plan_.parts, plan_.part_of(s) + 1);
    }
    std::erase_if(plan_.mapped, [this](std::size_t p) { return plan_.part[p] % 2 == 1; });
  }

  /// What one later part alone uses goes there.
  void sink() {
    std::vector<int> want(body_.size(), plan_.parts);
    const auto wanted = [&](Value v, int level) {
      if (const auto q = place(v)) want[*q] = std::min(want[*q], std::max(level, 0));
    };
    for (const Summand& s : plan_.summands) wanted(s.value, 0);
    for (std::size_t k = 0; k < yields_.size(); ++k) {
      if (!summed(k)) wanted(yields_[k], looped(k) ? levels_[k] - 1 : 0);
    }
    for (std::size_t p = body_.size(); p-- > 0;) {
      if (dropped_[p]) continue;
      if (!bound_[p] && !roots_[p] && want[p] < plan_.parts) {
        plan_.part[p] = std::max(plan_.part[p], want[p]);
      }
      const int from = plan_.part[p] - plan_.part[p] % 2;
      for (Value v : operands_[p]) wanted(v, from);
    }
  }

  // Recurrences a x + b, whose a and b need no loop.

  /// Of the cycle that variable k alone is on.
  bool on_cycle(std::size_t p, std::size_t k) const {
    return (depends_[p] & bit(k)) && (feeds_[p] & bit(k));
  }

  void find_affine() {
    if (!wants_affine_) return;
    for (std::size_t k = 0; k < yields_.size(); ++k) {
      const auto last = place(yields_[k]);
      if (!looped(k) || cycle_[k] != bit(k) || !last || !on_cycle(*last, k)) continue;
      int weights = 0;
      bool fits = true;
      std::set<std::size_t> places;
      for (std::size_t p = 0; p < body_.size(); ++p) {
        if (!on_cycle(p, k)) continue;
        places.insert(p);
        weights += weight(body_[p]);
        fits &= !dropped_[p] && affine_in(k, p);
      }
      // A product and a sum are one fma already.
      if (fits && weights > (body_[*last].op == Op::mul ? 1 : 2)) plan_.affine[k] = places;
    }
    // What leads to a x + b is formed by plates, so they store it.
    for (std::size_t p : plan_.mapped) {
      const auto q = place(body_[p].operands[2]);
      const auto k = q ? affine(*q) : std::nullopt;
      if (k && yields_[*k] != body_[p].operands[2]) plan_.part[p] = even(plan_.part[p]);
    }
  }

  bool moves(Value v, std::size_t k) const {
    const auto p = place(v);
    return v == arguments_[k + 1] || (p && on_cycle(*p, k));
  }

  bool affine_in(std::size_t k, std::size_t p) const {
    const Instruction& i = body_[p];
    if (i.results.size() != 1 || around_.program.type(i.results[0]).kind != Kind::real)
      return false;
    int on = 0;
    for (Value v : i.operands) {
      on += moves(v, k);
      if (!moves(v, k) && level(v) >= levels_[k]) return false;
    }
    return i.op == Op::add || i.op == Op::sub || i.op == Op::neg || (i.op == Op::mul && on == 1);
  }

  /// The variable whose affine recurrence the instruction is of.
  std::optional<std::size_t> affine(std::size_t p) const {
    for (const auto& [k, places] : plan_.affine) {
      if (places.contains(p)) return k;
    }
    return {};
  }

  // Needs.

  /// What it costs to form the value of an instruction again in another part.
  int again(std::size_t p) {
    const Instruction& i = body_[p];
    if (i.results.size() != 1 || !i.regions.empty()) return heavy;
    if (i.op == Op::constant) return 0;
    const ir::OpKind kind = ir::info(i.op).kind;
    const bool copies = i.op == Op::load || i.op == Op::slice;
    const bool plain = (kind == ir::OpKind::arithmetic && i.op != Op::div) ||
                       kind == ir::OpKind::logic || weight(i) == 1;
    if (!copies && (!plain || kind == ir::OpKind::memory)) return heavy;
    if (copies && written_.contains(i.operands[0])) return heavy;
    const Kind type = around_.program.type(i.results[0]).kind;
    int sum = copies || type == Kind::integer ? 0 : 1;
    for (Value v : operands_[p]) {
      const auto k = carried(v);
      sum += k ? (looped(*k) ? 0 : heavy) : costs_[*place(v)];
    }
    // A boolean has no array: what it is formed from has.
    return type == Kind::boolean ? 0 : std::min(sum, heavy);
  }

  bool find_needs() {
    for (std::size_t p = 0; p < body_.size(); ++p) {
      costs_.push_back(again(p));
      const auto k = affine(p);
      const bool next = k && place(yields_[*k]) == p;
      plan_.again.push_back(k ? !next : costs_[p] <= most_again);
    }
    plan_.runs.resize(std::size_t(plan_.parts));
    for (std::size_t p = 0; p < body_.size(); ++p) {
      if (dropped_[p] || (!bound_[p] && !roots_[p])) continue;
      const auto k = affine(p);
      k ? need_factors(p, *k) : run(p, false);
    }
    for (const Summand& s : plan_.summands) need(s.value, plan_.part_of(s), false);
    for (std::size_t k = 0; k < yields_.size(); ++k) {
      if (looped(k) && !plan_.affine.contains(k)) need(yields_[k], plan_.loops[k], false);
      if (plan_.carries[k] == Carry::shifted && plan_.used[k]) need(yields_[k], plan_.parts, false);
    }
    return std::ranges::all_of(plan_.arrays, [this](std::size_t p) {
      const Kind kind = around_.program.type(body_[p].results[0]).kind;
      return body_[p].results.size() == 1 && (kind == Kind::real || kind == Kind::integer);
    });
  }

  void run(std::size_t p, bool before) {
    if (!plan_.runs[std::size_t(plan_.part[p])].insert(p).second) return;
    for (Value v : operands_[p]) need(v, plan_.part[p], before);
  }

  /// That the plate before the loop has what an affine recurrence is made of.
  void need_factors(std::size_t p, std::size_t k) {
    for (Value v : operands_[p]) {
      if (!moves(v, k)) need(v, plan_.loops[k] - 1, false);
    }
  }

  /// That part `part` has v, of the same iteration or of the one before.
  void need(Value v, int part, bool before) {
    if (v == plan_.row) return;
    if (const auto k = carried(v)) {
      if (plan_.carries[*k] == Carry::shifted) return need(yields_[*k], part, true);
      if (plan_.loops[*k] != part || before) plan_.paths.insert(*k);
      return;
    }
    const auto p = place(v);
    if (!p) return;
    if (plan_.part[*p] == part && !before) return run(*p, false);
    if (plan_.again[*p]) {
      if (part % 2 == 1) extra_.insert({part, *p});
      for (Value o : operands_[*p]) need(o, part, before);
      return;
    }
    plan_.arrays.insert(*p);
    if (!affine(*p)) run(*p, false);
  }

  bool worthwhile() const {
    int all = 0, kept = 0;
    for (std::size_t p = 0; p < body_.size(); ++p) all += dropped_[p] ? 0 : weight(body_[p]);
    bool loops = std::ranges::count(plan_.carries, Carry::looped) > 0;
    for (std::size_t part = 1; part < plan_.runs.size(); part += 2) {
      loops |= !plan_.runs[part].empty();
      for (std::size_t p : plan_.runs[part]) kept += weight(body_[p]);
    }
    for (const auto& [part, p] : extra_) kept += weight(body_[p]);
    int arrays = int(plan_.arrays.size() + plan_.paths.size());
    arrays += 2 * int(plan_.affine.size());
    if (arrays * plan_.count > most_numbers) return false;
    // As measured, with chains in lanes: there memory is dear, and a plate's eight partial sums lie
    // in it.
    return !loops || 2 * (all - kept) > 10 * arrays + 3 * int(plan_.summands.size());
  }

  const bool wants_affine_;
  std::vector<int> levels_;                      // by variable
  std::set<std::pair<int, std::size_t>> extra_;  // formed again by loops
  std::vector<int> costs_;                       // by instruction: to form it again
  bool changed_ = false, unsettled_ = false;
};

}  // namespace

std::optional<Distribution> plan_distribution(const Instruction& loop, std::int64_t count,
                                              const Surroundings& around) {
  Analysis first(loop, count, around, true);
  auto plan = first.find();
  if (plan || !first.has_affine()) return plan;
  return Analysis(loop, count, around, false).find();
}

}  // namespace tyche::passes
