// A regression with an intercept a group by hand: one pass over the rows.
#include <cmath>

#include "bench/baseline/gradients.hpp"

namespace bench {

double radon(const Radon& data, const double* u, double* gradient) {
  const int rows = static_cast<int>(data.y.size()), groups = data.groups;
  const double mu = u[0], b = u[1];
  const double sd_a = std::exp(u[2]), sd_y = std::exp(u[3]);
  const double* a = u + 4;
  double* d_a = gradient + 4;

  const double inverse_a = 1 / sd_a;
  double sum_a2 = 0, d_mu = -mu / 100;
  for (int g = 0; g < groups; ++g) {
    const double z = (a[g] - mu) * inverse_a;
    sum_a2 += z * z;
    d_mu += z * inverse_a;
    d_a[g] = -z * inverse_a;
  }

  const double inverse_y = 1 / sd_y;
  double sum_y2 = 0, d_b = -b / 100;
  for (int i = 0; i < rows; ++i) {
    const int g = data.group[i];
    const double z = (data.y[i] - a[g] - b * data.x[i]) * inverse_y;
    const double slope = z * inverse_y;
    sum_y2 += z * z;
    d_b += slope * data.x[i];
    d_a[g] += slope;
  }

  gradient[0] = d_mu;
  gradient[1] = d_b;
  gradient[2] = sum_a2 - groups - sd_a * sd_a + 1;
  gradient[3] = sum_y2 - rows - sd_y * sd_y + 1;
  return -(mu * mu + b * b) / 200 - 0.5 * (sd_a * sd_a + sd_y * sd_y) + u[2] + u[3] -
         groups * u[2] - rows * u[3] - 0.5 * (sum_a2 + sum_y2);
}

}  // namespace bench
