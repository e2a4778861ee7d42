// Bernoulli: 1 or 0, by the probability of 1 or by its logit.
#pragma once
#include "tyche/distributions/distribution.hpp"

namespace tyche::distributions {

struct Bernoulli {
  static constexpr std::string_view name = "bernoulli";
  static constexpr std::array<std::string_view, 1> parameters = {"p"};
  static constexpr Domain domain = zero_or_one;
  static constexpr std::array<Domain, 1> domains = {probability};

  template <class Real>
  static Real log_density(Real x, Real p) {
    const auto valid = both(p >= 0.0, p <= 1.0);
    const Real one = select(valid, log(p), Real(-infinity));
    const Real zero = select(valid, log1p(-p), Real(-infinity));
    return select(x == 1.0, one, select(x == 0.0, zero, Real(-infinity)));
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real p) {
    return select(rng.uniform() < p, Real(1.0), Real(0.0));
  }
};

struct BernoulliLogit {
  static constexpr std::string_view name = "bernoulli_logit";
  static constexpr std::array<std::string_view, 1> parameters = {"logit"};
  static constexpr Domain domain = zero_or_one;
  static constexpr std::array<Domain, 1> domains = {real_line};

  /// log p = -log(1 + exp(-logit)); for x = 0 with the sign changed.
  template <class Real>
  static Real log_density(Real x, Real logit) {
    const Real inside = -log1p_exp((1.0 - 2.0 * x) * logit);
    return inside + rejected_unless<Real>(x * (1.0 - x) == 0.0);
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real logit) {
    return select(rng.uniform() < inv_logit(logit), Real(1.0), Real(0.0));
  }
};

}  // namespace tyche::distributions
