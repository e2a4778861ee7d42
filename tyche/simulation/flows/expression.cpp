#include "tyche/simulation/flows/expression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation::flows {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

constexpr Operation table[] = {
    {"constant", 0},   {"attribute", 0},   {"queue", 0},    {"free", 0},      {"time", 0},
    {"age", 0},        {"add", 2},         {"subtract", 2}, {"multiply", 2},  {"divide", 2},
    {"minimum", 2},    {"maximum", 2},     {"less", 2},     {"at_most", 2},   {"more", 2},
    {"at_least", 2},   {"equal", 2},       {"all", 2},      {"any", 2},       {"none", 1},
    {"uniform", 2},    {"exponential", 1}, {"normal", 2},   {"lognormal", 2}, {"weibull", 2},
    {"triangular", 3}, {"erlang", 2},      {"gamma", 2},    {"beta", 2},      {"poisson", 1},
    {"binomial", 2},
};
static_assert(std::size(table) == std::size_t(Op::binomial) + 1);

using Numbers = std::array<double, 3>;

Numbers constants(const Expression& e) {
  Numbers values{not_a_number, not_a_number, not_a_number};
  for (std::size_t k = 0; k < e.operands.size(); ++k) {
    if (e.operands[k].op == Op::constant) values[k] = e.operands[k].value;
  }
  return values;
}

double mean_of_draw(Op op, const Numbers& p) {
  switch (op) {
    case Op::uniform:
      return (p[0] + p[1]) / 2;
    case Op::exponential:
    case Op::normal:
    case Op::poisson:
      return p[0];
    case Op::lognormal:
      return std::exp(p[0] + p[1] * p[1] / 2);
    case Op::weibull:
      return p[1] * std::tgamma(1 + 1 / p[0]);
    case Op::triangular:
      return (p[0] + p[1] + p[2]) / 3;
    case Op::erlang:
      return p[1];
    case Op::gamma:
    case Op::binomial:
      return p[0] * p[1];
    case Op::beta:
      return p[0] / (p[0] + p[1]);
    default:
      return not_a_number;
  }
}

bool whole(double x) { return std::floor(x) == x; }

/// What a draw's operand must be; nothing if it is.
const char* wrong(Op op, std::size_t operand, const Numbers& p) {
  const double x = p[operand];
  const auto unless = [](bool right, const char* what) { return right ? nullptr : what; };
  switch (op) {
    case Op::uniform:
      return unless(operand == 0 || !(x < p[0]), "a high end not below the low one");
    case Op::exponential:
    case Op::poisson:
      return unless(x >= 0, "a mean of 0 or more");
    case Op::normal:
    case Op::lognormal:
      return unless(operand == 0 || x >= 0, "a standard deviation of 0 or more");
    case Op::weibull:
    case Op::gamma:
    case Op::beta:
      return unless(x > 0, "a parameter above 0");
    case Op::triangular:
      return unless(operand == 0 || !(x < p[operand - 1]), "low, mode and high in this order");
    case Op::erlang:
      if (operand == 1) return unless(x >= 0, "a mean of 0 or more");
      return unless(x >= 1 && x <= 65536 && whole(x), "a whole number of stages, 1 to 65536");
    case Op::binomial:
      if (operand == 1) return unless(x >= 0 && x <= 1, "a probability");
      return unless(x >= 0 && x <= 2147483648.0 && whole(x), "whole trials, 0 to 2^31");
    default:
      return nullptr;
  }
}

}  // namespace

std::span<const Operation> operations() { return table; }

double mean(const Expression& e) {
  if (e.op == Op::constant) return e.value;
  if (is_draw(e.op)) return mean_of_draw(e.op, constants(e));
  if (e.operands.size() != 2) return not_a_number;
  const double a = mean(e.operands[0]), b = mean(e.operands[1]);
  switch (e.op) {  // every part draws its own numbers, so parts are independent
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return a * b;
    case Op::divide:
      return e.operands[1].op == Op::constant ? a / b : not_a_number;
    default:
      return not_a_number;
  }
}

double least(const Expression& e) {
  const auto of = [&](std::size_t k) { return least(e.operands[k]); };
  switch (e.op) {
    case Op::constant:
      return e.value;
    case Op::uniform:
    case Op::triangular:
      return of(0);
    case Op::add:
      return of(0) + of(1);
    case Op::multiply:
      return of(0) >= 0 && of(1) >= 0 ? of(0) * of(1) : -infinite;
    case Op::minimum:
      return std::min(of(0), of(1));
    case Op::maximum:
      return std::max(of(0), of(1));
    case Op::attribute:
    case Op::subtract:
    case Op::divide:
    case Op::normal:
      return -infinite;
    default:
      return 0;
  }
}

Complaint complaint(const Expression& e) {
  if (e.op == Op::constant && !std::isfinite(e.value)) {
    return {"", "a finite number", decimals(e.value)};
  }
  const bool one = e.operands.size() == 1;
  const std::string here = "/" + std::string(operation(e.op).name);
  const Numbers values = constants(e);
  for (std::size_t k = 0; k < e.operands.size(); ++k) {
    const std::string pointer = here + (one ? "" : "/" + std::to_string(k));
    if (Complaint of = complaint(e.operands[k]); !of.expected.empty()) {
      of.pointer = pointer + of.pointer;
      return of;
    }
    if (e.operands[k].op != Op::constant) continue;
    if (const char* expected = wrong(e.op, k, values)) {
      return {pointer, expected, decimals(values[k])};
    }
  }
  return {};
}

}  // namespace tyche::simulation::flows
