// Types of control and of what gives a program its meaning.
#include "tyche/ir/builder.hpp"
#include "tyche/ir/type_check.hpp"

namespace tyche::ir {

Found TypeCheck::control() const {
  switch (at_.op) {
    case Op::for_loop:
      return for_loop();
    case Op::plate:
      return plate();
    case Op::scan:
      return scan();
    case Op::while_loop:
      return while_loop();
    case Op::if_else:
      return if_else();
    case Op::call:
      return call();
    case Op::call_value:
      return call_value();
    case Op::function:
      return function();
    default:  // yield, return: checked against what is around them
      return given({});
  }
}

Found TypeCheck::count() const {
  if (!operands_.empty() && operands_[0].kind == Kind::integer) return {};
  return Mismatch{"an integer count first", listed(operands_)};
}

std::vector<Type> TypeCheck::with_index(std::vector<Type> rest) {
  rest.insert(rest.begin(), Type::integer());
  return rest;
}

Found TypeCheck::for_loop() const {
  if (auto bad = count()) return bad;
  if (auto bad = regions(1)) return bad;
  const std::vector<Type> carried(operands_.begin() + 1, operands_.end());
  if (auto bad = same("results: ", carried, results_)) return bad;
  return shape(0, with_index(carried), carried);
}

/// What `type` mapped or scanned gives, whatever the count.
Type TypeCheck::many(const Type& type) {
  return type.is_scalar() || type.is_container() ? stacked(type, unknown) : Type{};
}

Found TypeCheck::plate() const {
  if (auto bad = count()) return bad;
  if (auto bad = regions(1)) return bad;
  const std::vector<Type> yielded = yields(0);
  if (at_.integer < 0 || at_.integer > std::int64_t(yielded.size())) {
    return Mismatch{"at most as many mapped as yields", std::to_string(at_.integer)};
  }
  std::vector<Type> expected;
  for (std::size_t k = 0; k < yielded.size(); ++k) {
    const bool mapped = std::int64_t(k) < at_.integer;
    if (!mapped && yielded[k].kind != Kind::real) {
      return Mismatch{"summed yields: real", to_string(yielded[k])};
    }
    expected.push_back(mapped ? many(yielded[k]) : yielded[k]);
  }
  if (auto bad = same("results: ", expected, results_)) return bad;
  return shape(0, {Type::integer()}, yielded);
}

Found TypeCheck::scan() const {
  if (auto bad = count()) return bad;
  if (auto bad = regions(1)) return bad;
  if (at_.integer < 0 || at_.integer > std::int64_t(operands_.size()) - 1) {
    return Mismatch{"at most as many carried as operands", std::to_string(at_.integer)};
  }
  const auto data = operands_.begin() + 1 + at_.integer;
  const std::vector<Type> carried(operands_.begin() + 1, data);
  std::vector<Type> arguments = with_index(carried);
  for (auto step = data; step != operands_.end(); ++step) {
    const std::vector<Type> place{*step, Type::integer()};
    const Type element = part_of(place);
    if (element.kind == Kind::none) return Mismatch{"data: containers", to_string(*step)};
    arguments.push_back(element);
  }
  std::vector<Type> expected = carried;
  const std::vector<Type> yielded = yields(0);
  for (std::size_t k = carried.size(); k < yielded.size(); ++k)
    expected.push_back(many(yielded[k]));
  if (auto bad = same("results: ", expected, results_)) return bad;
  std::vector<Type> out = carried;
  for (std::size_t k = carried.size(); k < yielded.size(); ++k) out.push_back(yielded[k]);
  return shape(0, arguments, out);
}

Found TypeCheck::while_loop() const {
  if (auto bad = regions(2)) return bad;
  if (auto bad = same("results: ", operands_, results_)) return bad;
  if (auto bad = shape(0, operands_, {Type::boolean()})) return bad;
  return shape(1, operands_, operands_);
}

Found TypeCheck::if_else() const {
  if (operands_[0].kind != Kind::boolean) return Mismatch{"a boolean", listed(operands_)};
  if (auto bad = regions(2)) return bad;
  if (auto bad = shape(0, {}, results_)) return bad;
  return shape(1, {}, results_);
}

std::vector<Type> TypeCheck::result_list(const Type& result) {
  return result.kind == Kind::none ? std::vector<Type>{} : std::vector{result};
}

Found TypeCheck::call() const {
  const Function* callee = program_.function(at_.name);
  if (callee == nullptr) return Mismatch{"a function of the program", at_.name};
  if (auto bad = taken(types(callee->region.arguments))) return bad;
  return given(result_list(callee->result));
}

Found TypeCheck::call_value() const {
  if (operands_.empty() || operands_[0].kind != Kind::function) {
    return Mismatch{"a function first", listed(operands_)};
  }
  const std::vector<Type>& parts = operands_[0].parts;
  const std::vector<Type> arguments(operands_.begin() + 1, operands_.end());
  if (auto bad = same("arguments: ", {parts.begin(), parts.end() - 1}, arguments)) return bad;
  return given(result_list(parts.back()));
}

Found TypeCheck::function() const {
  const Function* named = program_.function(at_.name);
  if (named == nullptr) return Mismatch{"a function of the program", at_.name};
  Type type{Kind::function, {}, types(named->region.arguments)};
  type.parts.push_back(named->result);
  return given({type});
}

Found TypeCheck::meaning() const {
  switch (at_.op) {
    case Op::choice:
      return choice();
    case Op::term:
      return term();
    case Op::output:
      if (!operands_[0].is_scalar() && !operands_[0].is_container()) {
        return Mismatch{"a scalar or container", listed(operands_)};
      }
      return given({});
    case Op::draw_uniform:
    case Op::draw_normal:
      return given({Type::real()});
    default:
      return given({});
  }
}

Found TypeCheck::term() const {
  const std::vector<Type> whole{Type::real(), Type::integer()};
  if (auto bad = same("operands: ", {whole.begin(), whole.begin() + (operands_.size() > 1 ? 2 : 1)},
                      operands_)) {
    return bad;
  }
  return given({});
}

Found TypeCheck::choice() const {
  if (results_.size() != 1 || !(results_[0].is_scalar() || results_[0].is_container())) {
    return Mismatch{"results: one scalar or container", listed(results_)};
  }
  const bool centred = at_.regions.size() == 5 && !at_.regions[4].body.empty();
  if (auto bad = regions(at_.regions.size() == 5 ? 5 : 4)) return bad;
  if (centred && results_[0] != Type::real()) return Mismatch{"a real", listed(results_)};
  std::vector<Type> x = operands_;
  x.insert(x.begin(), results_[0]);
  std::vector<Type> u = operands_;
  u.insert(u.begin(), Type::vector(unknown));
  if (at_.regions[0].body.empty()) return Mismatch{"a log density in region 0", "nothing"};
  if (auto bad = shape(0, x, {Type::real()})) return bad;
  const bool absent[] = {false, at_.regions[1].body.empty(), at_.regions[2].body.empty(),
                         at_.regions[3].body.empty()};
  if (!absent[1]) {
    if (auto bad = shape(1, u, {results_[0], Type::real()})) return bad;
  }
  if (!absent[2]) {
    if (auto bad = shape(2, x, {Type::vector(unknown)})) return bad;
  }
  if (!absent[3]) {
    if (auto bad = shape(3, operands_, results_)) return bad;
  }
  return centred ? shape(4, operands_, {Type::real(), Type::real()}) : Found{};
}

}  // namespace tyche::ir
