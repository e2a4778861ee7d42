// Probability vectors by the isometric log-ratio (Egozcue et al. 2003), as Stan since 2025.
#pragma once
#include "tyche/transforms/sequence.hpp"
#include "tyche/transforms/transform.hpp"

namespace tyche::transforms {

/// x = softmax(z), where z has n elements that sum to 0 and is an isometry of u (n - 1 elements):
/// with w[k] = u[k - 1] / sqrt(k (k + 1)), z[k] = w[k + 1] + ... + w[n - 1] - k w[k].
/// log |Jacobian| = log(n) / 2 + sum of log x.
template <class S>
struct Simplex {
  using Real = typename S::Real;
  using Vector = typename S::Vector;
  std::int64_t n;

  std::int64_t unconstrained_size() const { return n - 1; }
  Constrained<Vector, Real> constrain(const Vector& u) const {
    const std::int64_t last = n - 1;
    // backwards from k = n - 1, with the sum of the w after k carried
    const auto [total, z] = S::scan(n, Real(0.0), [=](auto step, Real after) {
      const auto k = last - step;
      const Real place = S::real(k);
      const Real scale = sqrt(S::real(S::max(k, typename S::Index(1))) * (place + 1.0));
      const Real some = u[S::max(k - 1, typename S::Index(0))] / scale;
      const Real w = select(place > 0.0, some, Real(0.0));
      return std::pair(after + w, after - place * w);
    });
    const auto backwards = z;  // structured bindings cannot be captured
    const Real log_total = log_sum_exp_of<S>(backwards);
    const Vector x = S::tabulate(n, [=](auto k) { return exp(backwards[last - k] - log_total); });
    const double size = double(n);
    return {x, 0.5 * log(Real(size)) - size * log_total};
  }
  Vector unconstrain(const Vector& x) const {
    std::vector<Real> u;
    Real sum = Real(0.0);  // of log x before k
    for (std::int64_t k = 1; k < n; ++k) {
      sum = sum + log(x[k - 1]);
      const double place = double(k);
      u.push_back((sum - place * log(x[k])) / sqrt(Real(place * (place + 1.0))));
    }
    return S::gathered(std::move(u));
  }
};

}  // namespace tyche::transforms
