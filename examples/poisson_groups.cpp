// Counts in groups: a Poisson regression with an effect a group, partly pooled, and a prediction.
#include <iostream>

#include "tyche/tyche.hpp"

int main() {
  using namespace tyche;
  const std::vector<int> count = {2, 5, 3, 9, 14, 7, 1, 0, 2, 6, 4, 8};
  const std::vector<int> group = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
  const std::vector<double> dose = {0, 1, 0.5, 0, 1, 0.5, 0, 1, 0.5, 0, 1, 0.5};

  Model counts;
  const auto level = counts.param("level", normal(0, 2));
  const auto spread = counts.param("spread", half_normal(1));
  const auto effect = counts.param("effect", non_centered(normal(level, spread)), 4);
  const auto slope = counts.param("slope", normal(0, 1));
  const auto log_rate = effect[group] + slope * counts.data("dose", dose);
  counts.observe("count", poisson_log(log_rate), count);
  counts.let("rate_at_full_dose", exp(effect + slope));

  std::cout << summarize(sample(counts, {.chains = 4, .seed = 1}));
}
