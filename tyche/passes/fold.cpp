#include <bit>
#include <string_view>
#include <unordered_set>

#include "tyche/passes/identities.hpp"
#include "tyche/passes/simplify.hpp"

namespace tyche::passes {
namespace {

/// Instructions of one result that give the same: the same constant, or the same op of the same
/// operands and fields.
struct Alike {
  const Program* program;

  std::size_t operator()(const Instruction* i) const {
    std::size_t hash = std::hash<std::string_view>{}(i->name);
    const auto mix = [&](std::uint64_t x) {
      hash = (hash ^ x) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 29;
    };
    mix(std::uint64_t(i->op));
    for (Value v : i->operands) mix(v.id);
    mix(std::uint64_t(i->integer));
    mix(std::bit_cast<std::uint64_t>(i->number));
    return hash;
  }
  bool operator()(const Instruction* a, const Instruction* b) const {
    const auto bits = [](const Instruction* i) { return std::bit_cast<std::uint64_t>(i->number); };
    const auto kind = [&](const Instruction* i) { return program->type(i->results[0]).kind; };
    return a->op == b->op && a->integer == b->integer && bits(a) == bits(b) &&
           a->operands == b->operands && a->name == b->name &&
           (a->op != Op::constant || kind(a) == kind(b));
  }
};

/// One walk over an entry: identities, then sharing with what dominates. Constants and `data` end
/// up once each at the entry's head.
class Folder {
 public:
  explicit Folder(Program& program)
      : program_(program),
        definitions_(program),
        locals_(locals_of(program)),
        shared_(64, Alike{&program}, Alike{&program}),
        leaves_(64, Alike{&program}, Alike{&program}) {}

  bool run() {
    entry(program_.prelude);
    entry(program_.density);
    entry(program_.outputs);
    return changed_;
  }

 private:
  using Distinct = std::unordered_set<const Instruction*, Alike, Alike>;

  void entry(Region& region) {
    leaves_.clear();
    head_.clear();
    const std::size_t before = region.body.size();
    std::size_t in_front = 0;
    while (in_front < before && leaf(region.body[in_front])) ++in_front;
    walk(region);
    if (head_.size() != in_front) changed_ = true;
    region.body.insert(region.body.begin(), std::make_move_iterator(head_.begin()),
                       std::make_move_iterator(head_.end()));
  }

  static bool leaf(const Instruction& i) { return i.op == Op::constant || i.op == Op::data; }

  void walk(Region& region) {
    std::vector<Instruction> out;
    std::vector<const Instruction*> scope;
    out.reserve(region.body.size());
    std::swap(out, out_);
    std::swap(scope, scope_);
    std::vector<Instruction> body = std::move(region.body);
    each(body);
    region.body = std::move(out_);
    for (const Instruction* i : scope_) shared_.erase(i);
    out_ = std::move(out);
    scope_ = std::move(scope);
  }

  void each(std::vector<Instruction>& body) {
    for (Instruction& i : body) {
      for (Value& v : i.operands) v = renamed(names_, v);
      if (i.regions.empty()) {
        plain(i);
      } else {
        structured(i);
      }
    }
  }

  void plain(Instruction& i) {
    if (i.op == Op::term && is_zero(i.operands[0])) {
      changed_ = true;
      return;
    }
    if (i.results.size() == 1 && ir::is_pure(i.op)) {
      if (leaf(i)) return to_head(std::move(i));
      if (reduce(i)) return;
      if (shareable(i)) {
        if (const auto at = shared_.find(&i); at != shared_.end()) {
          return replace(i.results[0], (*at)->results[0]);
        }
        scope_.push_back(definitions_.note(i));
        shared_.insert(scope_.back());
        out_.push_back(std::move(i));
        return;
      }
    }
    definitions_.note(i);
    out_.push_back(std::move(i));
  }

  bool is_zero(Value v) const { return definitions_.real(v) == 0; }

  void replace(Value old, Value now) {
    names_[old.id] = now;
    changed_ = true;
  }

  /// Applies identities; true if the instruction is gone.
  bool reduce(Instruction& i) {
    for (;;) {
      if (offset(i)) continue;
      Rewrite r = rewrite(i, definitions_, program_);
      switch (r.kind) {
        case Rewrite::Kind::none:
          return false;
        case Rewrite::Kind::value:
          replace(i.results[0], r.value);
          return true;
        case Rewrite::Kind::constant: {
          Instruction c{.op = Op::constant, .results = i.results};
          c.number = r.number;
          c.integer = r.integer;
          changed_ = true;
          to_head(std::move(c));
          return true;
        }
        case Rewrite::Kind::instruction:
          i = std::move(r.replacement);
          changed_ = true;
      }
    }
  }

  /// load(slice(a, first, n), i) -> load(a, i + first) where i is surely within the slice; and
  /// (i + c) + d -> i + (c + d).
  bool offset(Instruction& i) {
    if (i.op == Op::add && program_.type(i.results[0]).kind == Kind::integer) {
      const Instruction* inner = definitions_.of(i.operands[0]);
      const auto d = definitions_.integer(i.operands[1]);
      if (!inner || inner->op != Op::add || !d) return false;
      const auto c = definitions_.integer(inner->operands[1]);
      if (!c) return false;
      i.operands = {inner->operands[0], integer(*c + *d)};
      return changed_ = true;
    }
    if (i.op != Op::load || i.operands.size() < 2) return false;
    const Instruction* view = definitions_.of(i.operands[0]);
    if (!view || view->op != Op::slice || is_local(view->operands[0])) return false;
    const auto n = definitions_.integer(view->operands[2]);
    if (!n || !definitions_.within(i.operands[1], *n)) return false;
    Instruction sum{.op = Op::add, .operands = {i.operands[1], view->operands[1]}};
    sum.results = {program_.new_value(Type::integer())};
    i.operands[0] = view->operands[0];
    i.operands[1] = sum.results[0];
    plain(sum);
    i.operands[1] = renamed(names_, i.operands[1]);
    return changed_ = true;
  }

  Value integer(std::int64_t x) {
    Instruction c{.op = Op::constant, .results = {program_.new_value(Type::integer())}};
    c.integer = x;
    const Value v = c.results[0];
    to_head(std::move(c));
    return renamed(names_, v);
  }

  void to_head(Instruction i) {
    if (const auto at = leaves_.find(&i); at != leaves_.end()) {
      return replace(i.results[0], (*at)->results[0]);
    }
    i.location = -1;
    leaves_.insert(definitions_.note(i));
    head_.push_back(std::move(i));
  }

  bool is_local(Value v) const { return v.id < locals_.size() && locals_[v.id]; }

  bool shareable(const Instruction& i) const {
    for (Value v : i.operands) {
      if (is_local(v)) return false;
    }
    return true;
  }

  void structured(Instruction& i) {
    if (i.op == Op::if_else) {
      if (const auto condition = definitions_.integer(i.operands[0])) {
        return take_branch(i, *condition ? 0 : 1);
      }
    }
    if (i.op == Op::plate || i.op == Op::for_loop || i.op == Op::scan) {
      definitions_.note_index(i.regions[0].arguments[0], i.operands[0]);
    }
    const std::size_t skip = i.op == Op::for_loop ? 1 : 0;
    if (i.op == Op::for_loop || i.op == Op::while_loop) drop_constant_carries(i, skip);
    for (Region& region : i.regions) walk(region);
    if (i.op == Op::plate) share_yields(i);
    out_.push_back(std::move(i));
  }

  /// Results that are yielded alike are one; elimination drops the others.
  void share_yields(Instruction& i) {
    const auto& yields = yield_of(i.regions[0]).operands;
    for (std::size_t k = 0; k < yields.size(); ++k) {
      for (std::size_t j = 0; j < k; ++j) {
        const bool same_kind = (std::int64_t(j) < i.integer) == (std::int64_t(k) < i.integer);
        if (yields[j] != yields[k] || !same_kind || is_local(yields[k])) continue;
        if (renamed(names_, i.results[k]) == i.results[k]) names_[i.results[k].id] = i.results[j];
        break;
      }
    }
  }

  /// What a loop carries without changing it is what it began with.
  void drop_constant_carries(Instruction& i, std::size_t skip) {
    auto& yields = yield_of(i.regions.back()).operands;
    for (std::size_t k = yields.size(); k-- > 0;) {
      const auto at = [k](auto& values, std::size_t shift) {
        return values.begin() + std::ptrdiff_t(k + shift);
      };
      if (renamed(names_, yields[k]) != i.regions.back().arguments[k + skip]) continue;
      const Value initial = i.operands[k + skip];
      if (is_local(initial)) continue;  // a copy of what it was
      replace(i.results[k], initial);
      for (Region& region : i.regions) {
        replace(region.arguments[k + skip], initial);
        region.arguments.erase(at(region.arguments, skip));
      }
      yields.erase(at(yields, 0));
      i.results.erase(at(i.results, 0));
      i.operands.erase(at(i.operands, skip));
    }
  }

  void take_branch(Instruction& i, std::size_t side) {
    Region branch = std::move(i.regions[side]);
    changed_ = true;
    std::vector<Value> yields;
    if (has_yield(branch)) {
      yields = yield_of(branch).operands;
      branch.body.pop_back();
    }
    each(branch.body);
    for (std::size_t k = 0; k < i.results.size() && k < yields.size(); ++k) {
      names_[i.results[k].id] = renamed(names_, yields[k]);
    }
  }

  Program& program_;
  Definitions definitions_;
  std::vector<char> locals_;
  Renaming names_;
  Distinct shared_;
  Distinct leaves_;
  std::vector<Instruction> head_;
  std::vector<Instruction> out_;           // of the region at hand
  std::vector<const Instruction*> scope_;  // what it shares
  bool changed_ = false;
};

}  // namespace

bool fold(Program& program) { return Folder(program).run(); }

}  // namespace tyche::passes
