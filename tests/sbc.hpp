// Simulation-based calibration (Talts et al. 2018): parameters from the prior, data from the
// parameters; the rank of each parameter among draws of its posterior is uniform.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/samplers.hpp"
#include "tests/sbc_models.hpp"
#include "tyche/runtime/sample.hpp"

namespace tyche::sbc {

/// Eight chains of 25 kept draws, the last of all left out: a rank is 0 to 199.
inline constexpr int chains = 8, kept_of_chain = 25, kept = chains * kept_of_chain - 1;

struct Plan {
  int replications = 50;
  std::uint64_t seed = 1;
  double distortion = 1;
};

/// Ranks of a quantity, by replication.
struct Ranked {
  std::string quantity;
  std::vector<int> ranks;
};

/// One subject under one sampler. The same truths and data whatever the sampler.
class Calibration {
 public:
  Calibration(const Subject& subject, const Sampler& sampler)
      : subject_(subject),
        sampler_(sampler),
        posterior_(compile(subject.model(learns_centring(sampler)), {.lanes = 0})) {
    SampleSettings& settings = sampler_.settings;
    settings.chains = chains;
    settings.draws = kept_of_chain * sampler.thin;
    settings.threads = 1;
  }

  /// Of the model's scalars and of the log likelihood, which sees errors that the parameters' own
  /// ranks miss (Modrak et al. 2023).
  std::vector<Ranked> run(const Plan& plan) {
    std::vector<Ranked> all;
    for (const Variable& variable : posterior_->variables()) {
      for (const std::string& name : flat_names(variable)) all.push_back({name, {}});
    }
    all.push_back({"log likelihood", {}});
    for (int r = 0; r < plan.replications; ++r) {
      const std::vector<int> ranks = replicate(plan, r);
      for (std::size_t k = 0; k < all.size(); ++k) all[k].ranks.push_back(ranks[k]);
    }
    return all;
  }

 private:
  /// How many of the kept draws lie below the truth.
  std::vector<int> replicate(const Plan& plan, int replication) {
    Stream stream{.key = plan.seed, .chain = std::uint32_t(replication)};
    const Simulated made = subject_.simulate(stream, plan.distortion);
    if (const auto done = posterior_->rebind("y", made.y); !done) throw Failure(done.error());
    sampler_.settings.seed = plan.seed + std::uint64_t(replication);
    const auto fit = try_sample(*posterior_, sampler_.settings);
    if (!fit) throw Failure(fit.error());
    const double truth = subject_.log_likelihood(made.truth, made.y);
    std::vector<int> ranks(made.truth.size() + 1);
    for (int n = 0; n < kept; ++n) {
      const int draw = n / chains * sampler_.thin + sampler_.thin - 1;
      const std::vector<double> at = fit->draws.row(n % chains, draw);
      for (std::size_t k = 0; k < made.truth.size(); ++k) ranks[k] += at[k] < made.truth[k];
      ranks.back() += subject_.log_likelihood(at, made.y) < truth;
    }
    return ranks;
  }

  Subject subject_;
  Sampler sampler_;
  std::shared_ptr<Posterior> posterior_;
};

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
