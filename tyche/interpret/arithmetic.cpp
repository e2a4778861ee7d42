#include "tyche/interpret/arithmetic.hpp"

#include <cassert>
#include <cmath>
#include <limits>

namespace tyche::interpret {

using ir::Op;

double real_arithmetic(const ElementaryTable& table, Op op, double a, double b, double c) {
  switch (op) {
    case Op::add:
      return a + b;
    case Op::sub:
      return a - b;
    case Op::mul:
      return a * b;
    case Op::div:
      return a / b;
    case Op::neg:
      return -a;
    case Op::abs:
      return std::fabs(a);
    case Op::min:
      return a < b ? a : b;
    case Op::max:
      return a > b ? a : b;
    case Op::fma:
      return table.fma(a, b, c);
    default:
      assert(false && "not an operation on reals");
      return std::numeric_limits<double>::quiet_NaN();
  }
}

std::optional<std::int64_t> integer_arithmetic(Op op, std::int64_t a, std::int64_t b) {
  const auto wrapped = [](std::uint64_t x) { return std::int64_t(x); };
  const std::uint64_t x = std::uint64_t(a), y = std::uint64_t(b);
  switch (op) {
    case Op::add:
      return wrapped(x + y);
    case Op::sub:
      return wrapped(x - y);
    case Op::mul:
      return wrapped(x * y);
    case Op::neg:
      return wrapped(0 - x);
    case Op::abs:
      return a < 0 ? wrapped(0 - x) : a;
    case Op::min:
      return a < b ? a : b;
    case Op::max:
      return a > b ? a : b;
    case Op::div:
      if (b == 0) return {};
      return b == -1 ? wrapped(0 - x) : a / b;
    case Op::remainder:
      if (b == 0) return {};
      return b == -1 ? 0 : a % b;
    default:
      assert(false && "not an operation on integers");
      return {};
  }
}

double elementary_function(const ElementaryTable& table, Op op, double a, double b) {
  switch (op) {
    case Op::sqrt:
      return table.sqrt(a);
    case Op::exp:
      return table.exp(a);
    case Op::log:
      return table.log(a);
    case Op::log1p:
      return table.log1p(a);
    case Op::inv1p:
      return table.inv1p(a);
    case Op::log1p_unit:
      return table.log1p_unit(a);
    case Op::expm1:
      return table.expm1(a);
    case Op::tanh:
      return table.tanh(a);
    case Op::inv_logit:
      return table.inv_logit(a);
    case Op::log1p_exp:
      return table.log1p_exp(a);
    case Op::log1m_exp:
      return table.log1m_exp(a);
    case Op::log_sum_exp:
      return table.log_sum_exp(a, b);
    case Op::sin:
      return table.sin(a);
    case Op::cos:
      return table.cos(a);
    case Op::pow:
      return table.pow(a, b);
    case Op::erf:
      return table.erf(a);
    case Op::erfc:
      return table.erfc(a);
    case Op::Phi:
      return table.Phi(a);
    case Op::inv_Phi:
      return table.inv_Phi(a);
    case Op::lgamma:
      return table.lgamma(a);
    case Op::digamma:
      return table.digamma(a);
    case Op::trigamma:
      return table.trigamma(a);
    case Op::floor:
      return table.floor(a);
    case Op::round:
      return table.round(a);
    default:
      assert(false && "not an elementary function");
      return std::numeric_limits<double>::quiet_NaN();
  }
}

std::optional<std::int64_t> truncated(double x) {
  if (!(x >= -0x1p63 && x < 0x1p63)) return {};
  return std::int64_t(x);
}

}  // namespace tyche::interpret
