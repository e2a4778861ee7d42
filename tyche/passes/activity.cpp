#include "tyche/passes/activity.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "tyche/passes/derivatives.hpp"

namespace tyche::passes {
namespace {

class Activity {
 public:
  explicit Activity(const Program& program)
      : program_(program), active_(program.values.size(), 0) {}

  std::vector<char> find() {
    for (Value v : program_.density.arguments) active_[v.id] = 1;
    do {
      changed_ = false;
      region(program_.density);
    } while (changed_);
    return std::move(active_);
  }

 private:
  bool is(Value v) const { return active_[v.id] != 0; }

  void set(Value v, bool on) {
    if (!on || is(v) || !may_be(program_.type(v))) return;
    active_[v.id] = 1;
    changed_ = true;
  }

  static bool may_be(const Type& type) {
    if (type.kind == Kind::tuple) return std::ranges::any_of(type.parts, may_be);
    return type.element() == Kind::real;
  }

  void region(const Region& r) {
    for (const Instruction& i : r.body) visit(i);
  }

  void join(Value a, Value b) {
    set(a, is(b));
    set(b, is(a));
  }

  void visit(const Instruction& i) {
    for (const Region& r : i.regions) {
      if (i.op != Op::choice) region(r);
    }
    const auto yielded = [&](const Region& r, std::size_t k) { return yield_of(r).operands[k]; };
    switch (i.op) {
      case Op::store:
      case Op::add_to:
        return set(i.operands[0], is(i.operands.back()));
      case Op::load:
      case Op::slice:
        return set(i.results[0], is(i.operands[0]));
      case Op::plate:
      case Op::if_else:
        for (const Region& r : i.regions) {
          for (std::size_t k = 0; k < i.results.size(); ++k) set(i.results[k], is(yielded(r, k)));
        }
        return;
      case Op::for_loop:
      case Op::while_loop: {
        const std::size_t skip = i.op == Op::for_loop ? 1 : 0;
        for (std::size_t k = 0; k < i.results.size(); ++k) {
          const bool on = is(i.operands[k + skip]) || is(yielded(i.regions.back(), k));
          for (const Region& r : i.regions) set(r.arguments[k + skip], on);
          set(i.results[k], on);
        }
        return;
      }
      case Op::scan:
        return scan(i);
      default:
        if (is_flat(i.op)) return;
        for (Value r : i.results)
          set(r, std::ranges::any_of(i.operands, [&](Value v) { return is(v); }));
    }
  }

  void scan(const Instruction& i) {
    const std::size_t n = std::size_t(i.integer);
    const auto& args = i.regions[0].arguments;
    const auto& yields = yield_of(i.regions[0]).operands;
    for (std::size_t k = 1; k < i.operands.size(); ++k) set(args[k], is(i.operands[k]));
    for (std::size_t k = 0; k < i.results.size(); ++k) {
      set(i.results[k], is(yields[k]));
      if (k < n) {
        set(i.results[k], is(i.operands[k + 1]));
        set(args[k + 1], is(i.results[k]));
      }
    }
  }

  const Program& program_;
  std::vector<char> active_;
  bool changed_ = false;
};

class StoreSites {
 public:
  explicit StoreSites(const Program& program) : program_(program), constants_(program) {}

  std::vector<char> find() {
    walk(program_.density);
    std::vector<char> once(program_.values.size(), 0);
    for (const auto& [id, sites] : sites_) once[id] = sound(sites);
    for (std::uint32_t id : spoiled_) once[id] = 0;
    return once;
  }

 private:
  /// What is around an instruction, outermost first.
  struct Frame {
    const Instruction* instruction;
    std::size_t region;
  };
  /// What an index may be, from low to high.
  struct Index {
    std::int64_t low = std::numeric_limits<std::int64_t>::min();
    std::int64_t high = std::numeric_limits<std::int64_t>::max();
  };
  struct Site {
    std::vector<Frame> path;
    std::vector<Value> values;  // the indices as they are written
    std::vector<Index> indices;
    bool each_once;  // no element twice by this site alone
  };

  void walk(const Region& region) {
    for (const Instruction& i : region.body) {
      if (i.op == Op::local) {
        depth_[i.results[0].id] = path_.size();
        if (program_.type(i.results[0]).element() != Kind::real)
          spoiled_.push_back(i.results[0].id);
      }
      if (i.op == Op::add_to) spoiled_.push_back(i.operands[0].id);
      if (i.op == Op::add && i.results.size() == 1) sums_[i.results[0].id] = &i;
      if (i.op == Op::store) note(i);
      for (std::size_t r = 0; r < i.regions.size(); ++r) {
        path_.push_back({&i, r});
        walk(i.regions[r]);
        path_.pop_back();
      }
    }
  }

  /// v = base + offset.
  std::pair<Value, std::int64_t> split(Value v) const {
    const auto at = sums_.find(v.id);
    std::int64_t c = 0;
    if (at == sums_.end()) return {v, 0};
    if (constants_.integer(at->second->operands[1], c)) return {at->second->operands[0], c};
    if (constants_.integer(at->second->operands[0], c)) return {at->second->operands[1], c};
    return {v, 0};
  }

  void note(const Instruction& i) {
    const Value target = i.operands[0];
    const std::size_t depth = depth_.contains(target.id) ? depth_.at(target.id) : 0;
    Site site{.path = {path_.begin() + std::ptrdiff_t(depth), path_.end()},
              .values = {},
              .indices = {},
              .each_once = true};
    std::vector<Value> bases;
    for (std::size_t k = 1; k + 1 < i.operands.size(); ++k) {
      const auto [base, offset] = split(i.operands[k]);
      bases.push_back(base);
      site.values.push_back(i.operands[k]);
      site.indices.push_back(range(i.operands[k], base, offset, site.path));
    }
    for (const Frame& f : site.path) {
      if (f.instruction->op == Op::if_else) continue;
      const bool loop = f.instruction->op != Op::while_loop;
      const Value variable = loop ? f.instruction->regions[0].arguments[0] : Value{};
      if (!loop || std::ranges::find(bases, variable) == bases.end()) site.each_once = false;
    }
    sites_[target.id].push_back(std::move(site));
  }

  Index range(Value v, Value base, std::int64_t offset, const std::vector<Frame>& path) const {
    std::int64_t c = 0;
    if (constants_.integer(v, c)) return {c, c};
    for (const Frame& f : path) {
      const Op op = f.instruction->op;
      if (op != Op::for_loop && op != Op::plate && op != Op::scan) continue;
      if (f.instruction->regions[0].arguments[0] != base) continue;
      if (!constants_.integer(f.instruction->operands[0], c))
        return {offset, std::numeric_limits<std::int64_t>::max()};
      return {offset, offset + c - 1};
    }
    return {};
  }

  static bool disjoint(const Site& a, const Site& b) {
    for (std::size_t k = 0; k < std::min(a.indices.size(), b.indices.size()); ++k) {
      if (a.indices[k].high < b.indices[k].low || b.indices[k].high < a.indices[k].low) return true;
    }
    // Two branches of one if, in the same iteration of whatever is around it: equal indices tell
    // iterations apart, for each site alone does.
    const bool alike = a.values == b.values;
    for (std::size_t k = 0; k < std::min(a.path.size(), b.path.size()); ++k) {
      if (a.path[k].instruction != b.path[k].instruction) return false;
      const bool branch = a.path[k].instruction->op == Op::if_else;
      if (!branch && !alike) return false;
      if (a.path[k].region != b.path[k].region) return branch;
    }
    return false;
  }

  static bool sound(const std::vector<Site>& sites) {
    for (std::size_t a = 0; a < sites.size(); ++a) {
      if (!sites[a].each_once) return false;
      for (std::size_t b = 0; b < a; ++b) {
        if (!disjoint(sites[a], sites[b])) return false;
      }
    }
    return true;
  }

  const Program& program_;
  Constants constants_;
  std::vector<Frame> path_;
  std::unordered_map<std::uint32_t, std::size_t> depth_;
  std::unordered_map<std::uint32_t, const Instruction*> sums_;
  std::unordered_map<std::uint32_t, std::vector<Site>> sites_;
  std::vector<std::uint32_t> spoiled_;
};

}  // namespace

std::vector<char> active_values(const Program& program) { return Activity(program).find(); }

std::vector<char> stored_once(const Program& program) { return StoreSites(program).find(); }

}  // namespace tyche::passes
