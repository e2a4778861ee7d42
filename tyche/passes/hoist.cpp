#include <algorithm>

#include "tyche/passes/simplify.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

/// Raises what does not vary out of plates and loops that run at least once: out of one that may
/// not run, an instruction that can reject the point must not be raised.
class Hoister {
 public:
  explicit Hoister(Program& program)
      : locals_(locals_of(program)),
        constants_(program),
        program_(program),
        inside_(program.values.size(), 0) {}

  bool run() {
    walk(program_.prelude);
    walk(program_.density);
    walk(program_.outputs);
    return changed_;
  }

 private:
  void walk(Region& region) {
    std::vector<Instruction> out;
    out.reserve(region.body.size());
    for (Instruction& i : region.body) {
      for (Region& inner : i.regions) walk(inner);
      if (i.op == Op::plate || i.op == Op::for_loop) raise(i, out);
      out.push_back(std::move(i));
    }
    region.body = std::move(out);
  }

  void raise(Instruction& loop, std::vector<Instruction>& out) {
    std::int64_t count = 0;
    const bool runs = constants_.integer(loop.operands[0], count) && count > 0;
    Region& body = loop.regions[0];
    ++loop_;
    for (Value v : body.arguments) inside_[v.id] = loop_;
    std::vector<Instruction> kept;
    kept.reserve(body.body.size());
    for (Instruction& i : body.body) {
      if (i.op != Op::yield && (runs || never_rejects(i)) && invariant(i)) {
        out.push_back(std::move(i));
        changed_ = true;
        continue;
      }
      for (Value v : i.results) inside_[v.id] = loop_;
      kept.push_back(std::move(i));
    }
    body.body = std::move(kept);
  }

  bool never_rejects(const Instruction& i) const {
    const ir::OpKind kind = ir::info(i.op).kind;
    if (kind == ir::OpKind::leaf || kind == ir::OpKind::elementary) return true;
    if (i.op == Op::to_integer || kind != ir::OpKind::logic) {
      return kind == ir::OpKind::arithmetic && program_.type(i.results[0]).kind == Kind::real;
    }
    return true;
  }

  bool invariant(const Instruction& i) const {
    if (i.op == Op::local) return false;
    const auto outside = [&](Value v) { return inside_[v.id] != loop_; };
    // Most are not: told before asking for effects.
    if (!std::ranges::all_of(i.operands, outside)) return false;
    if (!effects(i, locals_).movable()) return false;
    return i.regions.empty() || std::ranges::all_of(free_values(i), outside);
  }

  std::vector<char> locals_;
  Constants constants_;
  Program& program_;
  std::vector<std::uint32_t> inside_;  // by id: the last loop walked whose body defines it
  std::uint32_t loop_ = 0;
  bool changed_ = false;
};

}  // namespace

bool hoist(Program& program) { return Hoister(program).run(); }

}  // namespace tyche::passes
