// A mixture of two normals, and a Gaussian process.
#pragma once
#include "tyche/model/json.hpp"
#include "tyche/model/model.hpp"

namespace tyche::models {

inline Model low_dim_gauss_mix(const ir::DataSet& data) {
  Model m;
  const auto mu = m.param("mu", bounded(normal(0, 2), ordered(2)));
  const auto sigma = m.param("sigma", half_normal(2), 2);
  const auto theta = m.param("theta", beta(5, 5));
  m.observe("y", mixture(theta, normal(mu[0], sigma[0]), normal(mu[1], sigma[1])),
            reals(data, "y"));
  return m;
}

/// sigma is a variance.
inline Model gp_regr(const ir::DataSet& data) {
  Model m;
  const auto x = m.data("x", reals(data, "x"));
  const auto rho = m.param("rho", gamma(25, 4));
  const auto alpha = m.param("alpha", half_normal(2));
  const auto sigma = m.param("sigma", half_normal(1));
  const auto C = tabulate(x.size(), x.size(), [&](const Index& i, const Index& j) {
    const Expression distance = (x[i] - x[j]) / rho;
    return square(alpha) * exp(-0.5 * square(distance)) + where(i == j, sigma, 0.0);
  });
  const std::vector<double> zeros(std::size_t(x.size()), 0.0);
  m.observe("y", multi_normal_cholesky(zeros, cholesky(C)), reals(data, "y"));
  return m;
}

}  // namespace tyche::models
