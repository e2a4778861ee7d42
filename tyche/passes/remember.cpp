#include "tyche/passes/remember.hpp"

#include <bit>
#include <map>
#include <optional>
#include <tuple>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

/// Adds a mapped yield; the array that it gives.
Value map_also(Program& program, Instruction& plate, Value element, std::int64_t count) {
  const auto at = std::ptrdiff_t(plate.integer++);
  auto& yields = yield_of(plate.regions[0]).operands;
  yields.insert(yields.begin() + at, element);
  const Value array = program.new_value(ir::stacked(program.type(element), count));
  plate.results.insert(plate.results.begin() + at, array);
  return array;
}

class Sums {
 public:
  explicit Sums(Program& program) : program_(program), constants_(program) {
    for_each_instruction(program.density, [this](const Instruction& i) {
      if (i.op == Op::store || i.op == Op::add_to) ++writes_[i.operands[0]];
    });
  }

  void region(Region& region) {
    for (std::size_t at = 0; at < region.body.size(); ++at) {
      Instruction& i = region.body[at];
      rename(i, names_);
      if (i.op == Op::plate) plate(i);
      for (Value v : free_values(i)) note_use(i, v);
    }
  }

  const Renaming& names() const { return names_; }

 private:
  /// A loop that stores zeros into the whole of an array that nothing has read.
  bool fills(const Instruction& i, Value v) const {
    std::int64_t count = 0;
    double x = 1;
    if (i.op != Op::for_loop || i.regions[0].body.size() != 2 || i.results.size() != 0)
      return false;
    const Instruction& put = i.regions[0].body[0];
    return put.op == Op::store && put.operands.size() == 3 && put.operands[0] == v &&
           put.operands[1] == i.regions[0].arguments[0] && constants_.real(put.operands[2], x) &&
           x == 0 && constants_.integer(i.operands[0], count) &&
           program_.type(v) == Type::vector(count);
  }

  void note_use(const Instruction& i, Value v) { zeros_[v] = !zeros_.contains(v) && fills(i, v); }

  void plate(Instruction& plate) {
    std::int64_t count = 0;
    if (!constants_.integer(plate.operands[0], count)) return;
    Region& body = plate.regions[0];
    for (std::size_t k = 0; k < body.body.size(); ++k) {
      const Instruction add = body.body[k];
      if (add.op != Op::add_to || add.operands.size() != 3 || add.integer != 0) continue;
      const Value array = add.operands[0];
      const auto zeros = zeros_.find(array);
      if (zeros == zeros_.end() || !zeros->second || writes_.at(array) != 2) continue;
      if (add.operands[1] != body.arguments[0] || program_.type(array) != Type::vector(count)) {
        continue;
      }
      body.body.erase(body.body.begin() + std::ptrdiff_t(k--));
      names_[array.id] = map_also(program_, plate, add.operands[2], count);
    }
  }

  Program& program_;
  Constants constants_;
  std::map<Value, int> writes_;
  std::map<Value, bool> zeros_;  // of what was used: whether only to fill it with zeros
  Renaming names_;
};

class Memory {
 public:
  explicit Memory(Program& program)
      : program_(program), locals_(locals_of(program)), constants_(program) {}

  void region(Region& region) {
    for (std::size_t at = 0; at < region.body.size(); ++at) {
      if (region.body[at].op == Op::plate) plate(region, at);
    }
  }

 private:
  /// What an instruction computes: equal keys, equal values in equal iterations.
  using Key = std::tuple<Op, std::int64_t, std::uint64_t, std::vector<std::uint64_t>>;
  struct Known {
    std::size_t plate;
    Value value;                      // in its body
    std::optional<Value> array = {};  // once it is mapped
  };

  void plate(Region& region, std::size_t at) {
    Instruction& plate = region.body[at];
    std::int64_t count = 0;
    if (!constants_.integer(plate.operands[0], count) || count < fewest || count > most) return;
    Region& body = plate.regions[0];
    std::map<Value, std::uint64_t> numbers{{body.arguments[0], std::uint64_t(count) << 32}};
    for (Instruction& i : body.body) {
      if (!plain(i)) {
        for (Value v : i.results) numbers[v] = fresh();
        continue;
      }
      const std::uint64_t number = number_of(i, numbers);
      numbers[i.results[0]] = number;
      const auto [known, first] = known_.try_emplace(number, Known{at, i.results[0]});
      if (first || known->second.plate == at || !heavy(i)) continue;
      Known& before = known->second;
      if (!before.array) {
        before.array = map_also(program_, region.body[before.plate], before.value, count);
      }
      i = {.op = Op::load,
           .operands = {*before.array, body.arguments[0]},
           .results = i.results,
           .location = i.location};
    }
  }

  /// Whether op, numbers and operands say all of what it gives.
  bool plain(const Instruction& i) const {
    return i.results.size() == 1 && i.regions.empty() && i.name.empty() &&
           effects(i, locals_).movable();
  }

  static bool heavy(const Instruction& i) {
    return ir::info(i.op).kind == ir::OpKind::elementary && i.op != Op::floor &&
           i.op != Op::round && i.op != Op::sqrt;
  }

  std::uint64_t fresh() { return (std::uint64_t(1) << 63) + next_++; }

  std::uint64_t number_of(const Instruction& i, const std::map<Value, std::uint64_t>& numbers) {
    Key key{i.op, i.integer, std::bit_cast<std::uint64_t>(i.number), {}};
    for (Value v : i.operands) {
      const auto at = numbers.find(v);
      std::get<3>(key).push_back(at == numbers.end() ? v.id : at->second);
    }
    const auto [at, first] = numbers_.try_emplace(std::move(key), 0);
    if (first) at->second = fresh();
    return at->second;
  }

  // Longer arrays leave the caches: then computing is as fast as reading.
  static constexpr std::int64_t fewest = 8, most = std::int64_t(1) << 14;

  Program& program_;
  std::vector<char> locals_;
  Constants constants_;
  std::map<Key, std::uint64_t> numbers_;
  std::map<std::uint64_t, Known> known_;
  std::uint64_t next_ = 0;
};

}  // namespace

Program map_sums(Program program) {
  Sums pass(program);
  with_density(program, [&](Region& density) { pass.region(density); });
  rename(program.outputs, pass.names());
  return program;
}

Program remember(Program program) {
  Memory pass(program);
  with_density(program, [&](Region& density) { pass.region(density); });
  return program;
}

}  // namespace tyche::passes
