#include "tyche/ir/verify.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "tyche/ir/print.hpp"
#include "tyche/ir/verify_types.hpp"

namespace tyche::ir {
namespace {

using Checked = std::optional<Error>;

enum class Entry : std::uint8_t { prelude, density, outputs, function };

class Verifier {
 public:
  explicit Verifier(const Program& program)
      : program_(program),
        defined_(program.values.size(), 0),
        visible_(program.values.size(), 0),
        locals_(program.values.size()) {}

  Checked check() {
    if (auto bad = declarations()) return bad;
    for (const Function& function : program_.functions) {
      const std::vector<char> outside = visible_;
      if (auto bad =
              entry(Entry::function, "function " + function.name, function.region, &function)) {
        return bad;
      }
      visible_ = outside;
    }
    if (auto bad = entry(Entry::prelude, "prelude", program_.prelude)) return bad;
    if (auto bad = entry(Entry::density, "density", program_.density)) return bad;
    return entry(Entry::outputs, "outputs", program_.outputs);
  }

 private:
  /// An instruction around the one in hand, and in which of its regions that is.
  struct Around {
    const Instruction* at;
    std::size_t region;
  };
  struct Local {
    bool made = false;
    std::size_t entry = 0;   // number of the entry or function
    std::size_t plates = 0;  // around it
  };
  /// What the body of a plate does with locals.
  struct Plate {
    std::set<Value> added;
    std::set<Value> read;
  };

  Checked declarations() {
    std::set<std::string> names;
    for (const Data& data : program_.data) {
      const std::string where = "data " + data.name;
      if (!names.insert(data.name).second) return error(where, "one declaration a name", "two");
      if (!well_formed(data.type) || !(data.type.is_scalar() || data.type.is_container())) {
        return error(where, "a scalar or container", to_string(data.type));
      }
      if (auto bad = location(where, data.location)) return bad;
    }
    names.clear();
    for (const Function& function : program_.functions) {
      if (!names.insert(function.name).second) {
        return error("function " + function.name, "one function a name", "two");
      }
    }
    return {};
  }

  Checked entry(Entry kind, std::string name, const Region& region,
                const Function* function = nullptr) {
    entry_ = kind;
    ++entry_number_;
    entry_name_ = std::move(name);
    function_ = function;
    for (Value v : region.arguments) {
      if (auto bad = define(entry_name_, v)) return bad;
    }
    if (auto bad = arguments(region)) return bad;
    return body(region, false);
  }

  Checked arguments(const Region& region) const {
    const auto& found = region.arguments;
    if (entry_ == Entry::function || found.empty()) return {};
    const bool position = entry_ == Entry::density && found.size() == 1 &&
                          program_.type(found[0]).kind == Kind::vector;
    if (position) return {};
    return error(entry_name_,
                 entry_ == Entry::density ? "at most one argument, a vector" : "no arguments",
                 std::to_string(found.size()) + " arguments");
  }

  static Error error(std::string where, std::string expected, std::string found) {
    return {std::move(where), std::move(expected), std::move(found),
            "mend the program there: tyche/ir/op.hpp says what each operation takes"};
  }

  std::string where(const Instruction& at) const {
    std::string text;
    if (at.location >= 0 && at.location < std::int32_t(program_.locations.size())) {
      const Location& user = program_.locations[std::size_t(at.location)];
      text = user.file + ":" + std::to_string(user.line) + ": ";
    }
    return text + entry_name_ + ": " + print_head(program_, at);
  }

  Checked location(const std::string& place, std::int32_t index) const {
    const std::int32_t count = std::int32_t(program_.locations.size());
    if (index >= -1 && index < count) return {};
    return error(place, "a location below " + std::to_string(count), std::to_string(index));
  }

  Checked define(const std::string& place, Value v) {
    if (v.id >= program_.values.size()) {
      return error(place, "a value of the program", print(program_, v));
    }
    if (defined_[v.id] != 0) {
      return error(place, "a value defined once", print(program_, v) + " twice");
    }
    if (!well_formed(program_.type(v))) {
      return error(place, "a type that values have", to_string(program_.type(v)));
    }
    defined_[v.id] = visible_[v.id] = 1;
    return {};
  }

  /// Region by region; `yielding`: must end in a yield or leave.
  Checked body(const Region& region, bool yielding) {
    for (const Instruction& at : region.body) {
      const bool last = &at == &region.body.back();
      const bool ends = at.op == Op::yield || at.op == Op::return_value ||
                        at.op == Op::break_loop || at.op == Op::continue_loop;
      if (auto bad = instruction(at)) return bad;
      if (ends && !last) return error(where(at), "the end of the region", "more instructions");
      if (last && yielding && !ends) return error(where(at), "a yield after it", "nothing");
    }
    return {};
  }

  Checked instruction(const Instruction& at) {
    for (Value v : at.results) {
      if (v.id >= program_.values.size()) {
        return error(entry_name_, "a value of the program", print(program_, v));
      }
      if (!well_formed(program_.type(v))) {
        return error(where(at), "a type that values have", to_string(program_.type(v)));
      }
    }
    if (auto bad = location(entry_name_, at.location)) return bad;
    if (auto bad = operands(at)) return bad;
    if (auto bad = leaving(at)) return bad;
    if (auto bad = meaning(at)) return bad;
    if (auto bad = inner(at)) return bad;
    if (auto bad = check_types(program_, at)) return error(where(at), bad->expected, bad->found);
    if (auto bad = memory(at)) return bad;
    for (Value v : at.results) {
      if (auto bad = define(where(at), v)) return bad;
    }
    return {};
  }

  Checked operands(const Instruction& at) const {
    for (Value v : at.operands) {
      if (v.id >= program_.values.size()) {
        return error(entry_name_, "a value of the program", print(program_, v));
      }
      if (visible_[v.id] != 0) continue;
      return error(where(at), "a value defined before, here or in a region around",
                   print(program_, v));
    }
    return {};
  }

  Checked inner(const Instruction& at) {
    if (at.op == Op::plate) plates_.emplace_back();
    for (std::size_t k = 0; k < at.regions.size(); ++k) {
      const Region& region = at.regions[k];
      if (region.body.empty() && !(at.op == Op::choice && region.arguments.empty())) {
        return error(where(at), "regions that end in a yield", "an empty one");
      }
      around_.push_back({&at, k});
      for (Value v : region.arguments) {
        if (auto bad = define(where(at), v)) return bad;
      }
      if (auto bad = body(region, true)) return bad;
      around_.pop_back();
      hide(region);
    }
    return at.op == Op::plate ? end_plate(at) : Checked{};
  }

  void hide(const Region& region) {
    for (Value v : region.arguments) visible_[v.id] = 0;
    for (const Instruction& at : region.body) {
      for (Value v : at.results) visible_[v.id] = 0;
    }
  }

  Checked end_plate(const Instruction& at) {
    const Plate plate = std::move(plates_.back());
    plates_.pop_back();
    for (Value v : plate.added) {
      if (!plate.read.contains(v)) continue;
      return error(where(at), "a local that the plate sums into and does not read",
                   print(program_, v) + " read");
    }
    return {};
  }

  Checked leaving(const Instruction& at) {
    switch (at.op) {
      case Op::break_loop:
      case Op::continue_loop:
        return leaving_loop(at);
      case Op::return_value:
        return returning(at);
      case Op::yield:
        return yielding(at);
      default:
        return {};
    }
  }

  Checked leaving_loop(const Instruction& at) const {
    for (std::size_t k = around_.size(); k-- > 0;) {
      const Instruction& outer = *around_[k].at;
      if (outer.op == Op::if_else) continue;
      const bool loop =
          outer.op == Op::for_loop || (outer.op == Op::while_loop && around_[k].region == 1);
      if (loop && outer.results.empty()) return {};
      return error(where(at), "a for or while that carries nothing around it",
                   print_head(program_, outer));
    }
    return error(where(at), "a for or while around it", "none");
  }

  Checked returning(const Instruction& at) const {
    if (function_ == nullptr) return error(where(at), "a function around it", entry_name_);
    for (const Around& outer : around_) {
      const Op op = outer.at->op;
      if (op == Op::plate || op == Op::scan || op == Op::choice) {
        return error(where(at), "no plate, scan or choice to leave",
                     print_head(program_, *outer.at));
      }
    }
    const std::size_t count = function_->result.kind == Kind::none ? 0 : 1;
    if (at.operands.size() != count ||
        (count == 1 && !agree(program_.type(at.operands[0]), function_->result))) {
      return error(where(at), "a result of type " + to_string(function_->result),
                   count == 1 && at.operands.size() == 1
                       ? to_string(program_.type(at.operands[0]))
                       : std::to_string(at.operands.size()) + " values");
    }
    return {};
  }

  /// Of an entry; others are checked with the op that holds the region.
  Checked yielding(const Instruction& at) const {
    if (!around_.empty()) return {};
    if (entry_ != Entry::density && !at.operands.empty()) {
      return error(where(at), "no operands", std::to_string(at.operands.size()));
    }
    for (Value v : at.operands) {
      const Type& type = program_.type(v);
      if (!type.is_scalar() && !type.is_container()) {
        return error(where(at), "scalars and containers", to_string(type));
      }
    }
    return {};
  }

  Checked meaning(const Instruction& at) const {
    const auto choice =
        std::ranges::find(around_, Op::choice, [](const Around& a) { return a.at->op; });
    const bool in_choice = choice != around_.end();
    const bool density = entry_ == Entry::density || entry_ == Entry::function;
    switch (at.op) {
      case Op::choice:
      case Op::term:
        if (density && !in_choice) return {};
        return error(where(at), "the density or a function around it, and no choice", entry_name_);
      case Op::output:
        if (entry_ != Entry::prelude && !in_choice) return {};
        return error(where(at), "the density, the outputs or a function around it", entry_name_);
      case Op::draw_uniform:
      case Op::draw_normal:
        if (in_choice ? choice->region == 3
                      : entry_ == Entry::outputs || entry_ == Entry::function) {
          return {};
        }
        return error(where(at), "the outputs, a sampler or a function around it", entry_name_);
      default:
        return {};
    }
  }

  Checked memory(const Instruction& at) {
    const bool writes = at.op == Op::store || at.op == Op::add_to;
    if (at.op == Op::local) {
      locals_[at.results[0].id] = {true, entry_number_, plates_.size()};
    }
    for (std::size_t k = writes ? 1 : 0; k < at.operands.size(); ++k) {
      if (at.op != Op::size) note(at.operands[k], &Plate::read);
    }
    if (!writes) return {};
    const Value target = at.operands[0];
    const Local& local = locals_[target.id];
    if (!local.made || local.entry != entry_number_) {
      return error(where(at), "a local of the " + entry_name_, print(program_, target));
    }
    if (at.op == Op::store && local.plates < plates_.size()) {
      return error(where(at), "a local of the plate's own body", print(program_, target));
    }
    if (at.op == Op::add_to && at.integer != 0) {
      const bool top = plates_.size() == 1 && around_.back().at->op == Op::plate;
      if (!top || local.plates != 0 || plates_[0].added.contains(target)) {
        return error(where(at),
                     "the only add_to a local of outside, at the top of an outermost plate",
                     "in_turn");
      }
    }
    if (at.op == Op::add_to) note(target, &Plate::added);
    return {};
  }

  /// In every plate that the local is outside of.
  void note(Value v, std::set<Value> Plate::* where) {
    if (!locals_[v.id].made) return;
    for (std::size_t p = locals_[v.id].plates; p < plates_.size(); ++p) {
      (plates_[p].*where).insert(v);
    }
  }

  const Program& program_;
  std::vector<char> defined_;  // by value
  std::vector<char> visible_;  // by value
  std::vector<Local> locals_;  // by value
  std::vector<Around> around_;
  std::vector<Plate> plates_;
  Entry entry_ = Entry::prelude;
  std::size_t entry_number_ = 0;
  std::string entry_name_;
  const Function* function_ = nullptr;
};

}  // namespace

Result<void> verify(const Program& program) {
  if (auto bad = Verifier(program).check()) return std::unexpected(std::move(*bad));
  return {};
}

}  // namespace tyche::ir
