#include "tyche/infer/chains.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "tyche/infer/given_metric.hpp"

namespace tyche {
namespace {

std::optional<Whitening> given(const SampleSettings& settings, int dimension) {
  if (settings.inverse_metric.empty()) return std::nullopt;
  return *given_metric(settings.inverse_metric, dimension);
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

Chains::Chains(const Density& density, const SampleSettings& settings, Observer& observer,
               CancelToken cancel)
    : lanes_(lanes_of(density, settings)),
      pool_(std::min(most_threads(settings), (settings.chains + lanes_ - 1) / lanes_)),
      run_{.density = density,
           .settings = settings,
           .schedule = warmup_schedule(settings.warmup, settings.metric, settings.kernel),
           .observer = observer,
           .cancel = std::move(cancel),
           .given = given(settings, density.dimension())},
      results_(static_cast<std::size_t>(settings.chains)) {}

Result<void> Chains::start(std::int64_t most_draws, std::span<const ChainState> from) {
  const SampleSettings& settings = run_.settings;
  const double time = settings.until.time.count();
  if (time > 0) run_.deadline = settings.clock() + time;
  for (const ChainState& state : from) {
    results_[static_cast<std::size_t>(state.chain)].state = state;
  }
  return run_.observer.on(Started{.chains = settings.chains,
                                  .dimension = run_.density.dimension(),
                                  .warmup = settings.warmup,
                                  .draws = most_draws,
                                  .seed = settings.seed,
                                  .mapping = mapping_of(run_.density, settings).mapping});
}

/// The error is that of the first group that failed.
Result<void> Chains::run_to(std::int64_t draws) {
  run_.end = run_.settings.warmup + draws;
  std::mutex mutex;
  std::optional<Error> error;
  std::size_t failed_first = 0;
  pool_.parallel_for(results_.size(), static_cast<std::size_t>(lanes_), [&](Chunk chunk) {
    const auto outcome =
        run_group(run_, lanes_, static_cast<int>(chunk.begin),
                  std::span(results_).subspan(chunk.begin, chunk.end - chunk.begin));
    if (outcome) return;
    run_.failed.store(true, std::memory_order_relaxed);
    const std::scoped_lock lock(mutex);
    if (error && failed_first < chunk.begin) return;
    error = outcome.error();
    failed_first = chunk.begin;
  });
  return error ? std::unexpected(std::move(*error)) : Result<void>();
}

Result<void> Chains::finish() {
  for (std::size_t k = 0; k < results_.size(); ++k) {
    const ChainResult& result = results_[k];
    auto told = run_.observer.on(Finished{.epoch = result.state.epoch,
                                          .chain = static_cast<int>(k),
                                          .draws = result.draws,
                                          .interrupted = result.interrupted});
    if (!told) return told;
  }
  return {};
}

}  // namespace tyche
