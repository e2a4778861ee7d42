#include "tyche/simulation/studies/interval.hpp"

#include <cmath>

#include "tyche/base/decimals.hpp"
#include "tyche/diagnostics/beta_quantile.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {

double MeanInterval::low() const { return mean - half_width; }
double MeanInterval::high() const { return mean + half_width; }

MeanInterval t_interval(std::span<const double> values, double level) {
  Tally tally;
  for (const double x : values) tally.add(x);
  MeanInterval out{.count = tally.count(), .mean = tally.mean(), .sd = tally.sd(), .level = level};
  const auto n = static_cast<double>(out.count);
  out.half_width = out.sd;  // NaN of fewer than two
  if (out.count > 1) {
    out.half_width = student_quantile((1 + level) / 2, n - 1) * (out.sd / std::sqrt(n));
  }
  return out;
}

// T^2 / (freedom + T^2) has the beta distribution of 1/2 and freedom / 2.
double student_quantile(double p, double freedom) {
  if (p == 0.5) return 0;
  if (p < 0.5) return -student_quantile(1 - p, freedom);
  const double share = beta_quantile(2 * p - 1, 0.5, freedom / 2);
  return std::sqrt(freedom * share / (1 - share));
}

// above F / (above F + below) has the beta distribution of above / 2 and below / 2. Of the two
// tails the one whose share is small keeps its digits.
double fisher_quantile(double p, double above, double below) {
  const double share = beta_quantile(p, above / 2, below / 2);
  if (share < 0.5) return below / above * (share / (1 - share));
  const double rest = beta_quantile(1 - p, below / 2, above / 2);
  return below / above * ((1 - rest) / rest);
}

Result<void> check_level(double level) {
  if (level > 0 && level < 1) return {};
  return std::unexpected(Error{"level", "a confidence between 0 and 1", decimals(level),
                               "0.95 gives intervals that hold the truth 19 times in 20"});
}

}  // namespace tyche::simulation
