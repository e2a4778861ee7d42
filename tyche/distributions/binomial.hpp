// Binomial: successes among n trials of probability p.
#pragma once
#include <utility>

#include "tyche/distributions/distribution.hpp"

namespace tyche::distributions {

struct Binomial {
  static constexpr std::string_view name = "binomial";
  static constexpr std::array<std::string_view, 2> parameters = {"trials", "p"};
  static constexpr Domain domain = counts;
  static constexpr std::array<Domain, 2> domains = {counts, probability};
  static constexpr Ends ends(double trials, double) { return {0.0, trials}; }

  template <class Real>
  static Real log_density(Real x, Real trials, Real p) {
    const Real choose = lgamma(trials + 1.0) - (lgamma(x + 1.0) + lgamma(trials - x + 1.0));
    // 0 log 0 is 0
    const Real successes = select(x == 0.0, Real(0.0), x * log(p));
    const Real failures = select(x == trials, Real(0.0), (trials - x) * log1p(-p));
    const auto valid = both(both(p >= 0.0, p <= 1.0), both(is_count(x), x <= trials));
    return select(valid, choose + (successes + failures), Real(-infinity));
  }
  /// With p at most 1/2, and failures counted otherwise: inversion below a mean of 10; above,
  /// Hoermann 1993, "The generation of binomial random variates", algorithm BTRS without its
  /// squeeze.
  template <class Real, class Rng>
  static Real sample(Rng& rng, Real trials, Real p) {
    const auto many = p > 0.5;
    const Real q = select(many, 1.0 - p, p);
    const Real x = select(trials * q < 10.0, inverted(rng, trials, q),
                          rejected(rng, trials, Real(max(10.0 / trials, q))));
    return select(many, trials - x, x);
  }

 private:
  /// The mass above 64 is below 1e-28.
  template <class Real, class Rng>
  static Real inverted(Rng& rng, Real trials, Real p) {
    using S = typename Rng::S;
    const Real u = rng.uniform();
    const auto [all, below] = S::scan(64, Real(0.0), [=](auto k, Real cdf) {
      const Real next = cdf + exp(log_density(Real(S::real(k)), trials, p));
      const auto above = both(next < u, S::real(k) < trials);
      return std::pair(next, Real(select(above, Real(1.0), Real(0.0))));
    });
    const auto& each = below;
    return S::sum(64, [=](auto k) { return each[k]; });
  }
  template <class Real, class Rng>
  static Real rejected(Rng& rng, Real trials, Real p) {
    const Real spread = sqrt(trials * p * max(Real(1e-300), 1.0 - p));
    const Real b = 1.15 + 2.53 * spread;
    const Real a = -0.0873 + 0.0248 * b + 0.01 * p;
    const Real log_alpha = log((2.83 + 5.1 / b) * spread);
    const Real mode = floor((trials + 1.0) * p);
    const Real at_mode = log_density(mode, trials, p);
    return rng.accepted([&](auto& again) {
      const Real u = again.uniform() - 0.5;
      const Real log_v = log(again.uniform());
      const Real room = 0.5 - abs(u);
      const Real k = floor((2.0 * a / room + b) * u + trials * p + 0.5);
      const Real hat = log_v + log_alpha - log(a / (room * room) + b);
      const auto outside = either(k<0.0, k> trials);
      const Real inside = select(outside, mode, k);
      const auto refused = either(outside, hat > log_density(inside, trials, p) - at_mode);
      return std::pair(!refused, k);
    });
  }
};

}  // namespace tyche::distributions
