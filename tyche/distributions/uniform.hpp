// Uniform between two numbers.
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/transforms/bounds.hpp"

namespace tyche::distributions {

struct Uniform {
  static constexpr std::string_view name = "uniform";
  static constexpr std::array<std::string_view, 2> parameters = {"low", "high"};
  static constexpr Domain domain = real_line;
  static constexpr std::array<Domain, 2> domains = {real_line, real_line};
  static constexpr Ends ends(double low, double high) { return {low, high}; }

  template <class Real>
  static Real log_density(Real x, Real low, Real high) {
    const auto within = both(x >= low, x <= high);
    return select(within, -log_scale(Real(high - low)), Real(-infinity));
  }
  template <class Real>
  static Real cdf(Real x, Real low, Real high) {
    return (min(max(x, low), high) - low) / (high - low);
  }
  template <class Real>
  static Real ccdf(Real x, Real low, Real high) {
    return (high - min(max(x, low), high)) / (high - low);
  }
  template <class Real>
  static auto support(Real low, Real high) {
    return transforms::Interval<Real>{low, high};
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real low, Real high) {
    return low + (high - low) * rng.uniform();
  }
};

}  // namespace tyche::distributions
