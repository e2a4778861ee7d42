// What a distribution is: one struct of templates over the scalar type, from which everything else
// (programs, simulation, tests) is made.
//
//   struct Normal {
//     static constexpr std::string_view name = "normal";
//     static constexpr std::array<std::string_view, 2> parameters = {"mu", "sigma"};
//     static constexpr Domain domain = real_line;              // of data, checked when bound
//     static constexpr std::array<Domain, 2> domains = {real_line, positive_reals};  // of
//     parameters static Ends ends(double mu, double sigma);  // if parameters bound x; of an
//     unknown one, NaN template <class Real> static Real log_density(Real x, Real mu, Real sigma);
//     template <class Real> static auto support(Real mu, Real sigma);   // a transform; continuous
//     template <class Real, class Rng> static Real sample(Rng& rng, Real mu, Real sigma);
//   };
//
// `Real` is double, a lane or a recorded expression: no `if` on values, only select; functions
// unqualified. Discrete distributions take and give whole numbers as Real. A density keeps every
// constant. Invalid parameters, and x outside the support, have log density -inf. A `Rng` gives
// uniform() in (0, 1) and normal(); a sampler is a program over these. To add one: a file here, and
// a function in tyche/model/distribution.hpp and .cpp.
#pragma once
#include <array>
#include <numbers>
#include <string_view>

#include "tyche/distributions/domain.hpp"
#include "tyche/transforms/scalar.hpp"

namespace tyche::distributions {

inline constexpr double half_log_two_pi = 0.918938533204672741780329736406;
inline constexpr double inverse_sqrt_two = 0.707106781186547524400844362105;
inline constexpr double log_two = std::numbers::ln2;
inline constexpr double log_pi = 1.14472988584940017414342735135;
inline constexpr double half_log_pi = 0.572364942924700087071713675677;

/// log x of a parameter that must be positive; else a number that makes the density -inf when it
/// is subtracted. Apart from x, so that it can be computed once for all observations.
template <class Real>
Real log_scale(Real x) {
  return select(x > 0.0, log(x), Real(infinity));
}

/// 0 where the condition holds, else -inf: added to a density that is finite either way. Apart from
/// the density, so that it has no derivative and is computed once for data.
template <class Real, class Condition>
Real rejected_unless(const Condition& condition) {
  return select(condition, Real(0.0), Real(-infinity));
}

/// Whether x is a whole number, 0 or more.
template <class Real>
auto is_count(Real x) {
  return both(x >= 0.0, floor(x) == x);
}

/// 1 / x of a parameter that must be positive, else 0.
template <class Real>
Real inverse_scale(Real x) {
  return select(x > 0.0, 1.0 / x, Real(0.0));
}

}  // namespace tyche::distributions
