// When did the rate change? The time is discrete: it is summed out by a formula of one's own.
#include <iostream>

#include "tyche/tyche.hpp"

int main() {
  using namespace tyche;
  const std::vector<int> accidents = {4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6,
                                      1, 0, 0, 1, 0, 2, 1, 0, 0, 1, 1, 0, 0, 2, 1, 0};
  const std::int64_t n = std::int64_t(accidents.size());

  Model mine;
  const auto y = mine.data("accidents", accidents);
  const auto early = mine.param("early", exponential(1));
  const auto late = mine.param("late", exponential(1));
  // log likelihood of a change before year t, for each t: what came before it under the early
  // rate, the rest under the late one
  const auto gain = log_density(poisson(early), y) - log_density(poisson(late), y);
  const auto [all, before] = mine.scan(n, 0.0, [&](const Index& t, const Expression& sum_before) {
    return std::pair(sum_before + gain[t], sum_before);
  });
  const auto base = sum(log_density(poisson(late), y));
  mine.add(base + log_sum_exp(before));

  std::cout << summarize(sample(mine, {.chains = 4, .seed = 1}));
}
