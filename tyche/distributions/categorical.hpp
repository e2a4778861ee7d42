// Categorical: one of 0, ..., n - 1 by a vector of probabilities.
#pragma once
#include <utility>

#include "tyche/distributions/distribution.hpp"
#include "tyche/transforms/sequence.hpp"

namespace tyche::distributions {

/// `probabilities` are read as they are: a simplex is not checked.
struct Categorical {
  static constexpr std::string_view name = "categorical";
  static constexpr Domain domain = counts;

  template <class S>
  static typename S::Real log_density(typename S::Real x, const typename S::Vector& probabilities) {
    using Real = typename S::Real;
    const auto inside = both(is_count(x), x < double(probabilities.size()));
    const Real within = select(inside, x, Real(0.0));
    return select(inside, log(probabilities[S::index(within)]), Real(-infinity));
  }
  template <class S, class Rng>
  static typename S::Real sample(Rng& rng, const typename S::Vector& probabilities) {
    using Real = typename S::Real;
    const Real u = rng.uniform();
    const std::int64_t n = probabilities.size();
    if (n == 1) return Real(0.0);
    const auto [all, below] = S::scan(n - 1, Real(0.0), [=](auto k, Real cdf) {
      const Real next = cdf + probabilities[k];
      return std::pair(next, Real(select(next < u, Real(1.0), Real(0.0))));
    });
    const auto& each = below;
    return S::sum(n - 1, [=](auto k) { return each[k]; });
  }
};

}  // namespace tyche::distributions
