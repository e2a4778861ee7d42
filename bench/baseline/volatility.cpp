// Stochastic volatility by hand: one pass over time.
#include <cmath>

#include "bench/baseline/gradients.hpp"

namespace bench {
namespace {

// Recurrence up to 8, then the asymptotic series (Abramowitz and Stegun 6.3.18).
double digamma(double x) {
  double shift = 0;
  for (; x < 8; ++x) shift -= 1 / x;
  const double w = 1 / (x * x);
  const double series =
      w * (1. / 12 -
           w * (1. / 120 - w * (1. / 252 - w * (1. / 240 - w * (1. / 132 - w * 691. / 32760)))));
  return shift + std::log(x) - 0.5 / x - series;
}

}  // namespace

double volatility(const Volatility& data, const double* u, double* gradient) {
  const int length = static_cast<int>(data.returns.size());
  const double log_sigma = u[0], log_nu = u[1];
  const double* s = u + 2;
  double* d_s = gradient + 2;
  const double sigma = std::exp(log_sigma), nu = std::exp(log_nu);
  const double inverse_sigma = 1 / sigma, inverse_nu = 1 / nu, half = (nu + 1) / 2;

  double sum_z2 = 0, sum_log = 0, sum_ratio = 0, sum_s = 0;
  double previous = 0;
  for (int t = 0; t < length; ++t) {
    const double z = (s[t] - previous) * inverse_sigma;
    sum_z2 += z * z;
    if (t > 0) d_s[t - 1] += z * inverse_sigma;
    const double r = data.returns[t] * std::exp(-s[t]);
    const double q = r * r * inverse_nu;
    const double ratio = q / (1 + q);
    sum_log += std::log1p(q);
    sum_ratio += ratio;
    sum_s += s[t];
    d_s[t] = 2 * half * ratio - 1 - z * inverse_sigma;
    previous = s[t];
  }
  const double normaliser = std::lgamma(half) - std::lgamma(nu / 2) - 0.5 * log_nu;
  const double d_nu = 0.5 * length * (digamma(half) - digamma(nu / 2) - inverse_nu) -
                      0.5 * sum_log + half * sum_ratio * inverse_nu - 0.1;
  gradient[0] = sum_z2 - length - 50 * sigma + 1;
  gradient[1] = d_nu * nu + 1;
  return log_sigma - 50 * sigma + log_nu - 0.1 * nu - length * log_sigma - 0.5 * sum_z2 +
         length * normaliser - sum_s - half * sum_log;
}

}  // namespace bench
