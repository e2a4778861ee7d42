// Cauchy, and half Cauchy: the same about 0 on the positive side.
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/transforms/bounds.hpp"
#include "tyche/transforms/identity.hpp"

namespace tyche::distributions {

struct Cauchy {
  static constexpr std::string_view name = "cauchy";
  static constexpr std::array<std::string_view, 2> parameters = {"location", "scale"};
  static constexpr Domain domain = real_line;
  static constexpr std::array<Domain, 2> domains = {real_line, positive_reals};

  template <class Real>
  static Real log_density(Real x, Real location, Real scale) {
    const Real z = (x - location) * inverse_scale(scale);
    return -(log_scale(scale) + log_pi) - log1p(z * z);
  }
  template <class Real>
  static auto support(Real, Real) {
    return transforms::Identity<Real>{};
  }
  template <class Real>
  static auto standardised(Real location, Real scale) {
    return transforms::OffsetMultiplier<Real>{location, scale};
  }
  /// The ratio of two normal draws.
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real location, Real scale) {
    const Real above = rng.normal();
    return location + scale * (above / rng.normal());
  }
};

struct HalfCauchy {
  static constexpr std::string_view name = "half_cauchy";
  static constexpr std::array<std::string_view, 1> parameters = {"scale"};
  static constexpr Domain domain = nonnegative_reals;
  static constexpr std::array<Domain, 1> domains = {positive_reals};

  template <class Real>
  static Real log_density(Real x, Real scale) {
    const Real inside = Cauchy::log_density(x, Real(0.0), scale) + log_two;
    return inside + rejected_unless<Real>(x >= 0.0);
  }
  template <class Real>
  static auto support(Real) {
    return transforms::Positive<Real>{};
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real scale) {
    const Real above = rng.normal();
    return scale * abs(above / rng.normal());
  }
};

}  // namespace tyche::distributions
