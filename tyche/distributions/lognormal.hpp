// Lognormal: exp of a normal.
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/distributions/normal.hpp"

namespace tyche::distributions {

struct Lognormal {
  static constexpr std::string_view name = "lognormal";
  static constexpr std::array<std::string_view, 2> parameters = {"mu", "sigma"};
  static constexpr Domain domain = positive_reals;
  static constexpr std::array<Domain, 2> domains = {real_line, positive_reals};

  template <class Real>
  static Real log_density(Real x, Real mu, Real sigma) {
    const Real log_x = log(x);
    return select(x > 0.0, Normal::log_density(log_x, mu, sigma) - log_x, Real(-infinity));
  }
  template <class Real>
  static Real cdf(Real x, Real mu, Real sigma) {
    return select(x > 0.0, Normal::cdf(Real(log(x)), mu, sigma), Real(0.0));
  }
  template <class Real>
  static Real ccdf(Real x, Real mu, Real sigma) {
    return select(x > 0.0, Normal::ccdf(Real(log(x)), mu, sigma), Real(1.0));
  }
  template <class Real>
  static auto support(Real, Real) {
    return transforms::Positive<Real>{};
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real mu, Real sigma) {
    return exp(Normal::sample(rng, mu, sigma));
  }
};

}  // namespace tyche::distributions
