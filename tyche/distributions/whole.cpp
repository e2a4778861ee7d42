#include "tyche/distributions/whole.hpp"

#include <cmath>

#include "tyche/base/decimals.hpp"

namespace tyche::distributions {

namespace {

using Values = std::span<const double>;

std::string wrong_simplex(Values x, std::int64_t) {
  double total = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (!(x[k] >= 0)) return decimals(x[k]) + " in element " + std::to_string(k);
    total += x[k];
  }
  if (std::fabs(total - 1) <= whole_tolerance) return {};
  return "elements that sum to " + decimals(total);
}

std::string wrong_ordered(Values x, std::int64_t) {
  for (std::size_t k = 1; k < x.size(); ++k) {
    if (x[k - 1] < x[k]) continue;
    return decimals(x[k]) + " in element " + std::to_string(k) + " after " + decimals(x[k - 1]);
  }
  return {};
}

std::string wrong_positive_ordered(Values x, std::int64_t n) {
  return x[0] > 0 ? wrong_ordered(x, n) : decimals(x[0]) + " in element 0";
}

std::string wrong_factor(Values values, std::int64_t n) {
  if (std::int64_t(values.size()) != n * n) {
    return std::to_string(n) + " rows and " + std::to_string(std::int64_t(values.size()) / n) +
           " columns";
  }
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t i = 0; i <= j; ++i) {
      const double x = values[std::size_t(j * n + i)];
      if (i == j ? x > 0 : x == 0) continue;
      return decimals(x) + (i == j ? " on the diagonal" : " above the diagonal") + ", in row " +
             std::to_string(i) + ", column " + std::to_string(j);
    }
  }
  return {};
}

std::string wrong_correlation_factor(Values values, std::int64_t n) {
  if (std::string wrong = wrong_factor(values, n); !wrong.empty()) return wrong;
  for (std::int64_t i = 0; i < n; ++i) {
    double squares = 0;
    for (std::int64_t j = 0; j <= i; ++j) {
      const double x = values[std::size_t(j * n + i)];
      squares += x * x;
    }
    if (std::fabs(squares - 1) <= whole_tolerance) continue;
    return "squares that sum to " + decimals(squares) + " in row " + std::to_string(i);
  }
  return {};
}

}  // namespace

const Whole simplex{"a simplex, elements of 0 or more that sum to 1",
                    "mend elements below 0, then divide all by their sum", wrong_simplex};
const Whole ordered{"a vector whose elements increase", "sort its elements, each of them once",
                    wrong_ordered};
const Whole positive_ordered{
    "a vector whose elements are positive and increase",
    "sort its elements, each of them once; use ordered() where some are not positive",
    wrong_positive_ordered};
const Whole cholesky_factor{"a Cholesky factor, zero above a positive diagonal",
                            "take the lower factor of a positive definite matrix", wrong_factor};
const Whole correlation_factor{
    "a Cholesky factor of correlations, zero above a positive diagonal, each row of length 1",
    "take the lower factor of a positive definite matrix with ones on its diagonal",
    wrong_correlation_factor};

}  // namespace tyche::distributions
