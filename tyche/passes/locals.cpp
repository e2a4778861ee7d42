#include <algorithm>
#include <limits>
#include <map>

#include "tyche/passes/structure.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

constexpr std::int64_t most_elements = 16;  // of a local that is worth so many values

/// Which locals are used by full constant indices alone, and not summed or stored into by plates.
class Promotable {
 public:
  explicit Promotable(const Program& program)
      : program_(program), constants_(program), fits_(program.values.size(), 0) {}

  /// Entries in their order: one may read what an earlier one made.
  void walk_entry(const Region& region) {
    walk(region, 0);
    ++entry_;
  }
  std::vector<char> take() { return std::move(fits_); }

 private:
  void walk(const Region& region, int plates) {
    for (const Instruction& i : region.body) {
      if (i.op == Op::local) made(i.results[0], plates);
      const bool element = i.op == Op::load || i.op == Op::store || i.op == Op::add_to;
      for (std::size_t k = 0; k < i.operands.size(); ++k) {
        const Value v = i.operands[k];
        if (k == 0 && element && constant_indices(i)) {
          const bool writes = i.op != Op::load;
          if (writes && depth_[v.id].second != plates) fits_[v.id] = 0;
          if (depth_[v.id].first != entry_) fits_[v.id] = 0;
        } else {
          fits_[v.id] = 0;
        }
      }
      const bool apart = i.op == Op::plate || i.op == Op::scan;
      for (const Region& inner : i.regions) walk(inner, plates + (apart ? 1 : 0));
    }
  }

  void made(Value v, int plates) {
    const Type& type = program_.type(v);
    fits_[v.id] = type.is_container() && type.size() <= most_elements;
    depth_[v.id] = {entry_, plates};
  }

  bool constant_indices(const Instruction& i) const {
    const auto shape = program_.type(i.operands[0]).shape();
    const std::size_t given = i.operands.size() - (i.op == Op::load ? 1 : 2);
    if (given != shape.size()) return false;
    for (std::size_t k = 0; k < given; ++k) {
      std::int64_t index = 0;
      if (!constants_.integer(i.operands[k + 1], index)) return false;
      if (index < 0 || index >= shape[k]) return false;
    }
    return true;
  }

  const Program& program_;
  Constants constants_;
  std::vector<char> fits_;
  int entry_ = 0;
  std::map<std::uint32_t, std::pair<int, int>> depth_;  // the entry, and how many plates around
};

/// The value of each element as the text goes on, by (local, position).
using Element = std::pair<std::uint32_t, std::int64_t>;
using Elements = std::map<Element, Value>;

class Promotion {
 public:
  Promotion(Program& program, std::vector<char> fits)
      : program_(program), constants_(program), fits_(std::move(fits)) {}

  void entry(Region& region) {
    Elements now;
    walk(region, now);
  }

  const Renaming& names() const { return names_; }

 private:
  bool fits(Value v) const { return v.id < fits_.size() && fits_[v.id]; }

  std::int64_t position(const Instruction& i) const {
    const std::size_t given = i.operands.size() - (i.op == Op::load ? 1 : 2);
    std::vector<std::int64_t> indices(given);
    for (std::size_t k = 0; k < given; ++k) constants_.integer(i.operands[k + 1], indices[k]);
    return ir::storage_offset(program_.type(i.operands[0]), indices);
  }

  void walk(Region& region, Elements& now) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) {
      b.at(i.location);
      for (Value& v : i.operands) v = renamed(names_, v);
      if (i.op == Op::local && fits(i.results[0])) {
        make(b, i.results[0], now);
      } else if (!i.operands.empty() && fits(i.operands[0])) {
        access(b, i, now);
      } else if (i.regions.empty() || i.op == Op::choice) {
        for (Region& inner : i.regions) rename(inner, names_);
        b.append(std::move(i));
      } else {
        structured(b, std::move(i), now);
      }
    }
    region = std::move(out);
  }

  void make(Builder& b, Value local, Elements& now) {
    const Type type = program_.type(local);
    for (std::int64_t k = 0; k < type.size(); ++k) {
      Value& element = now[{local.id, k}];
      if (type.element() == Kind::real) {
        element = b.real(std::numeric_limits<double>::quiet_NaN());
      } else {
        element = type.element() == Kind::integer ? b.integer(0) : b.boolean(false);
      }
    }
  }

  void access(Builder& b, const Instruction& i, Elements& now) {
    Value& element = now[{i.operands[0].id, position(i)}];
    if (i.op == Op::load) {
      names_[i.results[0].id] = element;
    } else if (i.op == Op::store) {
      element = i.operands.back();
    } else {
      element = b.emit(Op::add, {element, i.operands.back()});
    }
  }

  /// Elements of locals from outside that the instruction writes.
  std::vector<Element> written(const Instruction& i, const Elements& now) const {
    std::vector<Element> out;
    const auto note = [&](const Instruction& at) {
      if ((at.op != Op::store && at.op != Op::add_to) || !fits(at.operands[0])) return;
      const Element e{at.operands[0].id, position(at)};
      if (now.contains(e) && std::ranges::find(out, e) == out.end()) out.push_back(e);
    };
    for (const Region& region : i.regions) for_each_instruction(region, note);
    return out;
  }

  Value like(Value v) { return program_.new_value(Type(program_.type(v))); }

  void structured(Builder& b, Instruction i, Elements& now) {
    const std::vector<Element> changed = written(i, now);
    const bool carries = i.op == Op::for_loop || i.op == Op::while_loop;
    std::vector<Elements> inside(i.regions.size(), now);
    for (std::size_t r = 0; carries && r < i.regions.size(); ++r) {
      for (const Element& e : changed) {
        i.regions[r].arguments.push_back(like(now[e]));
        inside[r][e] = i.regions[r].arguments.back();
      }
    }
    if (carries) {
      for (const Element& e : changed) i.operands.push_back(now[e]);
    }
    for (std::size_t r = 0; r < i.regions.size(); ++r) {
      walk(i.regions[r], inside[r]);
      const bool yields = i.op == Op::if_else || (carries && r + 1 == i.regions.size());
      if (!yields) continue;
      for (const Element& e : changed) yield_of(i.regions[r]).operands.push_back(inside[r][e]);
    }
    if (i.op == Op::if_else || carries) {
      for (const Element& e : changed) {
        i.results.push_back(like(now[e]));
        now[e] = i.results.back();
      }
    }
    b.append(std::move(i));
  }

  Program& program_;
  Constants constants_;
  std::vector<char> fits_;
  Renaming names_;
};

}  // namespace

ir::Program promote_locals(ir::Program program) {
  Region* const entries[] = {&program.prelude, &program.density, &program.outputs};
  Promotable promotable(program);
  for (const Region* entry : entries) promotable.walk_entry(*entry);
  const std::vector<char> fits = promotable.take();
  for (Region* entry : entries) {
    Promotion pass(program, fits);  // reads the constants of all entries, this one's too
    Region region = std::move(*entry);
    pass.entry(region);
    *entry = std::move(region);
    for (Region* other : entries) rename(*other, pass.names());
  }
  return program;
}

}  // namespace tyche::passes
