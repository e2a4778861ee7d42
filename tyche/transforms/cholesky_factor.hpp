// Cholesky factors of correlation and of covariance matrices.
#pragma once
#include "tyche/transforms/sequence.hpp"
#include "tyche/transforms/transform.hpp"

namespace tyche::transforms {

/// L of a correlation matrix: lower triangular, positive diagonal, rows of length 1 (Lewandowski,
/// Kurowicka and Joe 2009, canonical partial correlations). For j < i, z = tanh(u) and
/// L[i][j] = z[i][j] sqrt(product over k < j of 1 - z[i][k]^2); u is z below the diagonal, by rows.
template <class S>
struct CholeskyCorrelation {
  using Real = typename S::Real;
  using Vector = typename S::Vector;
  using Matrix = typename S::Matrix;
  std::int64_t n;

  std::int64_t unconstrained_size() const { return n * (n - 1) / 2; }
  Constrained<Matrix, Real> constrain(const Vector& u) const {
    const std::int64_t size = n;
    const Matrix L = S::by_rows(size, size, [=](auto i) {
      return S::scan(size, Real(0.0),
                     [=](auto j, Real log_rest) {
                       const Real v = u[place(i, j)];
                       const Real below = tanh(v) * exp(0.5 * log_rest);
                       const Real diagonal = exp(0.5 * log_rest);
                       const auto left = S::real(j) < S::real(i);
                       const auto on = S::real(j) == S::real(i);
                       const Real x = select(left, below, select(on, diagonal, Real(0.0)));
                       return std::pair(log_rest + select(left, log_slope(v), Real(0.0)), x);
                     })
          .second;
    });
    // d L / d z has the root that L has, and each 1 - z^2 occurs in the roots of what follows it
    const Real log_jacobian = S::sum(size, [=](auto i) {
      return S::sum(size, [=](auto j) {
        const Real times = 1.0 + 0.5 * (S::real(i) - S::real(j) - 1.0);
        const Real one = times * log_slope(Real(u[place(i, j)]));
        return Real(select(S::real(j) < S::real(i), one, Real(0.0)));
      });
    });
    return {L, log_jacobian};
  }
  Vector unconstrain(const Matrix& L) const {
    std::vector<Real> u;
    for (std::int64_t i = 1; i < n; ++i) {
      for (std::int64_t j = 0; j < i; ++j) {
        Real rest = Real(0.0);  // 1 - sum of squares before j
        for (std::int64_t k = j; k <= i; ++k) rest = rest + L(i, k) * L(i, k);
        const Real z = L(i, j) / sqrt(rest);
        u.push_back(0.5 * (log1p(z) - log1p(-z)));
      }
    }
    return S::gathered(std::move(u));
  }

 private:
  /// Of (i, j) below the diagonal in u; elsewhere any place in u.
  template <class I>
  static auto place(const I& i, const I& j) {
    const I last = S::max(i - 1, I(0));
    return S::half(i * last) + S::min(j, last);
  }
  /// log(1 - tanh(v)^2), without cancellation.
  static Real log_slope(Real v) {
    constexpr double log_two = 0.693147180559945309417232121458;
    return -2.0 * (v + log1p_exp(-2.0 * v) - log_two);
  }
};

/// L of a covariance matrix: lower triangular, positive diagonal. u holds the lower triangle by
/// rows, the diagonal as logarithms.
template <class S>
struct CholeskyCovariance {
  using Real = typename S::Real;
  using Vector = typename S::Vector;
  using Matrix = typename S::Matrix;
  std::int64_t n;

  std::int64_t unconstrained_size() const { return n * (n + 1) / 2; }
  Constrained<Matrix, Real> constrain(const Vector& u) const {
    const std::int64_t size = n;
    const Matrix L = S::by_rows(size, size, [=](auto i) {
      return S::tabulate(size, [=](auto j) {
        const Real v = u[S::half(i * (i + 1)) + S::min(j, i)];
        const auto left = S::real(j) < S::real(i);
        const auto on = S::real(j) == S::real(i);
        return Real(select(left, v, select(on, exp(v), Real(0.0))));
      });
    });
    const Real log_jacobian =
        S::sum(size, [=](auto i) { return Real(u[S::half(i * (i + 1)) + i]); });
    return {L, log_jacobian};
  }
  Vector unconstrain(const Matrix& L) const {
    std::vector<Real> u;
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < i; ++j) u.push_back(L(i, j));
      u.push_back(log(L(i, i)));
    }
    return S::gathered(std::move(u));
  }
};

}  // namespace tyche::transforms
