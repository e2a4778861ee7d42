// A run that ends when it is good enough, goes on, and is where another starts: the README's lines.
#include <chrono>
#include <iostream>
#include <utility>

#include <tyche/tyche.hpp>
using namespace tyche;
using namespace std::chrono_literals;

static Model schools(const std::vector<double>& y) {
  const std::vector<double> sigma = {15, 10, 16, 11, 9, 11, 10, 18};
  Model model;
  auto mu    = model.param("mu", normal(0, 5));
  auto tau   = model.param("tau", half_cauchy(5));
  auto theta = model.param("theta", non_centered(normal(mu, tau)), 8);
  model.observe("y", normal(theta, sigma), y);
  return model;
}

int main() {
  const std::vector<double> y       = {28, 8, -3, 7, -1, 1, 18, 12};
  const std::vector<double> revised = {26, 8, -3, 7, 0, 1, 18, 12};
  Fit fit = sample(schools(y), {.until = {.ess = 400, .rhat = 1.01, .time = 10s}});
  fit = extend(std::move(fit), 1000);  // the same bits as 1,000 more at first
  Fit next = sample(schools(revised), {.warm_start = &fit.state});  // where a probation allows
  std::cout << summarize(next);
}
