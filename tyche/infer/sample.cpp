#include "tyche/infer/sample.hpp"

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>

#include "tyche/base/thread_pool.hpp"
#include "tyche/infer/group.hpp"
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
  if (!(s.target_accept > 0 && s.target_accept < 1)) {
    return setting_error("target_accept", "between 0 and 1", std::to_string(s.target_accept),
                         "0.8 is usual; 0.95 or 0.99 where trajectories diverge");
  }
  if (s.max_depth < 1 || s.max_depth > 10) {
    return setting_error("max_depth", "1 to 10", std::to_string(s.max_depth),
                         "10 allows trajectories of 1,023 steps; where they do not suffice, "
                         "write the model in other coordinates");
  }
  return std::nullopt;
}

/// What user code throws in a density or an observer ends the run as any Error does.
Result<void> run_group(Run& run, int lanes, int first, std::span<ChainResult> results) {
  try {
    return ChainGroup(run, lanes, first, results).run();
  } catch (const Failure& failure) {
    return std::unexpected(failure.error());
  } catch (const std::exception& thrown) {
    return std::unexpected(Error{.where = "chains from " + std::to_string(first + 1),
                                 .expected = "a density and observers that do not throw",
                                 .found = std::string("exception: ") + thrown.what(),
                                 .remedy = "return an Error, or -inf for a bad point"});
  }
}

}  // namespace

MappingChoice mapping_of(const Density& density, const SampleSettings& settings) {
  if (settings.mapping != Mapping::automatic) return {settings.mapping, "as asked for"};
  // Nanoseconds a leapfrog step a chain, apart from the gradient: measured by bench_nuts_step at
  // d = 10 and 100. In lanes a part of the steps waits for the others.
  const double d = density.dimension(), occupancy = 0.85;
  const GradientCost gradient = density.cost();
  const int groups = (settings.chains + nuts_max_lanes - 1) / nuts_max_lanes;
  const double filled = double(settings.chains) / (groups * nuts_max_lanes);
  const double chains = (gradient.chains + 7 + 1.55 * d) / (filled * occupancy);
  const double rows = gradient.rows + 41 + 0.9 * d;
  char reason[120];
  std::snprintf(reason, sizeof reason,
                "a step of a chain costs about %.3g ns with chains in lanes, %.3g with rows",
                chains, rows);
  return {chains < rows ? Mapping::chains : Mapping::rows, reason};
}

namespace {

/// Runs every group of chains; the error of the first group that failed.
std::optional<Error> run_groups(Run& run, int lanes, std::span<ChainResult> results) {
  std::mutex mutex;
  std::optional<Error> error;
  std::size_t failed_first = 0;
  const int wanted = run.settings.threads;
  const int threads = wanted > 0 ? wanted : ThreadPool::default_threads();
  const int groups = (run.settings.chains + lanes - 1) / lanes;
  const ThreadPool pool(std::min(threads, groups));
  pool.parallel_for(results.size(), static_cast<std::size_t>(lanes), [&](Chunk chunk) {
    const auto outcome = run_group(run, lanes, static_cast<int>(chunk.begin),
                                   results.subspan(chunk.begin, chunk.end - chunk.begin));
    if (outcome) return;
    run.failed.store(true, std::memory_order_relaxed);
    const std::scoped_lock lock(mutex);
    if (error && failed_first < chunk.begin) return;
    error = outcome.error();
    failed_first = chunk.begin;
  });
  return error;
}

}  // namespace

Result<std::vector<ChainResult>> sample(const Density& density, const SampleSettings& settings,
                                        Observer& observer, CancelToken cancel) {
  if (auto error = invalid(density, settings)) return std::unexpected(std::move(*error));
  const Mapping mapping = mapping_of(density, settings).mapping;
  auto told = observer.on(Started{.chains = settings.chains,
                                  .dimension = density.dimension(),
                                  .warmup = settings.warmup,
                                  .draws = settings.draws,
                                  .seed = settings.seed,
                                  .mapping = mapping});
  if (!told) return std::unexpected(std::move(told.error()));
  std::vector<ChainResult> results(static_cast<std::size_t>(settings.chains));
  Run run{density, settings, warmup_schedule(settings.warmup, settings.metric), observer,
          std::move(cancel)};
  const int lanes = mapping == Mapping::chains ? nuts_max_lanes : 1;
  if (auto error = run_groups(run, lanes, results)) return std::unexpected(std::move(*error));
  return results;
}

Result<std::vector<ChainResult>> sample(const Density& density, const SampleSettings& settings) {
  Observer silent;
  return sample(density, settings, silent);
}

}  // namespace tyche
