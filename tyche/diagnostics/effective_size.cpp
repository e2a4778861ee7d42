#include "tyche/diagnostics/effective_size.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tyche {

double effective_size(const PooledCovariance& covariance) {
  const double n = static_cast<double>(covariance.length);
  const double draws = n * static_cast<double>(covariance.pieces);
  const auto gamma = [&](std::size_t lag) {
    return covariance.products[lag * covariance.stride] / draws;
  };
  const double within = gamma(0) * n / (n - 1);
  const double pooled = gamma(0) + covariance.variance_of_means;
  const auto rho = [&](std::size_t lag) { return 1 - (within - gamma(lag)) / pooled; };

  // tau = -1 + 2 sum of the pairs rho(2k) + rho(2k + 1), as long as they are positive, each held
  // down to the least before it. Of the first pair that is left out the even lag still counts,
  // once.
  double tau = -1;
  double even = 1, pair = even + rho(1);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t lag = 2; lag + 2 < covariance.length && pair > 0; lag += 2) {
    least = std::min(least, pair);
    tau += 2 * least;
    even = rho(lag);
    pair = even + rho(lag + 1);
  }
  if (std::isnan(pair)) return pair;
  if (even > 0) tau += even;
  return draws / std::max(tau, 1 / std::log10(draws));
}

}  // namespace tyche
