// Expressions of the model language: scalars and arrays, computed when a statement needs them.
#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "tyche/ir/op.hpp"
#include "tyche/ir/type.hpp"
#include "tyche/model/matrix.hpp"

namespace tyche {

struct Node;
using NodePtr = std::shared_ptr<const Node>;

/// A real, integer or boolean, or an array of them with 1 (vector), 2 (matrix) or more indices.
/// Arithmetic is elementwise between equal shapes or with a scalar; integers become reals where
/// reals are asked for, and `/` always divides reals. An expression that cannot be (lengths that
/// differ) is told by the statement that uses it. Indices begin at 0.
class Expression {
 public:
  template <std::floating_point T>
  Expression(T x) : Expression(number(double(x))) {}  // NOLINT: a number is an expression
  template <std::integral T>
  Expression(T x) : Expression(integer(std::int64_t(x))) {}  // NOLINT
  Expression(const std::vector<double>& data);               // NOLINT
  Expression(const std::vector<int>& data);                  // NOLINT
  Expression(const Matrix& data);                            // NOLINT
  Expression(std::initializer_list<double> data);            // NOLINT
  explicit Expression(NodePtr node) : node_(std::move(node)) {}
  // A handle: what is moved from still names its value.
  Expression(const Expression&) = default;
  Expression& operator=(const Expression&) = default;

  const NodePtr& node() const { return node_; }
  const std::vector<std::int64_t>& shape() const;
  int rank() const { return int(shape().size()); }
  /// Of the first index; 1 for a scalar.
  std::int64_t size() const { return rank() == 0 ? 1 : shape()[0]; }

  /// By a scalar integer: the element, or the part with the remaining indices (of a matrix: the
  /// row). By an array of integers: a gather, `a[g][n] = a[g[n]]`.
  Expression operator[](const Expression& index) const;
  Expression operator()(const Expression& i, const Expression& j) const { return (*this)[i][j]; }
  /// Elements first, ..., first + count - 1 along the first index.
  Expression slice(std::int64_t first, std::int64_t count) const;
  /// Column j of a matrix.
  Expression column(const Expression& j) const;

  friend Expression operator+(const Expression& a, const Expression& b);
  friend Expression operator-(const Expression& a, const Expression& b);
  /// Elementwise; with a matrix on either side and no scalar, the matrix product.
  friend Expression operator*(const Expression& a, const Expression& b);
  friend Expression operator/(const Expression& a, const Expression& b);
  friend Expression operator%(const Expression& a, const Expression& b);  // integers
  friend Expression operator-(const Expression& a);
  friend Expression operator<(const Expression& a, const Expression& b);
  friend Expression operator<=(const Expression& a, const Expression& b);
  friend Expression operator>(const Expression& a, const Expression& b);
  friend Expression operator>=(const Expression& a, const Expression& b);
  friend Expression operator==(const Expression& a, const Expression& b);
  friend Expression operator!=(const Expression& a, const Expression& b);
  friend Expression operator&(const Expression& a, const Expression& b);
  friend Expression operator|(const Expression& a, const Expression& b);
  friend Expression operator!(const Expression& a);
  Expression& operator+=(const Expression& b) { return *this = *this + b; }
  Expression& operator-=(const Expression& b) { return *this = *this - b; }
  Expression& operator*=(const Expression& b) { return *this = *this * b; }

 private:
  static Expression number(double x);
  static Expression integer(std::int64_t x);

  NodePtr node_;
};

/// What counts the iterations of a plate or loop; an integer scalar.
using Index = Expression;

/// Elementwise functions.
Expression sqrt(const Expression& a);
Expression exp(const Expression& a);
Expression log(const Expression& a);
Expression log1p(const Expression& a);
Expression expm1(const Expression& a);
Expression tanh(const Expression& a);
Expression sin(const Expression& a);
Expression cos(const Expression& a);
Expression inv_logit(const Expression& a);
Expression log1p_exp(const Expression& a);
Expression log1m_exp(const Expression& a);
Expression log_sum_exp(const Expression& a, const Expression& b);
Expression pow(const Expression& a, const Expression& b);
Expression erf(const Expression& a);
Expression erfc(const Expression& a);
Expression Phi(const Expression& a);
Expression inv_Phi(const Expression& a);
Expression lgamma(const Expression& a);
Expression digamma(const Expression& a);
Expression floor(const Expression& a);
Expression abs(const Expression& a);
Expression square(const Expression& a);
Expression min(const Expression& a, const Expression& b);
Expression max(const Expression& a, const Expression& b);
Expression fma(const Expression& a, const Expression& b, const Expression& c);
/// a where the condition holds, else b; both are computed.
Expression where(const Expression& condition, const Expression& a, const Expression& b);
inline Expression select(const Expression& condition, const Expression& a, const Expression& b) {
  return where(condition, a, b);
}
/// 1 where the condition holds, else 0.
Expression indicator(const Expression& condition);
/// A whole real number as an integer, towards zero.
Expression to_integer(const Expression& a);

/// Sums over all elements.
Expression sum(const Expression& a);
Expression dot(const Expression& a, const Expression& b);
/// log of the sum of exponentials of a vector's elements.
Expression log_sum_exp(const Expression& a);
/// Elementwise product of any two equal shapes, matrices too.
Expression elementwise(const Expression& a, const Expression& b);
Expression transposed(const Expression& a);
/// A vector or matrix by a formula of its indices. The formula is asked when a statement needs the
/// array, and more than once: it makes no statements.
Expression tabulate(std::int64_t n, const std::function<Expression(const Index&)>& element);
Expression tabulate(std::int64_t rows, std::int64_t cols,
                    const std::function<Expression(const Index&, const Index&)>& element);
/// The array of these scalars.
Expression gathered(const std::vector<Expression>& elements);
/// L with L L' = a, lower; a matrix that is not positive definite rejects the point.
Expression cholesky(const Expression& a);
/// L^-1 b and L^-T b, b a vector or matrix.
Expression solve_lower(const Expression& L, const Expression& b);
Expression solve_lower_transposed(const Expression& L, const Expression& b);
/// The same value, computed once and stored: for an array that several statements read.
Expression stored(const Expression& a);

}  // namespace tyche
