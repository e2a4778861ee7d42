#include <algorithm>
#include <map>
#include <optional>

#include "tyche/passes/bind.hpp"
#include "tyche/passes/structure.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

constexpr int deepest = 1000;                      // as for the interpreter: deeper calls reject
constexpr std::size_t most_instructions = 50'000;  // of all expanded calls

/// Writes the bodies of calls out, and takes the branches that data decide.
class Expansion {
 public:
  Expansion(Program& program, const ir::DataSet& data) : program_(program), data_(data) {
    for (const ir::Function& f : program.functions) {
      for_each_instruction(f.region, [&](const Instruction& i) {
        const bool once = i.op == Op::term || i.op == Op::choice || i.op == Op::print ||
                          i.op == Op::draw_uniform || i.op == Op::draw_normal || i.op == Op::output;
        repeatable_ &= !once;
      });
    }
  }

  void region(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    const auto shared = shared_;
    for (Instruction& i : region.body) append(b, std::move(i));
    shared_ = shared;
    region = std::move(out);
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  using Key = std::vector<std::int64_t>;  // of a call: function, then operands

  /// What an integer or condition lies in: no wider than fits without overflow.
  struct Range {
    std::int64_t low, high;
  };
  static constexpr std::int64_t far = std::int64_t(1) << 31;

  std::optional<Range> range(Value v) const {
    const auto at = ranges_.find(v.id);
    return at == ranges_.end() ? std::nullopt : std::optional(at->second);
  }

  std::optional<std::int64_t> known(Value v) const {
    const auto r = range(v);
    return r && r->low == r->high ? std::optional(r->low) : std::nullopt;
  }

  void note(Value v, Range r) {
    if (r.low >= -far && r.high <= far) ranges_[v.id] = r;
  }

  void append(Builder& b, Instruction i) {
    if (error_) return;
    for (Value& v : i.operands) v = renamed(names_, v);
    if (i.op == Op::function) {
      functions_[i.results[0].id] = i.name;
      return;
    }
    if (i.op == Op::call_value && functions_.contains(i.operands[0].id)) {
      i.op = Op::call;
      i.name = functions_.at(i.operands[0].id);
      i.operands.erase(i.operands.begin());
    }
    if (i.op == Op::call) return expand(b, i);
    const auto is_function = [&](Value v) { return functions_.contains(v.id); };
    if (i.op == Op::call_value || std::ranges::any_of(i.operands, is_function)) return chosen(i);
    if (i.op == Op::for_loop || i.op == Op::plate || i.op == Op::scan) note_index(i);
    if (i.op == Op::if_else) {
      if (const auto side = known(i.operands[0])) return take(b, i, *side != 0 ? 0 : 1);
    }
    undecided_ += i.op == Op::if_else || i.op == Op::while_loop;
    for (Region& inner : i.regions) region(inner);
    undecided_ -= i.op == Op::if_else || i.op == Op::while_loop;
    infer(i);
    if (i.op == Op::local) locals_.push_back(i.results[0]);
    ++written_;
    b.append(std::move(i));
  }

  void take(Builder& b, Instruction& branch, std::size_t side) {
    Region body = std::move(branch.regions[side]);
    for (Instruction& i : body.body) {
      if (i.op != Op::yield) {
        append(b, std::move(i));
        continue;
      }
      for (std::size_t k = 0; k < branch.results.size(); ++k) {
        names_[branch.results[k].id] = renamed(names_, i.operands[k]);
      }
    }
  }

  /// Calls alike where an earlier one is sure to have run give the same.
  std::optional<Key> key_of(const Instruction& call) const {
    if (!repeatable_ || call.results.empty()) return {};
    Key key{program_.function(call.name) - program_.functions.data()};
    for (Value v : call.operands) {
      if (std::ranges::find(locals_, v) != locals_.end()) return {};
      const auto constant = known(v);
      const auto function = functions_.find(v.id);
      if (function != functions_.end()) {
        const auto number = program_.function(function->second) - program_.functions.data();
        key.insert(key.end(), {2, number});
      } else {
        key.insert(key.end(), {constant ? 1 : 0, constant.value_or(std::int64_t(v.id))});
      }
    }
    return key;
  }

  void expand(Builder& b, const Instruction& call) {
    if (depth_ == deepest || written_ > most_instructions) return too_much(call);
    const auto key = key_of(call);
    if (key && shared_.contains(*key)) {
      names_[call.results[0].id] = shared_.at(*key);
      return;
    }
    Renaming names;
    const Region& body = program_.function(call.name)->region;
    for (std::size_t k = 0; k < call.operands.size(); ++k) {
      names[body.arguments[k].id] = call.operands[k];
    }
    std::vector<Instruction> copies;
    for (const Instruction& i : body.body) copies.push_back(copied(program_, i, names));
    ++depth_;
    for (Instruction& i : copies) {
      if (i.op == Op::return_value) {
        for (std::size_t k = 0; k < call.results.size(); ++k) {
          names_[call.results[k].id] = renamed(names_, i.operands[k]);
        }
        break;
      }
      if (i.location < 0) i.location = call.location;
      append(b, std::move(i));
    }
    --depth_;
    if (key) shared_[*key] = renamed(names_, call.results[0]);
  }

  void too_much(const Instruction& call) {
    const std::string reached = "calls " + std::to_string(depth_) + " deep and " +
                                std::to_string(written_) + " instructions";
    error_ =
        Error{place("function " + call.name, call),
              "recursion whose end sizes or scalar integer data decide, at most " +
                  std::to_string(deepest) + " calls deep and " + std::to_string(most_instructions) +
                  " instructions",
              undecided_ > 0 ? reached + ", under a condition that data do not decide" : reached,
              "return what the call gives as it is, or give the function a depth that ends "
              "it, or write a loop over an array"};
  }

  /// A function value that a condition or a loop decides.
  void chosen(const Instruction& i) {
    error_ = Error{place("call of a function value", i), "a function named where it is called",
                   "one that is chosen while the program runs", "call each in a branch of its own"};
  }

  std::string place(const std::string& what, const Instruction& i) const {
    if (i.location < 0) return what;
    const ir::Location& at = program_.locations[std::size_t(i.location)];
    return what + " (" + at.file + ":" + std::to_string(at.line) + ")";
  }

  void note_index(const Instruction& loop) {
    const auto count = range(loop.operands[0]);
    if (count && count->high > 0) note(loop.regions[0].arguments[0], {0, count->high - 1});
  }

  /// Types of plain instructions, and integers and conditions that follow from sizes and data.
  void infer(const Instruction& i) {
    if (i.results.size() != 1 || !i.regions.empty()) return;
    const Value r = i.results[0];
    const Type type = program_.type(r);
    const bool counts = type.kind == Kind::integer || type.kind == Kind::boolean;
    if (i.op == Op::constant && counts) return note(r, {i.integer, i.integer});
    if (i.op == Op::data) {
      const auto given = data_.find(i.name);
      if (given == data_.end() || given->second.integers.empty()) return;
      const auto [low, high] = std::ranges::minmax(given->second.integers);
      return note(r, {low, high});  // an array: of its elements
    }
    if (i.op == Op::local || i.op == Op::tuple || i.op == Op::item) return;
    std::vector<Type> types;
    for (Value v : i.operands) types.push_back(program_.type(v));
    Type inferred = ir::result_type(i.op, types);
    if (i.op == Op::slice && !inferred.dims.empty()) {
      inferred.dims[0] = known(i.operands[2]).value_or(ir::unknown);
    }
    if (inferred.kind != Kind::none) program_.values[r.id].type = inferred;
    if (i.op == Op::size) {
      const std::int64_t dim = types[0].shape()[std::size_t(i.integer)];
      if (dim != ir::unknown) note(r, {dim, dim});
    } else if (i.op == Op::load || i.op == Op::slice) {
      if (const auto elements = range(i.operands[0])) note(r, *elements);
    } else if (counts && !types.empty() && types[0].element() != Kind::real) {
      fold(i);
    }
  }

  void fold(const Instruction& i) {
    constexpr Range all{-2 * far, 2 * far};  // noted by nobody
    const auto at = [&](std::size_t k) {
      return k < i.operands.size() ? range(i.operands[k]).value_or(all) : all;
    };
    const Range a = at(0), b = at(1);
    const auto sure = [&](bool yes, bool no) {
      if (yes || no) note(i.results[0], {yes, yes});
    };
    const auto give = [&](std::int64_t low, std::int64_t high) { note(i.results[0], {low, high}); };
    switch (i.op) {
      case Op::add:
        return give(a.low + b.low, a.high + b.high);
      case Op::sub:
        return give(a.low - b.high, a.high - b.low);
      case Op::neg:
        return give(-a.high, -a.low);
      case Op::mul: {
        const __int128 x[] = {__int128(a.low) * b.low, __int128(a.low) * b.high,
                              __int128(a.high) * b.low, __int128(a.high) * b.high};
        const auto [low, high] = std::minmax({x[0], x[1], x[2], x[3]});
        return low < -far || high > far ? void() : give(std::int64_t(low), std::int64_t(high));
      }
      case Op::div:
        if (!range(i.operands[0]) || b.low != b.high || b.low <= 0) return;
        return give(a.low / b.low, a.high / b.low);
      case Op::remainder:
        if (a.low == a.high && b.low == b.high && b.low > 0) give(a.low % b.low, a.low % b.low);
        return;
      case Op::min:
        return give(std::min(a.low, b.low), std::min(a.high, b.high));
      case Op::max:
        return give(std::max(a.low, b.low), std::max(a.high, b.high));
      case Op::select:
        if (a.low == a.high) return note(i.results[0], a.low != 0 ? b : at(2));
        return give(std::min(b.low, at(2).low), std::max(b.high, at(2).high));
      case Op::lt:
        return sure(a.high < b.low, a.low >= b.high);
      case Op::le:
        return sure(a.high <= b.low, a.low > b.high);
      case Op::gt:
        return sure(a.low > b.high, a.high <= b.low);
      case Op::ge:
        return sure(a.low >= b.high, a.high < b.low);
      case Op::eq:
      case Op::ne: {
        const bool apart = a.high < b.low || b.high < a.low;
        const bool same = a.low == a.high && b.low == b.high && a.low == b.low;
        return i.op == Op::eq ? sure(same, apart) : sure(apart, same);
      }
      case Op::logical_and:
        return sure(a.low == 1 && b.low == 1, a.high == 0 || b.high == 0);
      case Op::logical_or:
        return sure(a.low == 1 || b.low == 1, a.high == 0 && b.high == 0);
      case Op::logical_not:
        return sure(a.high == 0, a.low == 1);
      case Op::to_integer:
        return give(a.low, a.high);
      default:
        return;
    }
  }

  Program& program_;
  const ir::DataSet& data_;
  Renaming names_;
  std::unordered_map<std::uint32_t, std::string> functions_;  // of function values
  std::unordered_map<std::uint32_t, Range> ranges_;
  std::map<Key, Value> shared_;  // results of calls that have run here
  std::vector<Value> locals_;
  bool repeatable_ = true;
  int depth_ = 0, undecided_ = 0;
  std::size_t written_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<ir::Program> expand_recursion(ir::Program program, const ir::DataSet& data) {
  if (program.functions.empty()) return program;
  Expansion pass(program, data);
  pass.region(program.prelude);
  pass.region(program.density);
  pass.region(program.outputs);
  if (pass.error()) return std::unexpected(*pass.error());
  program.functions.clear();
  return bind_shapes(std::move(program), data);
}

}  // namespace tyche::passes
