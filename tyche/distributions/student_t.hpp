// Student's t with nu degrees of freedom, a location and a scale.
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/distributions/gamma.hpp"
#include "tyche/transforms/bounds.hpp"
#include "tyche/transforms/identity.hpp"

namespace tyche::distributions {

struct StudentT {
  static constexpr std::string_view name = "student_t";
  static constexpr std::array<std::string_view, 3> parameters = {"nu", "mu", "sigma"};
  static constexpr Domain domain = real_line;
  static constexpr std::array<Domain, 3> domains = {positive_reals, real_line, positive_reals};

  template <class Real>
  static Real log_density(Real x, Real nu, Real mu, Real sigma) {
    const Real half = 0.5 * (nu + 1.0);
    const Real z = (x - mu) * inverse_scale(sigma);
    const Real gammas = lgamma(half) - lgamma(0.5 * nu) - (0.5 * log(nu) + half_log_pi);
    const Real constants = select(nu > 0.0, gammas, Real(-infinity));
    return (constants - log_scale(sigma)) - half * log1p(z * z * inverse_scale(nu));
  }
  template <class Real>
  static auto support(Real, Real, Real) {
    return transforms::Identity<Real>{};
  }
  template <class Real>
  static auto standardised(Real, Real mu, Real sigma) {
    return transforms::OffsetMultiplier<Real>{mu, sigma};
  }
  /// A normal draw over the root of a chi-squared draw a degree of freedom.
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real nu, Real mu, Real sigma) {
    const Real z = rng.normal();
    const Real half = 0.5 * nu;
    return mu + sigma * (z / sqrt(Gamma::sample(rng, half, half)));
  }
};

}  // namespace tyche::distributions
