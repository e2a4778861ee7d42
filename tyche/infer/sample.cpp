#include "tyche/infer/sample.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>

#include "tyche/base/thread_pool.hpp"
#include "tyche/infer/group.hpp"

namespace tyche {
namespace {

/// From here on eight chains no longer fit the first-level cache, and one fills the lanes.
constexpr int many_parameters = 64;

Error setting_error(std::string name, std::string expected, std::string found) {
  return {.where = "setting " + name,
          .expected = std::move(expected),
          .found = std::move(found),
          .remedy = ""};
}

std::optional<Error> invalid(const Density& density, const SampleSettings& s) {
  if (density.dimension() < 1) {
    return Error{.where = "model",
                 .expected = "at least one parameter",
                 .found = "none",
                 .remedy = "declare what is unknown as a parameter"};
  }
  const auto bad = [](const char* name, const char* expected, auto found) {
    return setting_error(name, expected, std::to_string(found));
  };
  // Counters are 32 bits wide, and draws are counted in int.
  constexpr std::int64_t most = (std::int64_t(1) << 31) - 1;
  constexpr int most_chains = 1 << 20;
  if (s.chains < 1 || s.chains > most_chains) return bad("chains", "1 to 1048576", s.chains);
  if (s.warmup < 0 || s.warmup > most) return bad("warmup", "0 to 2147483647", s.warmup);
  if (s.draws < 0 || s.draws > most) return bad("draws", "0 to 2147483647", s.draws);
  if (!(s.target_accept > 0 && s.target_accept < 1)) {
    return bad("target_accept", "between 0 and 1", s.target_accept);
  }
  if (s.max_depth < 1 || s.max_depth > 10) return bad("max_depth", "1 to 10", s.max_depth);
  if (s.threads < 0) return bad("threads", "at least 0", s.threads);
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

Mapping mapping_of(int dimension, const SampleSettings& settings) {
  if (settings.mapping != Mapping::automatic) return settings.mapping;
  return settings.chains < 3 || dimension >= many_parameters ? Mapping::parameters
                                                             : Mapping::chains;
}

Result<std::vector<ChainResult>> sample(const Density& density, const SampleSettings& settings,
                                        Observer& observer, CancelToken cancel) {
  if (auto error = invalid(density, settings)) return std::unexpected(std::move(*error));
  const int dimension = density.dimension();
  auto told = observer.on(Started{.chains = settings.chains,
                                  .dimension = dimension,
                                  .warmup = settings.warmup,
                                  .draws = settings.draws,
                                  .seed = settings.seed});
  if (!told) return std::unexpected(std::move(told.error()));

  const int lanes = mapping_of(dimension, settings) == Mapping::chains ? nuts_max_lanes : 1;
  const auto chains = static_cast<std::size_t>(settings.chains);
  std::vector<ChainResult> results(chains);
  Run run{density, settings, warmup_schedule(settings.warmup, settings.metric), observer,
          std::move(cancel)};
  std::mutex mutex;
  std::optional<Error> error;
  int failed_first = 0;
  const int threads = settings.threads > 0 ? settings.threads : ThreadPool::default_threads();
  const int groups = (settings.chains + lanes - 1) / lanes;
  const ThreadPool pool(std::min(threads, groups));
  pool.parallel_for(chains, static_cast<std::size_t>(lanes), [&](Chunk chunk) {
    const auto outcome =
        run_group(run, lanes, static_cast<int>(chunk.begin),
                  std::span(results).subspan(chunk.begin, chunk.end - chunk.begin));
    if (outcome) return;
    run.failed.store(true, std::memory_order_relaxed);
    const std::scoped_lock lock(mutex);
    if (!error || static_cast<int>(chunk.begin) < failed_first) {
      error = outcome.error();
      failed_first = static_cast<int>(chunk.begin);
    }
  });
  if (error) return std::unexpected(std::move(*error));
  return results;
}

Result<std::vector<ChainResult>> sample(const Density& density, const SampleSettings& settings) {
  Observer silent;
  return sample(density, settings, silent);
}

}  // namespace tyche
