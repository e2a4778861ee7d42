// Normal, and half normal: the same on the positive side.
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/transforms/bounds.hpp"
#include "tyche/transforms/identity.hpp"

namespace tyche::distributions {

struct Normal {
  static constexpr std::string_view name = "normal";
  static constexpr std::array<std::string_view, 2> parameters = {"mu", "sigma"};
  static constexpr Domain domain = real_line;
  static constexpr std::array<Domain, 2> domains = {real_line, positive_reals};

  template <class Real>
  static Real log_density(Real x, Real mu, Real sigma) {
    const Real z = (x - mu) * inverse_scale(sigma);
    return -0.5 * (z * z) - (log_scale(sigma) + half_log_two_pi);
  }
  template <class Real>
  static Real cdf(Real x, Real mu, Real sigma) {
    return Phi((x - mu) * inverse_scale(sigma));
  }
  template <class Real>
  static Real ccdf(Real x, Real mu, Real sigma) {
    return Phi((mu - x) * inverse_scale(sigma));
  }
  template <class Real>
  static auto support(Real, Real) {
    return transforms::Identity<Real>{};
  }
  template <class Real>
  static auto standardised(Real mu, Real sigma) {
    return transforms::OffsetMultiplier<Real>{mu, sigma};
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real mu, Real sigma) {
    return mu + sigma * rng.normal();
  }
};

struct HalfNormal {
  static constexpr std::string_view name = "half_normal";
  static constexpr std::array<std::string_view, 1> parameters = {"sigma"};
  static constexpr Domain domain = nonnegative_reals;
  static constexpr std::array<Domain, 1> domains = {positive_reals};

  template <class Real>
  static Real log_density(Real x, Real sigma) {
    const Real inside = Normal::log_density(x, Real(0.0), sigma) + log_two;
    return inside + rejected_unless<Real>(x >= 0.0);
  }
  template <class Real>
  static Real cdf(Real x, Real sigma) {
    return erf(max(x, Real(0.0)) * inverse_scale(sigma) * inverse_sqrt_two);
  }
  template <class Real>
  static Real ccdf(Real x, Real sigma) {
    return erfc(max(x, Real(0.0)) * inverse_scale(sigma) * inverse_sqrt_two);
  }
  template <class Real>
  static auto support(Real) {
    return transforms::Positive<Real>{};
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real sigma) {
    return sigma * abs(rng.normal());
  }
};

}  // namespace tyche::distributions
