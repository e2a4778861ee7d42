// Logistic regression by hand: one pass over the rows.
#include <cmath>

#include "bench/baseline/gradients.hpp"

namespace bench {

double logistic(const Logistic& data, const double* u, double* gradient) {
  const int p = data.p;
  const double alpha = u[0];
  const double* beta = u + 1;
  double lp = -alpha * alpha / 200;
  gradient[0] = -alpha / 100;
  for (int j = 0; j < p; ++j) {
    lp -= beta[j] * beta[j] / 200;
    gradient[1 + j] = -beta[j] / 100;
  }
  for (int i = 0; i < data.n; ++i) {
    const double* x = data.x.data() + static_cast<std::ptrdiff_t>(i) * p;
    double eta = alpha;
    for (int j = 0; j < p; ++j) eta += x[j] * beta[j];
    const double e = std::exp(-std::fabs(eta));
    const double probability = (eta >= 0 ? 1 : e) / (1 + e);
    lp += data.y[i] * eta - std::fmax(eta, 0) - std::log1p(e);
    const double residual = data.y[i] - probability;
    gradient[0] += residual;
    for (int j = 0; j < p; ++j) gradient[1 + j] += residual * x[j];
  }
  return lp;
}

}  // namespace bench
