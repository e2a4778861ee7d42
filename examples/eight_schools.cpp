// The README's model, whole.
#include <iostream>

#include <tyche/tyche.hpp>
using namespace tyche;

int main() {
  const std::vector<double> y = {28, 8, -3, 7, -1, 1, 18, 12};
  const std::vector<double> sigma = {15, 10, 16, 11, 9, 11, 10, 18};

  Model schools;
  auto mu    = schools.param("mu", normal(0, 5));
  auto tau   = schools.param("tau", half_cauchy(5));
  auto theta = schools.param("theta", normal(mu, tau), 8);
  schools.observe("y", normal(theta, sigma), y);

  Fit fit = sample(schools, {.chains = 4, .seed = 1});
  std::cout << summarize(fit);
}
