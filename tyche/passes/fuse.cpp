#include "tyche/passes/fuse.hpp"

#include <algorithm>
#include <optional>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

bool share(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::ranges::any_of(a, [&](Value v) { return std::ranges::find(b, v) != b.end(); });
}

/// An instruction with what decides where it may stand.
struct Place {
  std::vector<Value> uses;
  Effects effects;
};

bool conflict(const Effects& a, const Effects& b) {
  return (a.ordered && b.ordered) || share(a.writes, b.reads) || share(a.reads, b.writes);
}

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
    while (merge_one(region)) {
    }
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
    std::vector<char> inside;
    mark_defined(plate, inside);
    const auto outside = [&](Value v) { return v.id >= inside.size() || !inside[v.id]; };
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

  bool is_local(Value v) const { return v.id < locals_.size() && locals_[v.id]; }

  // Merging.

  bool merge_one(Region& region) {
    std::vector<std::size_t> plates;
    for (std::size_t k = 0; k < region.body.size(); ++k) {
      if (region.body[k].op == Op::plate) plates.push_back(k);
    }
    for (std::size_t a = 0; a < plates.size(); ++a) {
      for (std::size_t b = a + 1; b < plates.size(); ++b) {
        if (merge(region, plates[a], plates[b])) return true;
      }
    }
    return false;
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

  /// Whether a mapped result of `plate` is used in the region by another than `except`.
  bool maps_outwards(const Region& region, const Instruction& plate,
                     const Instruction& except) const {
    const std::vector<Value> mapped(plate.results.begin(), plate.results.begin() + plate.integer);
    const auto used_by = [&](const Instruction& i) {
      return &i != &plate && &i != &except && share(free_values(i), mapped);
    };
    return std::ranges::any_of(region.body, used_by) || share(outputs_uses_, mapped);
  }

  bool merge(Region& region, std::size_t a, std::size_t b) {
    const Instruction &p = region.body[a], &q = region.body[b];
    if (!same_count(p, q) || p.order != q.order || !reads_own_index(p, q)) return false;
    const Effects ep = effects(p, locals_), eq = effects(q, locals_);
    const std::vector<Value> q_uses = free_values(q);
    if (conflict(ep, eq)) return false;
    const bool feeds = share(q_uses, p.results);
    if (maps_outwards(region, p, q)) return false;
    if (!feeds && maps_outwards(region, q, p)) return false;

    // What depends on p and so must come after both; q must not depend on it.
    std::vector<char> after(b - a, 0);
    std::vector<Place> later{{.uses = {}, .effects = ep}};
    std::vector<Value> results = p.results;
    for (std::size_t k = a + 1; k < b; ++k) {
      const Instruction& i = region.body[k];
      const Effects e = effects(i, locals_);
      const bool depends =
          share(free_values(i), results) ||
          std::ranges::any_of(later, [&](const Place& at) { return must_order(at.effects, e); });
      if (!depends) continue;
      after[k - a] = 1;
      later.push_back({.uses = {}, .effects = e});
      results.insert(results.end(), i.results.begin(), i.results.end());
      if (share(q_uses, i.results) || must_order(e, eq)) return false;
    }
    replace(region, a, b, after);
    return true;
  }

  /// Sums into one local may change places; anything else that writes may not.
  static bool must_order(const Effects& a, const Effects& b) {
    return conflict(a, b) || share(a.writes, b.writes);
  }

  void replace(Region& region, std::size_t a, std::size_t b, const std::vector<char>& after) {
    Instruction merged = joined(region.body[a], region.body[b]);
    std::vector<Instruction> out;
    for (std::size_t k = 0; k < a; ++k) out.push_back(std::move(region.body[k]));
    for (std::size_t k = a + 1; k < b; ++k) {
      if (!after[k - a]) out.push_back(std::move(region.body[k]));
    }
    out.push_back(std::move(merged));
    for (std::size_t k = a + 1; k < b; ++k) {
      if (after[k - a]) out.push_back(std::move(region.body[k]));
    }
    for (std::size_t k = b + 1; k < region.body.size(); ++k)
      out.push_back(std::move(region.body[k]));
    region.body = std::move(out);
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
  void note_outputs(const Region& outputs) { outputs_uses_ = free_values(outputs); }
  const Renaming& late() const { return late_; }

 private:
  Program& program_;
  std::vector<char> locals_;
  Constants constants_;
  std::vector<Value> outputs_uses_;
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
