// Exponential, by its rate.
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/transforms/bounds.hpp"

namespace tyche::distributions {

struct Exponential {
  static constexpr std::string_view name = "exponential";
  static constexpr std::array<std::string_view, 1> parameters = {"rate"};
  static constexpr Domain domain = nonnegative_reals;
  static constexpr std::array<Domain, 1> domains = {positive_reals};

  template <class Real>
  static Real log_density(Real x, Real rate) {
    const Real log_rate = select(rate > 0.0, log(rate), Real(-infinity));
    return (log_rate - rate * x) + rejected_unless<Real>(x >= 0.0);
  }
  template <class Real>
  static Real cdf(Real x, Real rate) {
    return -expm1(-(rate * max(x, Real(0.0))));
  }
  template <class Real>
  static Real ccdf(Real x, Real rate) {
    return exp(-(rate * max(x, Real(0.0))));
  }
  template <class Real>
  static auto support(Real) {
    return transforms::Positive<Real>{};
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real rate) {
    return -log(rng.uniform()) / rate;
  }
};

}  // namespace tyche::distributions
