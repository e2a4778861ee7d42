#include "tyche/diagnostics/stuck.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

namespace tyche {
namespace {

constexpr double normal_spread = 1.4826;  // the sd of a normal over its median absolute deviation

double median(std::vector<double> x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  std::ranges::nth_element(x, middle);
  if (x.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(x.begin(), middle)) / 2;
}

double spread(std::vector<double> x) {
  const double center = median(x);
  for (double& value : x) value = std::abs(value - center);
  return normal_spread * median(std::move(x));
}

/// One chain in two numbers, and the spread of its log density.
struct Look {
  int chain;
  bool peer;  // has enough draws to compare others with
  double log_leapfrogs, log_density, spread;
};

std::vector<Look> looks(const Draws& draws, int lp, int leapfrogs) {
  constexpr int least = 10;
  std::vector<Look> all;
  for (int chain = 0; chain < draws.chains(); ++chain) {
    if (draws.draws(chain) == 0) continue;
    const auto steps = draws.column(leapfrogs, chain), density = draws.column(lp, chain);
    double sum = 0;
    for (const double n : steps) sum += n;
    all.push_back({chain, draws.draws(chain) >= least,
                   std::log(std::max(sum / static_cast<double>(steps.size()), 1.0)),
                   median({density.begin(), density.end()}),
                   spread({density.begin(), density.end()})});
  }
  return all;
}

std::vector<double> of_peers(const std::vector<Look>& all, const Look& one, double Look::* what) {
  std::vector<double> peers;
  for (const Look& look : all) {
    if (look.peer && look.chain != one.chain) peers.push_back(look.*what);
  }
  return peers;
}

/// Whether a chain's number is further from its peers' median than `far` and three of their
/// spreads.
bool is_far(double x, const std::vector<double>& peers, double far) {
  return std::abs(x - median(peers)) > far + 3 * spread(peers);
}

std::string formatted(const char* format, double a, double b) {
  char text[160];
  std::snprintf(text, sizeof text, format, a, b);
  return text;
}

std::optional<StuckChain> stuck(const std::vector<Look>& all, const Look& one) {
  const auto steps = of_peers(all, one, &Look::log_leapfrogs);
  if (is_far(one.log_leapfrogs, steps, std::log(4.0))) {
    return StuckChain{one.chain, formatted("it takes %.3g leapfrogs a draw, its peers %.3g",
                                           std::exp(one.log_leapfrogs), std::exp(median(steps)))};
  }
  const auto densities = of_peers(all, one, &Look::log_density);
  if (is_far(one.log_density, densities, 3 * median(of_peers(all, one, &Look::spread)))) {
    return StuckChain{one.chain, formatted("its log density is about %.4g, that of its peers %.4g",
                                           one.log_density, median(densities))};
  }
  return std::nullopt;
}

}  // namespace

std::vector<StuckChain> stuck_chains(const Draws& draws) {
  const std::optional<int> lp = draws.find("lp__"), leapfrogs = draws.find("n_leapfrog__");
  if (!lp || !leapfrogs) return {};
  const std::vector<Look> all = looks(draws, *lp, *leapfrogs);
  std::vector<StuckChain> found;
  for (const Look& one : all) {
    if (of_peers(all, one, &Look::spread).size() < 2) continue;
    if (auto named = stuck(all, one)) found.push_back(std::move(*named));
  }
  if (2 * found.size() >= all.size()) found.clear();
  return found;
}

}  // namespace tyche
