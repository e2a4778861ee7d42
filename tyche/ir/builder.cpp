#include "tyche/ir/builder.hpp"

#include <algorithm>
#include <cassert>
#include <map>

namespace tyche::ir {
namespace {

/// The type of `container[indices...]` with `count` leading indices given.
Type part(const Type& container, std::size_t count) {
  if (!container.is_container() && container.kind != Kind::array) return {};
  const std::size_t own = container.dims.size();
  if (count < own) {
    if (container.kind == Kind::matrix && count == 1) return Type::row_vector(container.dims[1]);
    Type rest = container;
    rest.dims.erase(rest.dims.begin(), rest.dims.begin() + std::int64_t(count));
    return rest;
  }
  if (container.kind != Kind::array) return count == own ? Type::real() : Type{};
  const Type& element = container.parts[0];
  return count == own ? element : part(element, count - own);
}

Type sliced(const Type& container) {
  Type type = container;
  if (!type.dims.empty()) type.dims[0] = unknown;
  return type;
}

}  // namespace

Type result_type(Op op, std::span<const Type> operands) {
  const OpInfo& row = info(op);
  if (row.operands >= 0 && std::size_t(row.operands) != operands.size()) return {};
  const auto all_are = [&](Kind kind) {
    return std::ranges::all_of(operands, [&](const Type& t) { return t.kind == kind; });
  };
  switch (row.kind) {
    case OpKind::arithmetic:
      if (all_are(Kind::integer) && op != Op::fma) return Type::integer();
      return all_are(Kind::real) && op != Op::remainder ? Type::real() : Type{};
    case OpKind::elementary:
      return all_are(Kind::real) ? Type::real() : Type{};
    default:
      break;
  }
  switch (op) {
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::eq:
    case Op::ne:
      return all_are(Kind::real) || all_are(Kind::integer) ? Type::boolean() : Type{};
    case Op::logical_and:
    case Op::logical_or:
    case Op::logical_not:
      return all_are(Kind::boolean) ? Type::boolean() : Type{};
    case Op::select:
      return operands[0].kind == Kind::boolean && operands[1] == operands[2] ? operands[1] : Type{};
    case Op::to_real:
      return all_are(Kind::integer) ? Type::real() : Type{};
    case Op::to_integer:
      return all_are(Kind::boolean) || all_are(Kind::real) ? Type::integer() : Type{};
    case Op::load:
      return operands.empty() ? Type{} : part(operands[0], operands.size() - 1);
    case Op::slice:
      return sliced(operands[0]);
    case Op::size:
      return Type::integer();
    case Op::cholesky:
      return operands[0].kind == Kind::matrix ? operands[0] : Type{};
    case Op::cholesky_adjoint:
      return operands[0];
    case Op::solve_lower:
    case Op::solve_lower_transposed:
      return operands[1];
    case Op::draw_uniform:
    case Op::draw_normal:
      return Type::real();
    default:
      return {};
  }
}

Type stacked(const Type& type, std::int64_t count) {
  if (type.kind == Kind::real) return Type::vector(count);
  if (type.kind == Kind::array) {
    Type wider = type;
    wider.dims.insert(wider.dims.begin(), count);
    return wider;
  }
  return Type::array(type, {count});
}

Value Builder::real(double x) {
  const Value v = program_.new_value(Type::real());
  Instruction c{.op = Op::constant, .results = {v}};
  c.number = x;
  append(std::move(c));
  return v;
}

Value Builder::integer(std::int64_t x) {
  const Value v = program_.new_value(Type::integer());
  Instruction c{.op = Op::constant, .results = {v}};
  c.integer = x;
  append(std::move(c));
  return v;
}

Value Builder::boolean(bool x) {
  const Value v = program_.new_value(Type::boolean());
  Instruction c{.op = Op::constant, .results = {v}};
  c.integer = x;
  append(std::move(c));
  return v;
}

Value Builder::data(const std::string& name) {
  const auto declared = std::ranges::find(program_.data, name, &Data::name);
  assert(declared != program_.data.end());
  const Value v = program_.new_value(declared->type, name);
  append({.op = Op::data, .results = {v}, .name = name});
  return v;
}

Value Builder::emit(Op op, std::span<const Value> operands) {
  std::vector<Type> types;
  for (Value v : operands) types.push_back(program_.type(v));
  Type type = result_type(op, types);
  assert(type.kind != Kind::none);
  const Value v = program_.new_value(std::move(type));
  append({.op = op, .operands = {operands.begin(), operands.end()}, .results = {v}});
  return v;
}

Instruction& Builder::append(Instruction instruction) {
  if (instruction.location < 0) instruction.location = location_;
  region_.body.push_back(std::move(instruction));
  return region_.body.back();
}

Value Builder::local(Type type) {
  const Value v = program_.new_value(std::move(type));
  append({.op = Op::local, .results = {v}});
  return v;
}

Value Builder::load(Value array, std::initializer_list<Value> indices) {
  std::vector<Value> operands{array};
  operands.insert(operands.end(), indices);
  return emit(Op::load, operands);
}

void Builder::store(Value array, std::initializer_list<Value> indices, Value value) {
  std::vector<Value> operands{array};
  operands.insert(operands.end(), indices);
  operands.push_back(value);
  append({.op = Op::store, .operands = std::move(operands)});
}

void Builder::add_to(Value array, std::initializer_list<Value> indices, Value value) {
  std::vector<Value> operands{array};
  operands.insert(operands.end(), indices);
  operands.push_back(value);
  append({.op = Op::add_to, .operands = std::move(operands)});
}

void Builder::term(Value e, Role role, bool normalised, Value observation) {
  Instruction t{.op = Op::term, .operands = {e}, .role = role, .normalised = normalised};
  if (observation.exists()) t.operands.push_back(observation);
  append(std::move(t));
}

void Builder::yield(std::span<const Value> values) {
  append({.op = Op::yield, .operands = {values.begin(), values.end()}});
}

std::vector<Value> Builder::plate(Value count, int mapped,
                                  const std::function<std::vector<Value>(Builder&, Value)>& body) {
  Instruction plate{.op = Op::plate, .operands = {count}, .integer = mapped};
  Region region;
  const Value i = program_.new_value(Type::integer());
  region.arguments = {i};
  Builder inner(program_, region);
  inner.at(location_);
  const std::vector<Value> yields = body(inner, i);
  inner.yield(yields);
  std::int64_t known = unknown;
  for (const Instruction& at : region_.body) {
    if (at.op == Op::constant && at.results[0] == count) known = at.integer;
  }
  for (std::size_t k = 0; k < yields.size(); ++k) {
    const Type type = program_.type(yields[k]);
    plate.results.push_back(
        program_.new_value(std::int64_t(k) < mapped ? stacked(type, known) : type));
  }
  plate.regions.push_back(std::move(region));
  return append(std::move(plate)).results;
}

std::vector<Value> Builder::for_loop(
    Value count, std::span<const Value> carried,
    const std::function<std::vector<Value>(Builder&, Value, std::span<const Value>)>& body) {
  Instruction loop{.op = Op::for_loop, .operands = {count}};
  Region region;
  const Value i = program_.new_value(Type::integer());
  region.arguments = {i};
  for (Value v : carried) {
    loop.operands.push_back(v);
    loop.results.push_back(program_.new_value(program_.type(v)));
    region.arguments.push_back(program_.new_value(program_.type(v)));
  }
  Builder inner(program_, region);
  inner.at(location_);
  const std::vector<Value> arguments = region.arguments;
  inner.yield(body(inner, i, std::span(arguments).subspan(1)));
  loop.regions.push_back(std::move(region));
  return append(std::move(loop)).results;
}

std::vector<Value> Builder::if_else(Value condition,
                                    const std::function<std::vector<Value>(Builder&)>& then,
                                    const std::function<std::vector<Value>(Builder&)>& otherwise) {
  Instruction branch{.op = Op::if_else, .operands = {condition}, .regions = {{}, {}}};
  for (int side = 0; side < 2; ++side) {
    Builder inner(program_, branch.regions[std::size_t(side)]);
    inner.at(location_);
    const std::vector<Value> yields = side == 0 ? then(inner) : otherwise(inner);
    inner.yield(yields);
    if (side == 0) {
      for (Value v : yields) branch.results.push_back(program_.new_value(program_.type(v)));
    }
  }
  return append(std::move(branch)).results;
}

namespace {

using Renaming = std::map<Value, Value>;

Value renewed(Program& program, Renaming& names, Value v) {
  const ValueInfo old = program.values[v.id];
  return names[v] = program.new_value(old.type, old.hint);
}

Instruction copy(Program& program, Renaming& names, const Instruction& original) {
  Instruction out = original;
  for (Value& v : out.operands) {
    if (const auto found = names.find(v); found != names.end()) v = found->second;
  }
  for (Region& region : out.regions) {
    for (Value& v : region.arguments) v = renewed(program, names, v);
    for (Instruction& inner : region.body) inner = copy(program, names, inner);
  }
  for (Value& v : out.results) v = renewed(program, names, v);
  return out;
}

}  // namespace

std::vector<Value> splice(Builder& builder, const Region& region,
                          std::span<const Value> arguments) {
  assert(arguments.size() == region.arguments.size());
  Renaming names;
  for (std::size_t k = 0; k < arguments.size(); ++k) names[region.arguments[k]] = arguments[k];
  std::vector<Value> yields;
  for (const Instruction& instruction : region.body) {
    Instruction copied = copy(builder.program(), names, instruction);
    if (instruction.op == Op::yield) {
      yields = copied.operands;
    } else {
      builder.append(std::move(copied));
    }
  }
  return yields;
}

}  // namespace tyche::ir
