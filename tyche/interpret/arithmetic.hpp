// Operations on scalars: arithmetic, elementary functions, comparisons and logic.
#pragma once
#include <cstdint>
#include <optional>

#include "tyche/ir/op.hpp"
#include "tyche/kernels/elementary.hpp"

namespace tyche::interpret {

double real_arithmetic(const ElementaryTable& table, ir::Op op, double a, double b, double c);

/// None where it rejects: a zero divisor. Otherwise modulo 2^64.
std::optional<std::int64_t> integer_arithmetic(ir::Op op, std::int64_t a, std::int64_t b);

double elementary_function(const ElementaryTable& table, ir::Op op, double a, double b);

template <class T>
bool compare(ir::Op op, T a, T b) {
  switch (op) {
    case ir::Op::lt:
      return a < b;
    case ir::Op::le:
      return a <= b;
    case ir::Op::gt:
      return a > b;
    case ir::Op::ge:
      return a >= b;
    case ir::Op::eq:
      return a == b;
    default:
      return a != b;
  }
}

/// Towards zero; none where the result is out of range or `x` is NaN.
std::optional<std::int64_t> truncated(double x);

}  // namespace tyche::interpret
