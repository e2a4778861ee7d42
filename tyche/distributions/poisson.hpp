// Poisson counts, by the mean or by its logarithm.
#pragma once
#include <utility>

#include "tyche/distributions/distribution.hpp"

namespace tyche::distributions {

struct Poisson {
  static constexpr std::string_view name = "poisson";
  static constexpr std::array<std::string_view, 1> parameters = {"rate"};
  static constexpr Domain domain = counts;
  static constexpr std::array<Domain, 1> domains = {nonnegative_reals};

  template <class Real>
  static Real log_density(Real x, Real rate) {
    const Real some = x * log(rate) - (rate + lgamma(x + 1.0));
    // 0 log 0 is 0
    const Real inside = select(both(x == 0.0, rate == 0.0), Real(0.0), some);
    return select(both(rate >= 0.0, is_count(x)), inside, Real(-infinity));
  }
  /// Inversion below a mean of 10; above, Hoermann 1993, "The transformed rejection method for
  /// generating Poisson random variables", algorithm PTRS without its squeeze.
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real rate) {
    return select(rate < 10.0, inverted(rng, Real(min(rate, Real(10.0)))),
                  rejected(rng, Real(max(Real(10.0), rate))));
  }

 private:
  /// The mass above 64 is below 1e-28.
  template <class Real, class Rng>
  static Real inverted(Rng& rng, Real rate) {
    using S = typename Rng::S;
    const Real u = rng.uniform();
    const auto [all, below] = S::scan(64, Real(0.0), [=](auto k, Real cdf) {
      const Real next = cdf + exp(log_density(Real(S::real(k)), rate));
      return std::pair(next, Real(select(next < u, Real(1.0), Real(0.0))));
    });
    const auto& each = below;
    return S::sum(64, [=](auto k) { return each[k]; });
  }
  template <class Real, class Rng>
  static Real rejected(Rng& rng, Real rate) {
    const Real b = 0.931 + 2.53 * sqrt(rate);
    const Real a = -0.059 + 0.02483 * b;
    const Real log_inverse_alpha = log(1.1239 + 1.1328 / (b - 3.4));
    return rng.accepted([&](auto& again) {
      const Real u = again.uniform() - 0.5;
      const Real log_v = log(again.uniform());
      const Real room = 0.5 - abs(u);
      const Real k = floor((2.0 * a / room + b) * u + rate + 0.43);
      const Real hat = log_v + log_inverse_alpha - log(a / (room * room) + b);
      const auto refused = either(k<0.0, hat> log_density(Real(max(k, Real(0.0))), rate));
      return std::pair(!refused, k);
    });
  }
};

struct PoissonLog {
  static constexpr std::string_view name = "poisson_log";
  static constexpr std::array<std::string_view, 1> parameters = {"log_rate"};
  static constexpr Domain domain = counts;
  static constexpr std::array<Domain, 1> domains = {real_line};

  template <class Real>
  static Real log_density(Real x, Real log_rate) {
    // apart from the rate, so that it is computed once for data
    const Real own = rejected_unless<Real>(is_count(x)) - lgamma(max(x, Real(0.0)) + 1.0);
    return (x * log_rate - exp(log_rate)) + own;
  }
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real log_rate) {
    return Poisson::sample(rng, Real(exp(log_rate)));
  }
};

}  // namespace tyche::distributions
