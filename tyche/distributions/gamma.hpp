// Gamma, by shape and rate.
#pragma once
#include <utility>

#include "tyche/distributions/distribution.hpp"
#include "tyche/transforms/bounds.hpp"

namespace tyche::distributions {

struct Gamma {
  static constexpr std::string_view name = "gamma";
  static constexpr std::array<std::string_view, 2> parameters = {"shape", "rate"};
  static constexpr Domain domain = positive_reals;
  static constexpr std::array<Domain, 2> domains = {positive_reals, positive_reals};

  template <class Real>
  static Real log_density(Real x, Real shape, Real rate) {
    const Real log_rate = select(rate > 0.0, log(rate), Real(-infinity));
    const Real constants = select(shape > 0.0, shape * log_rate - lgamma(shape), Real(-infinity));
    return select(x > 0.0, constants + ((shape - 1.0) * log(x) - rate * x), Real(-infinity));
  }
  template <class Real>
  static auto support(Real, Real) {
    return transforms::Positive<Real>{};
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real shape, Real rate) {
    return exp(sample_log(rng, shape)) / rate;
  }

  /// log of a draw of rate 1, which for a small shape may lie below the smallest double. Marsaglia
  /// and Tsang 2000, "A simple method for generating gamma variables"; a shape below 1 by their
  /// section 6. NaN parameters give NaN: an attempt is refused, never accepted, by a comparison.
  template <class Real, class Rng>
  static Real sample_log(Rng& rng, Real shape) {
    const Real d = select(shape < 1.0, shape + 1.0, shape) - 1.0 / 3.0;
    const Real c = 1.0 / sqrt(9.0 * d);
    const Real log_v = rng.accepted([&](auto& again) {
      const Real x = again.normal();
      const Real root = 1.0 + c * x;
      const Real cube = root * root * root;
      const Real log_u = log(again.uniform());
      const auto outside = root <= 0.0;
      const Real log_cube = log(select(outside, Real(1.0), cube));
      const auto refused = either(outside, log_u > 0.5 * (x * x) + d * (1.0 - cube + log_cube));
      return std::pair(!refused, log_cube);
    });
    const Real boost = log(rng.uniform()) / shape;
    return log(d) + log_v + select(shape < 1.0, boost, Real(0.0));
  }
};

}  // namespace tyche::distributions
