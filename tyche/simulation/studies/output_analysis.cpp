#include "tyche/simulation/studies/output_analysis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Eighths that are independent exceed it in 1 of 700 runs.
constexpr double alarming_deviate = 3;

std::string number(std::size_t x) { return std::to_string(x); }

Result<void> check_finite(std::span<const double> series) {
  const auto bad = std::ranges::find_if(series, [](double x) { return !std::isfinite(x); });
  if (bad == series.end()) return {};
  return std::unexpected(
      Error{"observation " + number(static_cast<std::size_t>(bad - series.begin())),
            "a finite number", decimals(*bad), "mend the model, or leave such observations out"});
}

/// To three digits, for a sentence.
std::string brief(double x) { return decimals(std::round(x * 1000) / 1000); }

void warn(SteadyState& out, const WarmUp& warm_up) {
  const std::size_t batches = out.mean.count;
  if (!warm_up.settled) {
    out.warnings.push_back("no end of the warm-up was found in the first half of " +
                           number(out.observations) + " observations: run longer");
  }
  if (batches < 10) {
    out.warnings.push_back("an interval from " + number(batches) +
                           " batches is wide and hides their correlation: take 10 or more");
  }
  if (out.von_neumann > alarming_deviate) {
    out.warnings.push_back(
        "the means of eighths of batches (" + number(out.batch_size / 8) +
        " observations each) are correlated (lag 1: " + brief(out.lag1_eighths) + "; of the " +
        number(batches) + " batches: " + brief(out.lag1) + "; von Neumann's deviate " +
        brief(out.von_neumann) +
        "): the interval is too narrow, and holds the truth less often than its level says; run "
        "longer, ten times if in doubt, or use replications");
  }
}

}  // namespace

std::vector<double> batch_means(std::span<const double> series, std::size_t size) {
  std::vector<double> means;
  for (std::size_t first = 0; first + size <= series.size(); first += size) {
    double sum = 0;
    for (const double x : series.subspan(first, size)) sum += x;
    means.push_back(sum / static_cast<double>(size));
  }
  return means;
}

Result<WarmUp> mser5(std::span<const double> series) {
  constexpr std::size_t size = 5;
  if (series.size() < 4 * size) {
    return std::unexpected(
        Error{"series", "20 observations or more", number(series.size()), "observe a longer run"});
  }
  if (auto sound = check_finite(series); !sound) return std::unexpected(sound.error());
  const std::vector<double> z = batch_means(series, size);
  Tally rest;  // z[d] to the last
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  const std::size_t most = z.size() / 2;
  for (std::size_t d = z.size(); d-- > 0;) {
    rest.add(z[d]);
    if (d > most) continue;
    const auto n = static_cast<double>(rest.count());
    const double squared_error = rest.variance() * ((n - 1) / n) / n;
    if (squared_error <= least) {
      least = squared_error;
      best = d;
    }
  }
  return WarmUp{best * size, best < most};
}

double lag1_correlation(std::span<const double> values) {
  Tally all;
  for (const double x : values) all.add(x);
  if (all.count() < 3 || all.least() == all.most()) return not_a_number;
  double products = 0, squares = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double apart = values[k] - all.mean();
    squares += apart * apart;
    if (k > 0) products += apart * (values[k - 1] - all.mean());
  }
  return products / squares;
}

double von_neumann_deviate(std::span<const double> values) {
  Tally all;
  for (const double x : values) all.add(x);
  if (all.count() < 3 || all.least() == all.most()) return not_a_number;
  double changes = 0;
  for (std::size_t k = 1; k < values.size(); ++k) {
    changes += (values[k] - values[k - 1]) * (values[k] - values[k - 1]);
  }
  const auto n = static_cast<double>(all.count());
  const double squares = all.variance() * (n - 1);
  return (1 - changes / (2 * squares)) / std::sqrt((n - 2) / (n * n - 1));
}

Result<SteadyState> steady_state(std::span<const double> series,
                                 const SteadyStateSettings& settings) {
  if (auto sound = check_level(settings.level); !sound) return std::unexpected(sound.error());
  if (settings.batches < 2) {
    return std::unexpected(Error{"batches", "2 or more", number(settings.batches),
                                 "32 are few enough to be long and enough to be many"});
  }
  if (auto sound = check_finite(series); !sound) return std::unexpected(sound.error());
  WarmUp warm_up;
  if (settings.warm_up) {
    warm_up.cut = *settings.warm_up;
  } else {
    const Result<WarmUp> found = mser5(series);
    if (!found) return std::unexpected(found.error());
    warm_up = *found;
  }
  const std::size_t left = series.size() - std::min(series.size(), warm_up.cut);
  const std::size_t eighth = left / (8 * settings.batches);
  if (eighth < 2) {
    return std::unexpected(Error{"series",
                                 number(16 * settings.batches) + " observations or more after " +
                                     number(warm_up.cut) + " of warm-up",
                                 number(left), "observe a longer run, or ask for fewer batches"});
  }
  const std::size_t used = eighth * 8 * settings.batches;
  const std::span<const double> last = series.last(used);
  const std::vector<double> means = batch_means(last, 8 * eighth),
                            eighths = batch_means(last, eighth);
  SteadyState out{.mean = t_interval(means, settings.level),
                  .observations = series.size(),
                  .warm_up = series.size() - used,
                  .batch_size = 8 * eighth,
                  .lag1 = lag1_correlation(means),
                  .lag1_eighths = lag1_correlation(eighths),
                  .von_neumann = von_neumann_deviate(eighths)};
  warn(out, warm_up);
  return out;
}

}  // namespace tyche::simulation
