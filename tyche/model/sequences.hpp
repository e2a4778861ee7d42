// Loops over expressions: what formulas over vectors need, recorded.
#pragma once
#include <functional>
#include <utility>
#include <vector>

#include "tyche/model/expression.hpp"

namespace tyche {

/// The counterpart of transforms::Sequences. Formulas are asked more than once: no statements.
struct RecordedSequences {
  using Real = Expression;
  using Index = Expression;
  using Vector = Expression;
  using Matrix = Expression;
  using Step = std::function<std::pair<Expression, Expression>(const Index&, const Expression&)>;

  static Expression tabulate(std::int64_t n, const std::function<Expression(const Index&)>& f) {
    return tyche::tabulate(n, f);
  }
  static Expression by_rows(std::int64_t rows, std::int64_t cols,
                            const std::function<Expression(const Index&)>& row);
  static Expression sum(std::int64_t n, const std::function<Expression(const Index&)>& f) {
    return tyche::sum(tyche::tabulate(n, f));
  }
  static std::pair<Expression, Expression> scan(std::int64_t n, const Expression& first,
                                                const Step& step);
  static Expression gathered(const std::vector<Expression>& elements) {
    return tyche::gathered(elements);
  }
  static Expression real(const Index& i);
  static Expression index(const Expression& x) { return to_integer(x); }
  static Expression half(const Index& i);
  static Expression min(const Index& a, const Index& b) { return tyche::min(a, b); }
  static Expression max(const Index& a, const Index& b) { return tyche::max(a, b); }
  static Expression solve_lower(const Expression& L, const Expression& b) {
    return tyche::solve_lower(L, b);
  }
};

}  // namespace tyche
