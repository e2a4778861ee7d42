// Multivariate normal, by the Cholesky factor of its covariance.
#pragma once
#include "tyche/distributions/distribution.hpp"
#include "tyche/transforms/sequence.hpp"

namespace tyche::distributions {

/// Mean mu, covariance L L', L lower triangular with a positive diagonal.
struct MultiNormalCholesky {
  static constexpr std::string_view name = "multi_normal_cholesky";
  static constexpr Domain domain = real_line;

  template <class S>
  static typename S::Real log_density(const typename S::Vector& x, const typename S::Vector& mu,
                                      const typename S::Matrix& L) {
    const std::int64_t n = mu.size();
    const auto z = S::solve_lower(L, S::tabulate(n, [=](auto k) { return x[k] - mu[k]; }));
    const typename S::Real squares = S::sum(n, [=](auto k) { return z[k] * z[k]; });
    const typename S::Real scale = S::sum(n, [=](auto k) { return log_scale(L(k, k)); });
    return -0.5 * squares - (scale + double(n) * half_log_two_pi);
  }
  template <class S, class Rng>
  static typename S::Vector sample(Rng& rng, const typename S::Vector& mu,
                                   const typename S::Matrix& L) {
    const std::int64_t n = mu.size();
    const auto z = rng.tabulated(n, [](auto& draws, auto) { return draws.normal(); });
    return S::tabulate(
        n, [=](auto i) { return mu[i] + S::sum(n, [=](auto j) { return L(i, j) * z[j]; }); });
  }
};

}  // namespace tyche::distributions
