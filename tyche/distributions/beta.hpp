// Beta on (0, 1).
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/distributions/gamma.hpp"
#include "tyche/transforms/bounds.hpp"

namespace tyche::distributions {

struct Beta {
  static constexpr std::string_view name = "beta";
  static constexpr std::array<std::string_view, 2> parameters = {"a", "b"};
  static constexpr Domain domain = unit_interval;
  static constexpr std::array<Domain, 2> domains = {positive_reals, positive_reals};

  template <class Real>
  static Real log_density(Real x, Real a, Real b) {
    const Real gammas = lgamma(a + b) - (lgamma(a) + lgamma(b));
    const Real some = select(a > 0.0, gammas, Real(-infinity));
    const Real constants = select(b > 0.0, some, Real(-infinity));
    const Real inside = constants + ((a - 1.0) * log(x) + (b - 1.0) * log1p(-x));
    const auto within = both(x > 0.0, x < 1.0);
    return select(within, inside, Real(-infinity));
  }
  template <class Real>
  static auto support(Real, Real) {
    return transforms::UnitInterval<Real>{};
  }
  /// g / (g + h) of two gamma draws.
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real a, Real b) {
    const Real log_g = Gamma::sample_log(rng, a);
    return inv_logit(log_g - Gamma::sample_log(rng, b));
  }
};

}  // namespace tyche::distributions
