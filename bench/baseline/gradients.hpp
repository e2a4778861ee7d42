// Log densities and gradients as a C++ programmer writes them: loops, libm, constants dropped.
#pragma once
#include "bench/workloads/workloads.hpp"

namespace bench {

/// Each answers the log density at the unconstrained `u` (positive parameters as their logs, log
/// Jacobian included) and writes its gradient.

/// u: mu, log tau, theta[8]; mu ~ normal(0, 5), tau ~ half_cauchy(5), theta ~ normal(mu, tau).
double eight_schools_centered(const EightSchools& data, const double* u, double* gradient);
/// u: eta[8], mu, log tau; as above with theta = mu + tau eta, eta ~ normal(0, 1).
double eight_schools_noncentered(const EightSchools& data, const double* u, double* gradient);
/// u: alpha, beta[p].
double logistic(const Logistic& data, const double* u, double* gradient);
/// u: log sigma, log nu, s[T].
double volatility(const Volatility& data, const double* u, double* gradient);
/// u: mu_a, b, log sd_a, log sd_y, a[groups].
double radon(const Radon& data, const double* u, double* gradient);

}  // namespace bench
