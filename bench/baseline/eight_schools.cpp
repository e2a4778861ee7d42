// Eight schools by hand, in both forms.
#include <cmath>

#include "bench/baseline/gradients.hpp"

namespace bench {

double eight_schools_centered(const EightSchools& data, const double* u, double* gradient) {
  const double mu = u[0], log_tau = u[1];
  const double* theta = u + 2;
  const double tau = std::exp(log_tau), inverse_tau = 1 / tau, tau2 = tau * tau;
  double lp = -mu * mu / 50 - std::log1p(tau2 / 25) + log_tau - 8 * log_tau;
  double d_mu = -mu / 25, sum_z2 = 0;
  for (int j = 0; j < 8; ++j) {
    const double z = (theta[j] - mu) * inverse_tau;
    const double r = (data.y[j] - theta[j]) / data.sigma[j];
    lp -= 0.5 * (z * z + r * r);
    d_mu += z * inverse_tau;
    sum_z2 += z * z;
    gradient[2 + j] = r / data.sigma[j] - z * inverse_tau;
  }
  gradient[0] = d_mu;
  gradient[1] = sum_z2 - 7 - 2 * tau2 / (25 + tau2);
  return lp;
}

double eight_schools_noncentered(const EightSchools& data, const double* u, double* gradient) {
  const double mu = u[8], log_tau = u[9];
  const double tau = std::exp(log_tau), tau2 = tau * tau;
  double lp = -mu * mu / 50 - std::log1p(tau2 / 25) + log_tau;
  double d_mu = -mu / 25, d_tau = 0;
  for (int j = 0; j < 8; ++j) {
    const double r = (data.y[j] - mu - tau * u[j]) / data.sigma[j];
    const double slope = r / data.sigma[j];
    lp -= 0.5 * (u[j] * u[j] + r * r);
    d_mu += slope;
    d_tau += slope * u[j];
    gradient[j] = slope * tau - u[j];
  }
  gradient[8] = d_mu;
  gradient[9] = d_tau * tau + 1 - 2 * tau2 / (25 + tau2);
  return lp;
}

}  // namespace bench
