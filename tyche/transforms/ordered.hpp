// Ordered vectors, x[0] < x[1] < ..., and positive ordered ones, 0 < x[0] < x[1] < ...
#pragma once
#include "tyche/transforms/sequence.hpp"
#include "tyche/transforms/transform.hpp"

namespace tyche::transforms {

/// x[0] = u[0], or exp(u[0]) if positive; x[i] = x[i - 1] + exp(u[i]).
template <class S>
struct Ordered {
  using Real = typename S::Real;
  using Vector = typename S::Vector;
  std::int64_t n;
  bool positive;

  std::int64_t unconstrained_size() const { return n; }
  Constrained<Vector, Real> constrain(const Vector& u) const {
    const auto first = [=](auto i) { return S::real(i) == 0.0; };
    const bool all = positive;
    const auto [last, x] = S::scan(n, Real(0.0), [=](auto i, Real before) {
      const Real step = all ? Real(exp(u[i])) : Real(select(first(i), u[i], exp(u[i])));
      return std::pair(before + step, before + step);
    });
    const Real log_jacobian = S::sum(
        n, [=](auto i) { return all ? Real(u[i]) : Real(select(first(i), Real(0.0), u[i])); });
    return {x, log_jacobian};
  }
  Vector unconstrain(const Vector& x) const {
    std::vector<Real> u;
    for (std::int64_t i = 0; i < n; ++i) {
      if (i == 0) {
        u.push_back(positive ? Real(log(x[i])) : Real(x[i]));
      } else {
        u.push_back(log(x[i] - x[i - 1]));
      }
    }
    return S::gathered(std::move(u));
  }
};

}  // namespace tyche::transforms
