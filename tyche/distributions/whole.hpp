// What a vector or a matrix must be as a whole: a simplex, in order, a Cholesky factor.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace tyche::distributions {

/// A condition on all elements of one value together.
struct Whole {
  std::string_view text = {};
  std::string_view remedy = {};
  /// What is wrong with the values, columns of n one after the other; "" if nothing is.
  std::string (*wrong)(std::span<const double> values, std::int64_t n) = nullptr;
};

/// Sums may be off by this much, as in Stan: decimals of a file do not sum to 1 exactly.
inline constexpr double whole_tolerance = 1e-8;

/// Elements of 0 or more that sum to 1.
extern const Whole simplex;
/// x[0] < x[1] < ...; `positive_ordered`: and 0 < x[0].
extern const Whole ordered;
extern const Whole positive_ordered;
/// n x n, zero above a diagonal that is positive; of a correlation matrix: rows of length 1.
extern const Whole cholesky_factor;
extern const Whole correlation_factor;

}  // namespace tyche::distributions
