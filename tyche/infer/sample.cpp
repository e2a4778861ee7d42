#include "tyche/infer/sample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "tyche/base/decimals.hpp"
#include "tyche/infer/chains.hpp"
#include "tyche/infer/given_metric.hpp"
#include "tyche/kernels/level_setting.hpp"

namespace tyche {
namespace {

Error setting_error(const char* name, const char* expected, std::string found, const char* remedy) {
  return {.where = std::string("setting ") + name,
          .expected = expected,
          .found = std::move(found),
          .remedy = remedy};
}

std::optional<Error> invalid_count(const SampleSettings& s) {
  // Counters are 32 bits wide, and draws are counted in int.
  constexpr std::int64_t most = (std::int64_t(1) << 31) - 1;
  constexpr int most_chains = 1 << 20;
  if (s.chains < 1 || s.chains > most_chains) {
    return setting_error("chains", "1 to 1048576", std::to_string(s.chains),
                         "four chains are usual, eight fill the lanes");
  }
  if (s.warmup < 0 || s.warmup > most) {
    return setting_error("warmup", "0 to 2147483647", std::to_string(s.warmup),
                         "a thousand iterations are usual; 0 adapts nothing");
  }
  if (s.draws < 0 || s.draws > most) {
    return setting_error("draws", "0 to 2147483647", std::to_string(s.draws),
                         "a thousand a chain are usual; for more, take more chains");
  }
  if (s.threads < 0) {
    return setting_error("threads", "at least 0", std::to_string(s.threads),
                         "0 takes as many as this process may use");
  }
  return std::nullopt;
}

std::optional<Error> invalid_step(const SampleSettings& s) {
  if (const double target = accept_target(s); !(target > 0 && target < 1)) {
    return setting_error("target_accept", "between 0 and 1", std::to_string(target),
                         "0.8 is usual; 0.95 or 0.99 where trajectories diverge");
  }
  if (!(s.trajectory_length > 0 && s.trajectory_length <= 1e6)) {
    return setting_error("trajectory_length", "above 0, at most a million",
                         std::to_string(s.trajectory_length),
                         "1.57 is a quarter of the period of a normal density");
  }
  if (!(s.max_step_error > 0 && s.max_step_error <= 100)) {
    return setting_error("max_step_error", "above 0, at most 100", std::to_string(s.max_step_error),
                         "2 is usual; less follows the density more closely, at more gradients");
  }
  if (s.max_halvings < 0 || s.max_halvings > 20) {
    return setting_error("max_halvings", "0 to 20", std::to_string(s.max_halvings),
                         "10 allows steps of a thousandth");
  }
  return std::nullopt;
}

std::optional<Error> invalid(const Density& density, const SampleSettings& s) {
  if (auto known = check_cpu_setting(); !known) return known.error();
  if (density.dimension() < 1) {
    return Error{.where = "model",
                 .expected = "at least one parameter",
                 .found = "none",
                 .remedy = "declare what is unknown as a parameter"};
  }
  constexpr int widest = 2000;  // of a dense metric: 32 MB a chain, and its cube of work
  if (s.metric == Metric::dense && density.dimension() > widest) {
    return setting_error("metric", "dense up to 2000 dimensions",
                         std::to_string(density.dimension()) + " dimensions",
                         "take the automatic metric, or low_rank");
  }
  if (auto error = invalid_count(s)) return error;
  if (auto error = invalid_step(s)) return error;
  if (s.max_depth < 1 || s.max_depth > 10) {
    return setting_error("max_depth", "1 to 10", std::to_string(s.max_depth),
                         "10 allows trajectories of 1,023 steps; where they do not suffice, "
                         "write the model in other coordinates");
  }
  return std::nullopt;
}

std::optional<Error> invalid_until(const SampleSettings& s) {
  constexpr std::int64_t most = (std::int64_t(1) << 31) - 1;
  const Until& u = s.until;
  if (!(u.ess >= 0)) {
    return setting_error("until.ess", "at least 0", decimals(u.ess),
                         "400 is usual; 0 asks nothing");
  }
  if (!(u.rhat == 0 || u.rhat > 1)) {
    return setting_error("until.rhat", "above 1", decimals(u.rhat),
                         "1.01 is usual; 0 asks nothing");
  }
  if (u.rhat > 0 && s.chains < 2) {
    return setting_error("until.rhat", "chains to compare", "one chain",
                         "run four, or ask for an effective size alone");
  }
  if (!(u.time.count() >= 0)) {
    return setting_error("until.time", "at least 0 s", decimals(u.time.count()) + " s",
                         "0 asks nothing");
  }
  if (u.time.count() > 0 && !s.clock) {
    return setting_error("until.time", "a clock", "none", "give the settings one");
  }
  if (s.max_draws < 0 || s.max_draws > most) {
    return setting_error("max_draws", "0 to 2147483647", std::to_string(s.max_draws),
                         "0 is ten thousand a chain");
  }
  if (s.max_draws > 0 && !u.any()) {
    return setting_error("max_draws", "something to stop for before", "no `until`",
                         "set until.ess, or `draws` in its place");
  }
  return std::nullopt;
}

std::optional<Error> invalid_metric(const SampleSettings& s, int dimension) {
  if (s.inverse_metric.empty()) return std::nullopt;
  if (s.metric == Metric::unit) {
    return setting_error("inverse_metric", "none under a unit metric",
                         std::to_string(s.inverse_metric.size()) + " numbers",
                         "take the diagonal metric, or the dense one");
  }
  const auto made = given_metric(s.inverse_metric, dimension);
  if (!made) return made.error();
  if (made->rank() > 0 && s.metric != Metric::dense) {
    return setting_error("inverse_metric", "variances, unless the metric is dense",
                         std::string("a matrix under the metric ") + name(s.metric),
                         "take Metric::dense, or give the matrix's diagonal");
  }
  return std::nullopt;
}

std::optional<Error> invalid_beginning(const SampleSettings& s, int dimension) {
  const auto chains = static_cast<std::size_t>(s.chains);
  if (!s.stop_chain.empty() && s.stop_chain.size() != chains) {
    return setting_error(
        "stop_chain", "a token a chain, or none",
        std::to_string(s.stop_chain.size()) + " for " + std::to_string(s.chains) + " chains",
        "give each chain one");
  }
  if (auto error = invalid_metric(s, dimension)) return error;
  if (!s.warm_start) return std::nullopt;
  if (auto error = invalid_start(*s.warm_start, dimension)) return error;
  if (s.warm_start->metric != s.metric) {
    return Error{"setting metric", name(s.warm_start->metric) + std::string(", as the fit had"),
                 name(s.metric), "take the same, or start without a fit"};
  }
  if (s.warm_start->recentre != s.recentre) {
    return setting_error("recentre", "that of the fit to start from", "the other",
                         "take the same, or start without a fit");
  }
  if (s.warmup < probation_length) {
    return setting_error("warmup", "at least 64 with a warm start", std::to_string(s.warmup),
                         "a chain that fails its probation of 64 iterations needs a warm-up");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> check_settings(const Density& density, const SampleSettings& settings) {
  if (auto error = invalid(density, settings)) return error;
  if (auto error = invalid_until(settings)) return error;
  return invalid_beginning(settings, density.dimension());
}

std::int64_t most_draws(const SampleSettings& settings) {
  constexpr std::int64_t usual = 10000;
  if (!settings.until.any()) return settings.draws;
  return settings.max_draws > 0 ? settings.max_draws : usual;
}

double accept_target(const SampleSettings& settings) {
  return settings.target_accept.value_or(usual_acceptance(settings.kernel));
}

Result<std::vector<ChainResult>> sample(const Density& density, const SampleSettings& settings,
                                        Observer& observer, CancelToken cancel) {
  if (auto error = check_settings(density, settings)) return std::unexpected(std::move(*error));
  if (settings.until.asks()) {
    return std::unexpected(setting_error("until", "a run that knows the user's quantities",
                                         "a density alone",
                                         "sample a Posterior, or ask for a number of draws"));
  }
  Chains chains(density, settings, observer, std::move(cancel));
  const std::int64_t draws = most_draws(settings);
  Result<void> done = chains.start(draws);
  if (done) done = chains.run_to(draws);
  if (done) done = chains.finish();
  if (!done) return std::unexpected(std::move(done.error()));
  return std::move(chains.results());
}

Result<std::vector<ChainResult>> sample(const Density& density, const SampleSettings& settings) {
  Observer silent;
  return sample(density, settings, silent);
}

}  // namespace tyche
