// Quantiles of the beta distribution, for the error of a quantile.
#pragma once

namespace tyche {

/// The cdf of beta(a, b) at x in [0, 1], by its continued fraction (DLMF 8.17.22).
double beta_cdf(double x, double a, double b);

/// x with beta_cdf(x, a, b) = p, for p in (0, 1) and a, b >= 1.
double beta_quantile(double p, double a, double b);

}  // namespace tyche
