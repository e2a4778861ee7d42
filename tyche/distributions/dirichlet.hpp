// Dirichlet on probability vectors.
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/distributions/gamma.hpp"
#include "tyche/transforms/simplex.hpp"

namespace tyche::distributions {

/// With respect to the first n - 1 elements of x.
struct Dirichlet {
  static constexpr std::string_view name = "dirichlet";
  static constexpr Domain domain = unit_interval;

  template <class S>
  static typename S::Real log_density(const typename S::Vector& x,
                                      const typename S::Vector& alpha) {
    using Real = typename S::Real;
    const std::int64_t n = alpha.size();
    const Real total = S::sum(n, [=](auto k) { return alpha[k]; });
    const Real powers = S::sum(n, [=](auto k) {
      const Real a = alpha[k];
      const Real some = (a - 1.0) * log(x[k]) - lgamma(a);
      const Real one = select(a == 1.0, Real(0.0), some);  // 0 log 0 is 0
      return Real(select(both(a > 0.0, x[k] >= 0.0), one, Real(-infinity)));
    });
    return lgamma(total) + powers;
  }
  /// Gamma draws over their sum.
  template <class S, class Rng>
  static typename S::Vector sample(Rng& rng, const typename S::Vector& alpha) {
    const auto logs = rng.tabulated(alpha.size(), [&](auto& draws, auto k) {
      return Gamma::sample_log(draws, typename S::Real(alpha[k]));
    });
    const typename S::Real total = transforms::log_sum_exp_of<S>(logs);
    return S::tabulate(alpha.size(), [=](auto k) { return exp(logs[k] - total); });
  }
};

}  // namespace tyche::distributions
