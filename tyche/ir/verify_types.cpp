#include "tyche/ir/verify_types.hpp"

#include <algorithm>

#include "tyche/ir/builder.hpp"
#include "tyche/ir/type_check.hpp"

namespace tyche::ir {

bool agree(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.dims.size() != b.dims.size() || a.parts.size() != b.parts.size()) {
    return false;
  }
  for (std::size_t k = 0; k < a.dims.size(); ++k) {
    if (a.dims[k] != b.dims[k] && a.dims[k] != unknown && b.dims[k] != unknown) return false;
  }
  return std::ranges::equal(a.parts, b.parts, agree);
}

bool well_formed(const Type& type) {
  if (std::ranges::any_of(type.dims, [](std::int64_t d) { return d < unknown; })) return false;
  switch (type.kind) {
    case Kind::real:
    case Kind::integer:
    case Kind::boolean:
      return type.dims.empty() && type.parts.empty();
    case Kind::vector:
    case Kind::row_vector:
      return type.dims.size() == 1 && type.parts.empty();
    case Kind::matrix:
      return type.dims.size() == 2 && type.parts.empty();
    case Kind::array:
      return !type.dims.empty() && type.parts.size() == 1 && well_formed(type.parts[0]) &&
             type.is_container();
    case Kind::tuple:
      return type.dims.empty() && std::ranges::all_of(type.parts, well_formed);
    case Kind::function:
      return type.dims.empty() && !type.parts.empty() &&
             std::ranges::all_of(type.parts, [](const Type& part) {
               return part.kind == Kind::none || well_formed(part);
             });
    default:
      return false;
  }
}

std::string listed(const std::vector<Type>& types) {
  std::string out;
  for (const Type& type : types) out += (out.empty() ? "" : ", ") + to_string(type);
  return out.empty() ? "nothing" : out;
}

Found TypeCheck::check() const {
  const int arity = info(at_.op).operands;
  if (arity >= 0 && operands_.size() != std::size_t(arity)) {
    return Mismatch{std::to_string(arity) + " operands", std::to_string(operands_.size())};
  }
  switch (at_.op) {
    case Op::constant:
      return constant();
    case Op::data:
      return data();
    case Op::local:
      return local();
    case Op::store:
    case Op::add_to:
      return store();
    case Op::tuple:
      return given({Type::tuple(operands_)});
    case Op::item:
      return item();
    default:
      break;
  }
  switch (info(at_.op).kind) {
    case OpKind::control:
      return control();
    case OpKind::meaning:
      return meaning();
    default:
      return plain();
  }
}

std::vector<Type> TypeCheck::types(const std::vector<Value>& values) const {
  std::vector<Type> out;
  for (Value v : values) out.push_back(program_.type(v));
  return out;
}

Found TypeCheck::same(const std::string& what, const std::vector<Type>& expected,
                      const std::vector<Type>& found) {
  if (std::ranges::equal(expected, found, agree)) return {};
  return Mismatch{what + listed(expected), listed(found)};
}

/// The results, and no regions.
Found TypeCheck::given(const std::vector<Type>& expected) const {
  if (!at_.regions.empty()) return Mismatch{"no regions", std::to_string(at_.regions.size())};
  return same("results: ", expected, results_);
}

Found TypeCheck::taken(const std::vector<Type>& expected) const {
  return same("operands: ", expected, operands_);
}

std::vector<Type> TypeCheck::yields(std::size_t region) const {
  const Region& body = at_.regions[region];
  if (body.body.empty() || body.body.back().op != Op::yield) return {};
  return types(body.body.back().operands);
}

/// Regions that are left early need not match.
bool TypeCheck::yielding(std::size_t region) const {
  const auto& body = at_.regions[region].body;
  return !body.empty() && body.back().op == Op::yield;
}

Found TypeCheck::shape(std::size_t region, const std::vector<Type>& arguments,
                       const std::vector<Type>& yielded) const {
  const std::string which = at_.regions.size() > 1 ? " of region " + std::to_string(region) : "";
  if (auto bad = same("arguments" + which + ": ", arguments, types(at_.regions[region].arguments)))
    return bad;
  if (!yielding(region)) return {};
  return same("yields" + which + ": ", yielded, yields(region));
}

Found TypeCheck::regions(std::size_t count) const {
  if (at_.regions.size() == count) return {};
  return Mismatch{std::to_string(count) + " regions", std::to_string(at_.regions.size())};
}

Found TypeCheck::constant() const {
  if (results_.size() != 1 || !results_[0].is_scalar()) {
    return Mismatch{"results: one scalar", listed(results_)};
  }
  if (results_[0].kind == Kind::boolean && (at_.integer < 0 || at_.integer > 1)) {
    return Mismatch{"0 or 1", std::to_string(at_.integer)};
  }
  return given(results_);
}

Found TypeCheck::data() const {
  const auto found = std::ranges::find(program_.data, at_.name, &Data::name);
  if (found == program_.data.end()) return Mismatch{"data that is declared", at_.name};
  return given({found->type});
}

Found TypeCheck::local() const {
  if (results_.size() != 1 || !results_[0].is_container()) {
    return Mismatch{"results: one container", listed(results_)};
  }
  return given(results_);
}

Found TypeCheck::store() const {
  if (operands_.size() < 2) return Mismatch{"a container, indices and a value", listed(operands_)};
  const std::vector<Type> place(operands_.begin(), operands_.end() - 1);
  const Type part = at_.op == Op::store || place.size() > 1 ? part_of(place) : Type{};
  if (part.kind == Kind::none) return Mismatch{"a container and integers", listed(place)};
  if (at_.op == Op::add_to && part.kind != Kind::real) {
    return Mismatch{"a real element", to_string(part)};
  }
  if (!agree(part, operands_.back())) {
    return Mismatch{"a value of type " + to_string(part), to_string(operands_.back())};
  }
  return given({});
}

/// None where there is no such part.
Type TypeCheck::part_of(const std::vector<Type>& place) {
  if (!place[0].is_container()) return {};
  for (std::size_t k = 1; k < place.size(); ++k) {
    if (place[k].kind != Kind::integer) return {};
  }
  return result_type(Op::load, place);
}

Found TypeCheck::item() const {
  const auto& items = operands_[0].parts;
  if (operands_[0].kind != Kind::tuple || at_.integer < 0 ||
      at_.integer >= std::int64_t(items.size())) {
    return Mismatch{"a tuple with item " + std::to_string(at_.integer), listed(operands_)};
  }
  return given({items[std::size_t(at_.integer)]});
}

Found TypeCheck::plain() const {
  const bool fits = operands_fit();
  const Type type = fits ? result_type(at_.op, operands_) : Type{};
  if (type.kind == Kind::none) {
    return Mismatch{"operands that " + std::string(info(at_.op).name) + " takes",
                    listed(operands_)};
  }
  return given({type});
}

/// What result_type leaves open.
bool TypeCheck::operands_fit() const {
  const auto square = [](const Type& t) {
    return t.kind == Kind::matrix && agree(t, Type::matrix(t.dims[1], t.dims[0]));
  };
  switch (at_.op) {
    case Op::load:
      return !operands_.empty() && part_of(operands_).kind != Kind::none;
    case Op::slice:
      return operands_[0].is_container() && operands_[1].kind == Kind::integer &&
             operands_[2].kind == Kind::integer;
    case Op::size:
      return operands_[0].is_container() && at_.integer >= 0 &&
             at_.integer < std::int64_t(operands_[0].shape().size());
    case Op::select:
      return operands_[0].kind == Kind::boolean && agree(operands_[1], operands_[2]);
    case Op::cholesky:
      return square(operands_[0]);
    case Op::cholesky_adjoint:
      return square(operands_[0]) && agree(operands_[0], operands_[1]);
    case Op::solve_lower:
    case Op::solve_lower_transposed:
      return square(operands_[0]) &&
             (operands_[1].kind == Kind::vector || operands_[1].kind == Kind::matrix) &&
             agree(Type::vector(operands_[0].dims[0]), Type::vector(operands_[1].dims[0]));
    default:
      return true;
  }
}

std::optional<Mismatch> check_types(const Program& program, const Instruction& instruction) {
  return TypeCheck(program, instruction).check();
}

}  // namespace tyche::ir
