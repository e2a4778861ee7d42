// Numbers of a flow: constants, attributes of the token, draws from distributions, and arithmetic
// and comparisons of these; an expression is a value that a file can hold.
//
//   hold(lognormal(1, 0.5) * attribute("size"))
//   decide(queue("barber") < 5, "in")
//
// In JSON a number is itself, "size" an attribute, {"exponential": 18} and {"uniform": [1, 3]} are
// draws, {"less": [{"queue": "barber"}, 5]} compares; the names are those of `operations`.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tyche::simulation::flows {

enum class Op : std::uint8_t {
  constant,
  attribute,  // of the token
  queue,      // how many wait for a resource
  free,       // units of a resource that nobody holds
  time,       // the clock
  age,        // the time since the token's birth
  add,
  subtract,
  multiply,
  divide,
  minimum,
  maximum,
  less,  // comparisons and logic give 1 or 0
  at_most,
  more,
  at_least,
  equal,
  all,
  any,
  none,
  uniform,  // draws from here on
  exponential,
  normal,
  lognormal,
  weibull,
  triangular,
  erlang,
  gamma,
  beta,
  poisson,
  binomial,
};

struct Operation {
  std::string_view name;
  int operands;
};
/// One for each Op, in its order.
std::span<const Operation> operations();
inline const Operation& operation(Op op) { return operations()[std::size_t(op)]; }
constexpr bool is_draw(Op op) { return op >= Op::uniform; }
/// Whether it is read off a resource's place.
constexpr bool is_look(Op op) { return op == Op::queue || op == Op::free; }

struct Expression {
  Op op = Op::constant;
  double value = 0;                       // of a constant
  std::string name = {};                  // of an attribute or a resource
  std::vector<Expression> operands = {};  // as many as its operation has

  Expression() = default;
  Expression(double x) : value(x) {}  // NOLINT(google-explicit-constructor)
  Expression(Op o, std::vector<Expression> of) : op(o), operands(std::move(of)) {}
  Expression(Op o, std::string of) : op(o), name(std::move(of)) {}
  friend bool operator==(const Expression&, const Expression&) = default;
};

inline Expression attribute(std::string name) { return {Op::attribute, std::move(name)}; }
inline Expression queue(std::string resource) { return {Op::queue, std::move(resource)}; }
inline Expression free_units(std::string resource) { return {Op::free, std::move(resource)}; }
inline Expression time_now() { return {Op::time, std::string()}; }
inline Expression age() { return {Op::age, std::string()}; }

inline Expression operator+(Expression a, Expression b) { return {Op::add, {a, b}}; }
inline Expression operator-(Expression a, Expression b) { return {Op::subtract, {a, b}}; }
inline Expression operator*(Expression a, Expression b) { return {Op::multiply, {a, b}}; }
inline Expression operator/(Expression a, Expression b) { return {Op::divide, {a, b}}; }
inline Expression minimum(Expression a, Expression b) { return {Op::minimum, {a, b}}; }
inline Expression maximum(Expression a, Expression b) { return {Op::maximum, {a, b}}; }
inline Expression operator<(Expression a, Expression b) { return {Op::less, {a, b}}; }
inline Expression operator<=(Expression a, Expression b) { return {Op::at_most, {a, b}}; }
inline Expression operator>(Expression a, Expression b) { return {Op::more, {a, b}}; }
inline Expression operator>=(Expression a, Expression b) { return {Op::at_least, {a, b}}; }
inline Expression equal(Expression a, Expression b) { return {Op::equal, {a, b}}; }
inline Expression operator&&(Expression a, Expression b) { return {Op::all, {a, b}}; }
inline Expression operator||(Expression a, Expression b) { return {Op::any, {a, b}}; }
inline Expression operator!(Expression a) { return {Op::none, {a}}; }

/// Parameters as in random.hpp.
inline Expression uniform(Expression low, Expression high) { return {Op::uniform, {low, high}}; }
inline Expression exponential(Expression mean) { return {Op::exponential, {mean}}; }
inline Expression normal(Expression mean, Expression sd) { return {Op::normal, {mean, sd}}; }
inline Expression lognormal(Expression mu, Expression sigma) {
  return {Op::lognormal, {mu, sigma}};
}
inline Expression weibull(Expression shape, Expression scale) {
  return {Op::weibull, {shape, scale}};
}
inline Expression triangular(Expression low, Expression mode, Expression high) {
  return {Op::triangular, {low, mode, high}};
}
inline Expression erlang(Expression stages, Expression mean) {
  return {Op::erlang, {stages, mean}};
}
inline Expression gamma(Expression shape, Expression scale) { return {Op::gamma, {shape, scale}}; }
inline Expression beta(Expression a, Expression b) { return {Op::beta, {a, b}}; }
inline Expression poisson(Expression mean) { return {Op::poisson, {mean}}; }
inline Expression binomial(Expression trials, Expression probability) {
  return {Op::binomial, {trials, probability}};
}

/// The expectation; NaN where it depends on what only a run knows.
double mean(const Expression& expression);
/// A number that no value lies below; -inf where none is known.
double least(const Expression& expression);
/// What is wrong with constants in it, as "a mean above 0", and where: a JSON pointer from the
/// expression on. Empty if nothing is.
struct Complaint {
  std::string pointer, expected, found;
};
Complaint complaint(const Expression& expression);

/// Calls visit(part) for the expression and all of its operands.
template <class Visit>
void each_part(const Expression& expression, const Visit& visit) {
  visit(expression);
  for (const Expression& operand : expression.operands) each_part(operand, visit);
}

}  // namespace tyche::simulation::flows
