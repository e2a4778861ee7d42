#include "tyche/passes/gather.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

constexpr std::int64_t fewest = 16;  // below, the two ends are no small part

/// The index of element c beside the iteration in hand.
using IndexAt = std::function<Value(std::int64_t)>;

/// A plate that fits: what it adds to x[i + first] and to x[i + first + 1].
struct Pair {
  Value array, low, high;
  std::int64_t first = 0, count = 0;
};

class Gathering {
 public:
  explicit Gathering(Program& program)
      : program_(program), locals_(locals_of(program)), constants_(program) {}

  void region(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) {
      b.at(i.location);
      if (const auto pair = pair_of(i)) {
        rewrite(b, i, *pair);
      } else {
        b.append(std::move(i));
      }
    }
    region = std::move(out);
  }

 private:
  bool is_local(Value v) const { return v.id < locals_.size() && locals_[v.id]; }

  /// The c of i + c; of i itself 0.
  std::optional<std::int64_t> beside(const Region& body, Value v) const {
    const Value i = body.arguments[0];
    if (v == i) return 0;
    for (const Instruction& at : body.body) {
      if (at.results.size() == 1 && at.results[0] == v) return offset(at, i);
    }
    return {};
  }

  std::optional<std::int64_t> offset(const Instruction& at, Value i) const {
    std::int64_t c = 0;
    if (at.op != Op::add) return {};
    if (at.operands[0] == i && constants_.integer(at.operands[1], c)) return c;
    if (at.operands[1] == i && constants_.integer(at.operands[0], c)) return c;
    return {};
  }

  /// Whether copying the instruction costs less than memory, and it cannot reject beside its place.
  bool cheap(const Region& body, const Instruction& at) const {
    if (at.op == Op::load) {
      return at.operands.size() == 2 && !is_local(at.operands[0]) && at.results.size() == 1 &&
             program_.type(at.results[0]).kind == Kind::real && beside(body, at.operands[1]);
    }
    if (at.op == Op::constant) return true;
    return ir::info(at.op).kind == ir::OpKind::arithmetic && at.op != Op::div &&
           (program_.type(at.results[0]).kind == Kind::real || offset(at, body.arguments[0]));
  }

  std::optional<Pair> pair_of(const Instruction& plate) const {
    Pair pair;
    if (plate.op != Op::plate || plate.integer != 0 ||
        !constants_.integer(plate.operands[0], pair.count) || pair.count < fewest) {
      return {};
    }
    const Region& body = plate.regions[0];
    std::vector<const Instruction*> adds;
    for (const Instruction& at : body.body) {
      if (at.op == Op::add_to) {
        adds.push_back(&at);
      } else if (at.op != Op::yield && !cheap(body, at)) {
        return {};
      }
    }
    if (adds.size() != 2 || adds[0]->operands[0] != adds[1]->operands[0]) return {};
    if (adds[0]->operands.size() != 3) return {};
    auto low = beside(body, adds[0]->operands[1]), high = beside(body, adds[1]->operands[1]);
    if (!low || !high) return {};
    if (*high < *low) std::swap(low, high), std::swap(adds[0], adds[1]);
    if (*high != *low + 1) return {};
    for (Value v : yield_of(body).operands) {
      if (program_.type(v).kind != Kind::real) return {};
    }
    pair.array = adds[0]->operands[0];
    pair.low = adds[0]->operands[2], pair.high = adds[1]->operands[2];
    pair.first = *low;
    return pair;
  }

  /// The arithmetic of one iteration.
  Renaming copy(Builder& b, const Region& body, const IndexAt& index) {
    Renaming names;
    for (const Instruction& at : body.body) {
      if (at.op == Op::add_to || at.op == Op::yield) continue;
      if (at.results.size() == 1) {
        if (const auto c = offset(at, body.arguments[0])) {
          names[at.results[0].id] = index(*c);
          continue;
        }
      }
      if (std::ranges::find(at.operands, body.arguments[0]) != at.operands.end()) {
        names[body.arguments[0].id] = index(0);
      }
      Instruction next = copied(program_, at, names);
      b.append(std::move(next));
    }
    return names;
  }

  void rewrite(Builder& b, const Instruction& plate, const Pair& pair) {
    const Region& body = plate.regions[0];
    const std::vector<Value>& yields = yield_of(body).operands;
    const std::vector<Value> sums =
        b.plate(pair.count - 1, 0, [&](Builder& inner, Value j) -> std::vector<Value> {
          const auto shifted = [&](std::int64_t by) -> IndexAt {
            return [&inner, j, by](std::int64_t c) {
              return inner.emit(Op::add, {j, inner.integer(c + by)});
            };
          };
          const Renaming before = copy(inner, body, shifted(0));
          const Renaming here = copy(inner, body, shifted(1));
          const Value both =
              inner.emit(Op::add, {renamed(here, pair.low), renamed(before, pair.high)});
          inner.add_to(pair.array, {shifted(1)(pair.first)}, both);
          std::vector<Value> kept;
          for (Value v : yields) kept.push_back(renamed(here, v));
          return kept;
        });
    const auto fixed = [&](std::int64_t i) -> IndexAt {
      return [&b, i](std::int64_t c) { return b.integer(i + c); };
    };
    const Renaming first = copy(b, body, fixed(0)), last = copy(b, body, fixed(pair.count - 1));
    b.add_to(pair.array, {b.integer(pair.first)}, renamed(first, pair.low));
    b.add_to(pair.array, {b.integer(pair.first + pair.count)}, renamed(last, pair.high));
    for (std::size_t k = 0; k < sums.size(); ++k) {
      b.append({.op = Op::add,
                .operands = {sums[k], renamed(first, yields[k])},
                .results = {plate.results[k]}});
    }
  }

  Program& program_;
  std::vector<char> locals_;
  Constants constants_;
};

}  // namespace

ir::Program gather(ir::Program program) {
  // Locals and constants are read from the program.
  with_density(program, [&](Region& density) { Gathering(program).region(density); });
  return program;
}

}  // namespace tyche::passes
