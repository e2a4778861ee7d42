// Simulation-based calibration (Talts et al. 2018) of the eight schools: parameters from the prior,
// data from the parameters; the rank of each parameter among draws of its posterior is uniform.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "examples/models/eight_schools.hpp"
#include "tyche/numeric/random.hpp"
#include "tyche/runtime/sample.hpp"

namespace tyche::sbc {

struct Settings {
  int replications = 50;
  std::uint64_t seed = 1;
  double noise = 1;  // simulated over assumed standard errors; other than 1 is a wrong posterior
};

/// Eight chains of 500 draws, every 20th kept, the last of all left out: a rank is 0 to 199.
inline constexpr int chains = 8, draws = 500, thin = 20, kept = chains * draws / thin - 1;

/// What is ranked: mu, tau, theta[1] to theta[8], and the log likelihood, which sees errors that
/// the parameters' own ranks miss (Modrak et al. 2023).
inline const std::vector<std::string>& quantities() {
  static const std::vector<std::string> names = {
      "mu",       "tau",      "theta[1]", "theta[2]", "theta[3]",      "theta[4]",
      "theta[5]", "theta[6]", "theta[7]", "theta[8]", "log likelihood"};
  return names;
}

struct Simulated {
  std::vector<double> truth;  // of all quantities but the likelihood
  std::vector<double> y;
};

inline double log_likelihood(const double* theta, const std::vector<double>& y) {
  double sum = 0;
  for (std::size_t j = 0; j < y.size(); ++j) {
    const double z = (y[j] - theta[j]) / models::schools_sigma[j];
    sum -= z * z / 2;
  }
  return sum;
}

/// The prior of models::eight_schools_noncentered, then its data.
inline Simulated simulate(const Settings& settings, int replication) {
  Stream stream{.key = settings.seed, .chain = std::uint32_t(replication)};
  const auto z = [&] { return numeric::normal(stream); };
  const double mu = 5 * z();
  const double numerator = z(), tau = 5 * std::abs(numerator / z());  // half-Cauchy
  Simulated made{.truth = {mu, tau}, .y = {}};
  for (double sigma : models::schools_sigma) {
    made.truth.push_back(mu + tau * z());
    made.y.push_back(made.truth.back() + settings.noise * sigma * z());
  }
  return made;
}

/// Of each quantity, how many of the kept draws lie below the truth.
inline std::vector<int> ranks_of(const Settings& settings, int replication) {
  const Simulated made = simulate(settings, replication);
  const Fit fit = sample(
      models::eight_schools_noncentered(made.y),
      {.chains = chains, .draws = draws, .seed = settings.seed + std::uint64_t(replication)});
  std::vector<int> ranks(quantities().size());
  std::vector<double> at(made.truth.size());
  const double truth = log_likelihood(&made.truth[2], made.y);
  for (int n = 0; n < kept; ++n) {
    for (std::size_t k = 0; k < at.size(); ++k) {
      const auto column = fit.draws.column(quantities()[k]);
      at[k] = column->chain(n % chains)[std::size_t(n / chains * thin + thin - 1)];
      ranks[k] += at[k] < made.truth[k];
    }
    ranks.back() += log_likelihood(&at[2], made.y) < truth;
  }
  return ranks;
}

/// [quantity][replication].
inline std::vector<std::vector<int>> all_ranks(const Settings& settings) {
  std::vector<std::vector<int>> all(quantities().size());
  for (int r = 0; r < settings.replications; ++r) {
    const std::vector<int> ranks = ranks_of(settings, r);
    for (std::size_t k = 0; k < ranks.size(); ++k) all[k].push_back(ranks[k]);
  }
  return all;
}

/// P(chi-square of `freedom` > x), by the recurrence of the incomplete gamma function.
inline double chi_square_tail(double x, int freedom) {
  const double half = x / 2;
  const bool odd = freedom % 2;
  double tail = odd ? std::erfc(std::sqrt(half)) : std::exp(-half);
  for (double a = odd ? 0.5 : 1; a < freedom / 2.0; ++a) {
    tail += std::exp(a * std::log(half) - half - std::lgamma(a + 1));
  }
  return tail;
}

/// Of the ranks in equal bins, whose number divides 200, under uniformity.
inline double chi_square_p(const std::vector<int>& ranks, int bins) {
  std::vector<double> counts(std::size_t(bins), 0.0);
  for (int rank : ranks) ++counts[std::size_t(rank * bins / (kept + 1))];
  const double expected = double(ranks.size()) / bins;
  double x = 0;
  for (double count : counts) x += (count - expected) * (count - expected) / expected;
  return x > 0 ? chi_square_tail(x, bins - 1) : 1;
}

}  // namespace tyche::sbc
