#include "tyche/passes/bind.hpp"

#include <algorithm>
#include <optional>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

using ir::unknown;

std::string place(const Program& program, const std::string& name, std::int32_t location) {
  if (location < 0 || std::size_t(location) >= program.locations.size()) return name;
  const ir::Location& at = program.locations[std::size_t(location)];
  return name + " (" + at.file + ":" + std::to_string(at.line) + ")";
}

/// Writes `shape` into the dims of `type`, outermost first.
void fill(Type& type, std::span<const std::int64_t> shape) {
  for (std::size_t k = 0; k < type.dims.size(); ++k) type.dims[k] = shape[k];
  if (type.kind == Kind::array) fill(type.parts[0], shape.subspan(type.dims.size()));
}

Result<Type> bound(const Program& program, const ir::Data& declared, const ir::DataSet& data) {
  const auto given = data.find(declared.name);
  const std::string where = place(program, declared.name, declared.location);
  if (given == data.end()) {
    return std::unexpected(Error{where, "data of type " + to_string(declared.type), "no data",
                                 "give a value for " + declared.name});
  }
  const Type& found = given->second.type;
  const auto want = declared.type.shape(), have = found.shape();
  bool fits = declared.type.element() == found.element() && want.size() == have.size();
  for (std::size_t k = 0; fits && k < want.size(); ++k) {
    fits = have[k] != unknown && (want[k] == unknown || want[k] == have[k]);
  }
  if (!fits) {
    return std::unexpected(Error{where, to_string(declared.type), to_string(found),
                                 "give data of the declared kind and dims"});
  }
  Type type = declared.type;
  fill(type, have);
  return type;
}

/// Infers types from the data on, and integers that follow from shapes and scalar integer data.
class Inference {
 public:
  Inference(Program& program, const ir::DataSet& data) : program_(program), data_(data) {}

  void region(Region& region) {
    std::vector<Instruction> out;
    for (Instruction& i : region.body) {
      if (i.op == Op::plate || i.op == Op::for_loop || i.op == Op::scan) count_of(i, 0, out);
      if (i.op == Op::slice) count_of(i, 2, out);
      infer(i);
      out.push_back(std::move(i));
    }
    region.body = std::move(out);
  }

  std::optional<Error> error() const { return error_; }

 private:
  std::optional<std::int64_t> known(Value v) const {
    const auto at = known_.find(v.id);
    return at == known_.end() ? std::nullopt : std::optional(at->second);
  }

  /// Puts a constant in the place of operand k where its value is known.
  void count_of(Instruction& i, std::size_t k, std::vector<Instruction>& out) {
    const auto n = known(i.operands[k]);
    if (!n) return;
    Instruction c{.op = Op::constant, .results = {program_.new_value(Type::integer())}};
    c.integer = *n;
    known_[c.results[0].id] = *n;
    i.operands[k] = c.results[0];
    out.push_back(std::move(c));
  }

  void set(Value v, const Type& type) {
    if (type.kind != Kind::none) program_.values[v.id].type = type;
  }

  void infer(Instruction& i) {
    switch (i.op) {
      case Op::constant:
        if (program_.type(i.results[0]).kind == Kind::integer) known_[i.results[0].id] = i.integer;
        return;
      case Op::data:
        return infer_data(i);
      case Op::local:
        for (std::int64_t dim : program_.type(i.results[0]).shape()) {
          if (dim == unknown) no_dims(i);
        }
        return;
      case Op::plate:
        return infer_plate(i);
      case Op::for_loop:
      case Op::while_loop:
        return infer_loop(i);
      case Op::scan:
        return infer_scan(i);
      case Op::if_else:
        for (Region& r : i.regions) region(r);
        take_yields(i, i.regions[has_yield(i.regions[0]) ? 0 : 1]);
        return;
      case Op::choice:
        return infer_choice(i);
      default:
        return infer_plain(i);
    }
  }

  void infer_data(Instruction& i) {
    const auto declared = std::ranges::find(program_.data, i.name, &ir::Data::name);
    if (declared == program_.data.end()) return;
    set(i.results[0], declared->type);
    const auto given = data_.find(i.name);
    if (given != data_.end() && declared->type.kind == Kind::integer) {
      known_[i.results[0].id] = given->second.integers[0];
    }
  }

  void no_dims(const Instruction& i) {
    if (error_) return;
    error_ = Error{place(program_, program_.values[i.results[0].id].hint, i.location),
                   "a local array whose dims are known once data are bound",
                   to_string(program_.type(i.results[0])), "give its dims as constants"};
  }

  void infer_plain(Instruction& i) {
    if (i.results.size() != 1) return;
    std::vector<Type> types;
    for (Value v : i.operands) types.push_back(program_.type(v));
    if (i.op == Op::tuple) return set(i.results[0], Type::tuple(types));
    if (i.op == Op::item) return set(i.results[0], types[0].parts[std::size_t(i.integer)]);
    Type type = ir::result_type(i.op, types);
    if (i.op == Op::slice && !type.dims.empty())
      type.dims[0] = known(i.operands[2]).value_or(unknown);
    set(i.results[0], type);
    infer_known(i);
  }

  void infer_known(const Instruction& i) {
    if (i.op == Op::size) {
      const auto shape = program_.type(i.operands[0]).shape();
      const std::int64_t dim = shape[std::size_t(i.integer)];
      if (dim != unknown) known_[i.results[0].id] = dim;
      return;
    }
    if (i.operands.size() != 2 || program_.type(i.results[0]).kind != Kind::integer) return;
    const auto a = known(i.operands[0]), b = known(i.operands[1]);
    if (!a || !b) return;
    const Value r = i.results[0];
    switch (i.op) {
      case Op::add:
        known_[r.id] = *a + *b;
        return;
      case Op::sub:
        known_[r.id] = *a - *b;
        return;
      case Op::mul:
        known_[r.id] = *a * *b;
        return;
      case Op::div:
        if (*b != 0) known_[r.id] = *a / *b;
        return;
      case Op::min:
        known_[r.id] = std::min(*a, *b);
        return;
      case Op::max:
        known_[r.id] = std::max(*a, *b);
        return;
      default:
        return;
    }
  }

  void infer_plate(Instruction& i) {
    region(i.regions[0]);
    const std::int64_t count = known(i.operands[0]).value_or(unknown);
    const auto& yields = yield_of(i.regions[0]).operands;
    for (std::size_t k = 0; k < i.results.size(); ++k) {
      const Type type = program_.type(yields[k]);
      set(i.results[k],
          std::int64_t(k) < i.integer && type.kind != Kind::none ? ir::stacked(type, count) : type);
    }
  }

  void infer_loop(Instruction& i) {
    const std::size_t skip = i.op == Op::for_loop ? 1 : 0;
    for (Region& r : i.regions) {
      for (std::size_t k = skip; k < r.arguments.size(); ++k) {
        set(r.arguments[k], program_.type(i.operands[k]));
      }
      region(r);
    }
    for (std::size_t k = 0; k < i.results.size(); ++k) {
      set(i.results[k], program_.type(i.operands[k + skip]));
    }
  }

  void infer_scan(Instruction& i) {
    Region& r = i.regions[0];
    const std::size_t carried = std::size_t(i.integer);
    for (std::size_t k = 1; k < r.arguments.size(); ++k) {
      const Type type = program_.type(i.operands[k]);
      if (k <= carried) {
        set(r.arguments[k], type);
      } else {
        const Type operands[] = {type, Type::integer()};
        set(r.arguments[k], ir::result_type(Op::load, operands));
      }
    }
    region(r);
    const std::int64_t count = known(i.operands[0]).value_or(unknown);
    const auto& yields = yield_of(r).operands;
    for (std::size_t k = 0; k < i.results.size(); ++k) {
      const Type type = program_.type(yields[k]);
      set(i.results[k], k < carried ? type : ir::stacked(type, count));
    }
  }

  void take_yields(Instruction& i, const Region& region) {
    if (!has_yield(region)) return;
    const auto& yields = yield_of(region).operands;
    for (std::size_t k = 0; k < i.results.size(); ++k) set(i.results[k], program_.type(yields[k]));
  }

  void infer_choice(Instruction& i) {
    for (std::size_t r = 0; r < i.regions.size(); ++r) {
      Region& body = i.regions[r];
      if (body.body.empty()) continue;
      const std::size_t first = r == 3 ? 0 : 1;
      for (std::size_t k = first; k < body.arguments.size(); ++k) {
        set(body.arguments[k], program_.type(i.operands[k - first]));
      }
      region(body);
    }
  }

  Program& program_;
  const ir::DataSet& data_;
  std::unordered_map<std::uint32_t, std::int64_t> known_;
  std::optional<Error> error_;
};

}  // namespace

Result<ir::Program> bind_shapes(ir::Program program, const ir::DataSet& data) {
  for (ir::Data& declared : program.data) {
    Result<Type> type = bound(program, declared, data);
    if (!type) return std::unexpected(type.error());
    declared.type = *std::move(type);
  }
  Inference inference(program, data);
  inference.region(program.prelude);
  inference.region(program.density);
  inference.region(program.outputs);
  if (inference.error()) return std::unexpected(*inference.error());
  return program;
}

}  // namespace tyche::passes
