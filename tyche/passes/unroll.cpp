#include "tyche/passes/unroll.hpp"

#include <algorithm>
#include <unordered_set>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

constexpr std::int64_t most_iterations = 4;
constexpr std::size_t most_instructions = 200;  // written out

std::size_t length(const Region& region) {
  std::size_t n = 0;
  for_each_instruction(region, [&](const Instruction&) { ++n; });
  return n;
}

class Unrolling {
 public:
  explicit Unrolling(Program& program)
      : program_(program), constants_(program), locals_(locals_of(program)) {
    find_short(program.density);
    find_other_uses(program.density);
    for (Value v : free_values(program.outputs)) used_whole_.insert(v.id);
  }

  void region(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) append(b, std::move(i));
    region = std::move(out);
  }

  const Renaming& names() const { return names_; }

 private:
  bool is_short(const Instruction& i, std::int64_t& count) const {
    if (i.op != Op::plate && i.op != Op::for_loop) return false;
    return constants_.integer(i.operands[0], count) && count >= 1 && count <= most_iterations &&
           std::size_t(count) * length(i.regions[0]) <= most_instructions;
  }

  void find_short(const Region& region) {
    for_each_instruction(region, [&](const Instruction& i) {
      std::int64_t count = 0;
      if (is_short(i, count)) short_indices_.insert(i.regions[0].arguments[0].id);
    });
  }

  bool will_be_constant(Value index) const {
    std::int64_t c = 0;
    return constants_.integer(index, c) || short_indices_.contains(index.id);
  }

  void find_other_uses(const Region& region) {
    for_each_instruction(region, [&](const Instruction& i) {
      for (std::size_t k = 0; k < i.operands.size(); ++k) {
        const bool element =
            i.op == Op::load && k == 0 && i.operands.size() > 1 && will_be_constant(i.operands[1]);
        if (!element) used_whole_.insert(i.operands[k].id);
      }
    });
  }

  bool holds_local(const std::vector<Value>& values) const {
    return std::ranges::any_of(values,
                               [&](Value v) { return v.id < locals_.size() && locals_[v.id]; });
  }

  bool wanted(const Instruction& i, std::int64_t& count) const {
    if (!is_short(i, count)) return false;
    // A loop that carries a local carries copies of it.
    if (i.op == Op::for_loop &&
        (holds_local(i.operands) || holds_local(yield_of(i.regions[0]).operands))) {
      return false;
    }
    for (std::int64_t k = 0; i.op == Op::plate && k < i.integer; ++k) {
      if (used_whole_.contains(i.results[std::size_t(k)].id)) return false;
    }
    return true;
  }

  void append(Builder& b, Instruction i) {
    for (Value& v : i.operands) v = renamed(names_, v);
    b.at(i.location);
    std::int64_t count = 0;
    const bool write_out = wanted(i, count);
    if (!write_out) {
      for (Region& inner : i.regions) region(inner);
      b.append(std::move(i));
    } else if (i.op == Op::plate) {
      plate(b, i, count);
    } else {
      loop(b, i, count);
    }
  }

  /// One iteration; what the body yields.
  std::vector<Value> iteration(Builder& b, const Region& body, Renaming names) {
    std::vector<Value> yields;
    for (const Instruction& i : body.body) {
      Instruction copy = copied(program_, i, names);
      for (const auto& [old, now] : names) constants_.copy(old, now);
      inherit(i, copy);
      if (copy.op == Op::yield) {
        yields = copy.operands;
      } else {
        append(b, std::move(copy));
      }
    }
    for (Value& v : yields) v = renamed(names_, v);
    return yields;
  }

  /// What was found of a plate holds of its copies.
  void inherit(const Instruction& original, const Instruction& copy) {
    for (std::size_t k = 0; k < original.results.size(); ++k) {
      if (used_whole_.contains(original.results[k].id)) used_whole_.insert(copy.results[k].id);
    }
  }

  void loop(Builder& b, const Instruction& i, std::int64_t count) {
    const Region& body = i.regions[0];
    std::vector<Value> carried(i.operands.begin() + 1, i.operands.end());
    for (std::int64_t t = 0; t < count; ++t) {
      Renaming names{{body.arguments[0].id, b.integer(t)}};
      for (std::size_t k = 0; k < carried.size(); ++k) names[body.arguments[k + 1].id] = carried[k];
      carried = iteration(b, body, std::move(names));
    }
    for (std::size_t k = 0; k < carried.size(); ++k) names_[i.results[k].id] = carried[k];
  }

  void plate(Builder& b, const Instruction& i, std::int64_t count) {
    const std::size_t mapped = std::size_t(i.integer);
    std::vector<Value> results;
    for (std::size_t k = 0; k < i.results.size(); ++k) {
      const Type type = program_.type(i.results[k]);
      if (k < mapped) {
        results.push_back(b.local(type));
      } else {
        results.push_back(type.kind == Kind::integer ? b.integer(0) : b.real(0));
      }
    }
    for (std::int64_t t = 0; t < count; ++t) {
      const Value index = b.integer(t);
      const std::vector<Value> yields =
          iteration(b, i.regions[0], {{i.regions[0].arguments[0].id, index}});
      for (std::size_t k = 0; k < yields.size(); ++k) {
        if (k < mapped) {
          b.store(results[k], {index}, yields[k]);
        } else {
          results[k] = t == 0 ? yields[k] : b.emit(Op::add, {results[k], yields[k]});
        }
      }
    }
    for (std::size_t k = 0; k < results.size(); ++k) names_[i.results[k].id] = results[k];
  }

  Program& program_;
  Constants constants_;
  std::vector<char> locals_;
  std::unordered_set<std::uint32_t> short_indices_;
  std::unordered_set<std::uint32_t> used_whole_;
  Renaming names_;
};

}  // namespace

ir::Program unroll(ir::Program program) {
  Unrolling pass(program);
  Region density = program.density;
  pass.region(density);
  program.density = std::move(density);
  rename(program.outputs, pass.names());
  return program;
}

}  // namespace tyche::passes
