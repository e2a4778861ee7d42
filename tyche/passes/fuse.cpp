#include "tyche/passes/fuse.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "tyche/passes/fuse_marks.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

bool share(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::ranges::any_of(a, [&](Value v) { return std::ranges::find(b, v) != b.end(); });
}

/// An instruction with what decides where it may stand.
struct Place {
  Instruction instruction;
  std::vector<Value> uses;
  Effects effects;
};

/// Two plates that can become one, by their places in the order, and what between them depends on
/// the first.
struct Pair {
  std::size_t first, second;
  std::vector<std::size_t> after;
};

bool conflict(const Effects& a, const Effects& b) {
  return (a.ordered && b.ordered) || share(a.writes, b.reads) || share(a.reads, b.writes);
}

constexpr int from_outputs = 2;  // as many users as forbid a merge

class Fusion {
 public:
  explicit Fusion(Program& program)
      : program_(program), locals_(locals_of(program)), constants_(program) {}

  void region(Region& region) {
    for (Instruction& i : region.body) {
      for (Region& inner : i.regions) {
        if (i.op != Op::choice) this->region(inner);
      }
    }
    views(region);
    merge_plates(region);
  }

 private:
  // Copies.

  void views(Region& region) {
    Renaming names;
    std::vector<Instruction> out;
    for (Instruction& i : region.body) {
      rename(i, names);
      out.push_back(std::move(i));
      if (out.back().op != Op::plate) continue;
      const Instruction plate = out.back();
      for (std::size_t k = 0; k < std::size_t(plate.integer); ++k) {
        const Value view = copied_from(plate, k, out);
        if (view.exists()) names[plate.results[k].id] = view;
      }
    }
    region.body = std::move(out);
    program_rename(names);
  }

  /// Results of the density are seen by outputs too.
  void program_rename(const Renaming& names) {
    if (!names.empty()) late_.insert(names.begin(), names.end());
  }

  /// A slice appended to `out` if mapped result k copies array[first + i].
  Value copied_from(const Instruction& plate, std::size_t k, std::vector<Instruction>& out) {
    const Region& body = plate.regions[0];
    const auto outside = [&](Value v) { return !defines(body, v); };
    const auto defining = [&](Value v) -> const Instruction* {
      for (const Instruction& i : body.body) {
        if (i.results.size() == 1 && i.results[0] == v) return &i;
      }
      return nullptr;
    };
    std::int64_t count = 0;
    const Instruction* load = defining(yield_of(body).operands[k]);
    if (!load || load->op != Op::load || load->operands.size() != 2) return {};
    const Value array = load->operands[0];
    if (!outside(array) || is_local(array)) return {};
    if (!constants_.integer(plate.operands[0], count)) return {};
    const Value index = body.arguments[0];
    Value first;
    if (load->operands[1] != index) {
      const Instruction* sum = defining(load->operands[1]);
      if (!sum || sum->op != Op::add) return {};
      if (sum->operands[0] == index && outside(sum->operands[1])) first = sum->operands[1];
      if (sum->operands[1] == index && outside(sum->operands[0])) first = sum->operands[0];
      if (!first.exists()) return {};
    }
    const Type type = program_.type(plate.results[k]);
    Type sliced = program_.type(array);
    const std::int64_t whole = sliced.dims[0];
    sliced.dims[0] = count;
    if (sliced != type) return {};
    if (!first.exists() && whole == count) return array;
    Region at{.arguments = {}, .body = {}};
    Builder b(program_, at);
    const Value from = first.exists() ? first : b.integer(0);
    const Value view = b.emit(Op::slice, {array, from, plate.operands[0]});
    program_.values[view.id].type = type;
    for (Instruction& i : at.body) out.push_back(std::move(i));
    return view;
  }

  static bool defines(const Region& region, Value v) {
    if (std::ranges::find(region.arguments, v) != region.arguments.end()) return true;
    return std::ranges::any_of(region.body, [v](const Instruction& i) {
      return is_result(i, v) ||
             std::ranges::any_of(i.regions, [v](const Region& r) { return defines(r, v); });
    });
  }

  bool is_local(Value v) const { return v.id < locals_.size() && locals_[v.id]; }

  // Merging.

  void merge_plates(Region& region) {
    if (std::ranges::count(region.body, Op::plate, &Instruction::op) < 2) return;
    order_.clear();
    places_.clear();
    users_.resize(program_.values.size(), 0);
    marks_.resize(program_.values.size());
    for (Instruction& i : region.body) {
      order_.push_back(places_.size());
      Place& place = places_.emplace_back(Place{std::move(i), {}, {}});
      place.uses = free_values(place.instruction);
      place.effects = effects(place.instruction, locals_);
      count_users(place, 1);
    }
    std::size_t done = 0;  // places before it have no partner
    while (done < order_.size()) {
      if (std::optional<Pair> pair = partner(done, {})) {
        done = merge(std::move(*pair));
      } else {
        ++done;
      }
    }
    region.body.clear();
    for (std::size_t at : order_) count_users(places_[at], -1);
    for (std::size_t at : order_) region.body.push_back(std::move(places_[at].instruction));
  }

  /// Merges, then again what an earlier plate and the merged one allow; where to go on. Other pairs
  /// of earlier plates still do not fit: a merge removes no dependence but those among its two.
  std::size_t merge(Pair pair) {
    std::size_t first = pair.first;
    for (std::optional<Pair> next = std::move(pair); next;) {
      first = next->first;
      const std::vector<Value> wrote = place(first).effects.writes;
      const std::size_t merged = replace(*next);
      next.reset();
      for (std::size_t k = 0; k < first && !next; ++k) {
        const Place& earlier = place(k);
        if (earlier.instruction.op != Op::plate) continue;
        const bool may = share(earlier.effects.writes, wrote) || sole_user(earlier, merged);
        if (may) next = partner(k, merged);
      }
    }
    return first;
  }

  bool same_count(const Instruction& p, const Instruction& q) const {
    if (p.operands[0] == q.operands[0]) return true;
    std::int64_t m = 0, n = 0;
    return constants_.integer(p.operands[0], m) && constants_.integer(q.operands[0], n) && m == n;
  }

  static bool is_result(const Instruction& i, Value v) {
    return std::ranges::find(i.results, v) != i.results.end();
  }

  /// Whether q reads of p only mapped results, as load(result, own index, ...).
  static bool reads_own_index(const Instruction& p, const Instruction& q) {
    const Value index = q.regions[0].arguments[0];
    bool fits = true;
    const auto mapped = [&](Value v) {
      return std::find(p.results.begin(), p.results.begin() + p.integer, v) !=
             p.results.begin() + p.integer;
    };
    for_each_instruction(q.regions[0], [&](const Instruction& i) {
      for (std::size_t k = 0; k < i.operands.size(); ++k) {
        if (!is_result(p, i.operands[k])) continue;
        fits &= k == 0 && i.op == Op::load && i.operands.size() > 1 && i.operands[1] == index &&
                mapped(i.operands[0]);
      }
    });
    return fits;
  }

  Place& place(std::size_t k) { return places_[order_[k]]; }

  static std::span<const Value> mapped(const Instruction& plate) {
    return std::span(plate.results).first(std::size_t(plate.integer));
  }

  void count_users(const Place& place, int change) {
    for (Value v : place.uses) users_[v.id] += change;
  }

  bool maps_outwards(const Instruction& plate) const {
    return std::ranges::any_of(mapped(plate), [&](Value v) { return users_[v.id] > 0; });
  }

  /// Whether some mapped result of `plate` is used, and all that are by place `user` alone.
  bool sole_user(const Place& plate, std::size_t user) const {
    bool some = false;
    for (Value v : mapped(plate.instruction)) {
      if (users_[v.id] > 1) return false;
      some |= users_[v.id] == 1;
    }
    if (!some) return false;
    const auto& uses = places_[user].uses;
    return std::ranges::all_of(mapped(plate.instruction), [&](Value v) {
      return users_[v.id] == 0 || std::ranges::find(uses, v) != uses.end();
    });
  }

  /// The first plate that the one at place `first` of the order can become one with; only `wanted`
  /// (an index of places_) if that is given.
  std::optional<Pair> partner(std::size_t first, std::optional<std::size_t> wanted) {
    const Place& p = place(first);
    if (p.instruction.op != Op::plate) return {};
    for (Value v : mapped(p.instruction)) {
      if (users_[v.id] > 1) return {};
    }
    const bool feeds = maps_outwards(p.instruction);
    marks_.begin(p.instruction.results, p.effects);
    Pair pair{first, first, {}};
    for (std::size_t k = first + 1; k < order_.size(); ++k) {
      const Place& q = place(k);
      const bool reached = feeds && share(q.uses, p.instruction.results) && uses_mapped(p, q);
      const bool candidate = q.instruction.op == Op::plate && (!wanted || *wanted == order_[k]);
      const auto closed = [&] {
        return feeds ? reached && sole_user(p, order_[k])
                     : !maps_outwards(q.instruction) && !marks_.uses_first(q.uses);
      };
      if (candidate && closed() && fits(p, q) && !marks_.after(q.uses, q.effects)) {
        pair.second = k;
        return pair;
      }
      if (reached || (wanted && *wanted == order_[k])) return {};
      if (!marks_.depends(q.uses, q.effects)) continue;
      marks_.add(q.instruction.results, q.effects);
      pair.after.push_back(k);
    }
    return {};
  }

  static bool uses_mapped(const Place& p, const Place& q) {
    return std::ranges::any_of(mapped(p.instruction), [&](Value v) {
      return std::ranges::find(q.uses, v) != q.uses.end();
    });
  }

  bool fits(const Place& p, const Place& q) const {
    return same_count(p.instruction, q.instruction) && p.instruction.order == q.instruction.order &&
           reads_own_index(p.instruction, q.instruction) && !conflict(p.effects, q.effects);
  }

  /// The merged plate comes before what depends on its first and after the rest between them; its
  /// index in places_.
  std::size_t replace(const Pair& pair) {
    const std::size_t at = order_[pair.first];
    Place &p = places_[at], &q = place(pair.second);
    unite_uses(p, q);
    p.effects.ordered |= q.effects.ordered;
    add_new(p.effects.reads, q.effects.reads);
    add_new(p.effects.writes, q.effects.writes);
    p.instruction = joined(std::move(p.instruction), std::move(q.instruction));

    std::vector<std::size_t> later;
    std::size_t to = pair.first;
    auto after = pair.after.begin();
    for (std::size_t k = pair.first + 1; k < pair.second; ++k) {
      if (after != pair.after.end() && *after == k) {
        later.push_back(order_[k]);
        ++after;
      } else {
        order_[to++] = order_[k];
      }
    }
    order_[to++] = at;
    std::ranges::copy(later, order_.begin() + std::ptrdiff_t(to));
    order_.erase(order_.begin() + std::ptrdiff_t(pair.second));
    return at;
  }

  /// The uses of p become those of both.
  void unite_uses(Place& p, const Place& q) {
    for (Value v : q.uses) {
      const bool known = std::ranges::find(p.uses, v) != p.uses.end();
      if (known || is_result(p.instruction, v)) {
        --users_[v.id];
      } else {
        p.uses.push_back(v);
      }
    }
  }

  static void add_new(std::vector<Value>& set, const std::vector<Value>& more) {
    for (Value v : more) {
      if (std::ranges::find(set, v) == set.end()) set.push_back(v);
    }
  }

  /// The body of p, then that of q, which takes p's yields in place of loads.
  static Instruction joined(Instruction p, Instruction q) {
    Region &first = p.regions[0], &second = q.regions[0];
    const std::vector<Value> yields = yield_of(first).operands;
    Renaming names{{second.arguments[0].id, first.arguments[0]}};
    take_yields(second, p, yields, second.arguments[0], names);
    rename(second, names);
    const std::vector<Value> more = yield_of(second).operands;
    first.body.pop_back();
    second.body.pop_back();
    for (Instruction& i : second.body) first.body.push_back(std::move(i));
    const auto join = [](const auto& x, const auto& y, std::int64_t m, std::int64_t n) {
      std::vector<Value> all(x.begin(), x.begin() + m);
      all.insert(all.end(), y.begin(), y.begin() + n);
      all.insert(all.end(), x.begin() + m, x.end());
      all.insert(all.end(), y.begin() + n, y.end());
      return all;
    };
    first.body.push_back({.op = Op::yield, .operands = join(yields, more, p.integer, q.integer)});
    p.results = join(p.results, q.results, p.integer, q.integer);
    p.integer += q.integer;
    return p;
  }

  /// load(result k of p, index) -> yield k; load(result k, index, more...) -> load(yield k,
  /// more...).
  static void take_yields(Region& region, const Instruction& p, const std::vector<Value>& yields,
                          Value index, Renaming& names) {
    std::vector<Instruction> out;
    for (Instruction& i : region.body) {
      if (i.op == Op::load && is_result(p, i.operands[0])) {
        const auto k = std::ranges::find(p.results, i.operands[0]) - p.results.begin();
        i.operands.erase(i.operands.begin() + 1);
        i.operands[0] = yields[std::size_t(k)];
        if (i.operands.size() == 1) {
          names[i.results[0].id] = i.operands[0];
          continue;
        }
      }
      for (Region& inner : i.regions) take_yields(inner, p, yields, index, names);
      out.push_back(std::move(i));
    }
    region.body = std::move(out);
  }

 public:
  /// Uses by the outputs entry of what the density defines.
  void note_outputs(const Region& outputs) {
    users_.assign(program_.values.size(), 0);
    for (Value v : free_values(outputs)) users_[v.id] = from_outputs;
  }
  const Renaming& late() const { return late_; }

 private:
  Program& program_;
  std::vector<char> locals_;
  Constants constants_;
  std::vector<Place> places_;       // of the region at hand
  std::vector<std::size_t> order_;  // of places_, without those that were merged into others
  std::vector<int> users_;          // how many places use a value, by id
  Marks marks_;
  Renaming late_;
};

}  // namespace

ir::Program fuse(ir::Program program) {
  Fusion fusion(program);
  fusion.note_outputs(program.outputs);
  fusion.region(program.prelude);
  rename(program.density, fusion.late());
  rename(program.outputs, fusion.late());
  fusion.note_outputs(program.outputs);
  fusion.region(program.density);
  rename(program.outputs, fusion.late());
  fusion.region(program.outputs);
  return program;
}

}  // namespace tyche::passes
