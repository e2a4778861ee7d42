#include "tyche/runtime/run.hpp"

#include <chrono>
#include <cstdio>
#include <mutex>
#include <optional>
#include <utility>

#include "tyche/kernels/arithmetic.hpp"

namespace tyche {
namespace {

double seconds_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

/// A sink that throws has failed: its Error ends the run as any other, and loses no draw.
template <class Call>
Result<void> guarded(const Call& call) {
  try {
    return call();
  } catch (const Failure& failure) {
    return std::unexpected(failure.error());
  } catch (const std::exception& thrown) {
    return std::unexpected(Error{"sink", "an Error returned, where it cannot go on",
                                 std::string("exception: ") + thrown.what(),
                                 "mend the sink; draws that others took are safe"});
  }
}

/// Turns what a sampler tells into what sinks are told.
class Relay final : public Observer {
 public:
  Relay(std::string name, const Posterior& posterior, const SampleSettings& settings,
        std::span<Sink* const> sinks)
      : name_(std::move(name)), posterior_(posterior), settings_(settings), sinks_(sinks) {
    for (const Variable& variable : posterior.variables()) scalars_ += std::size_t(variable.size());
  }

  Result<void> on(const Started& started) override {
    started_ = started;
    chains_.resize(std::size_t(started.chains));
    for (Chain& chain : chains_) chain.evaluator = posterior_.quantities();
    const RunInfo info{.model = name_,
                       .variables = posterior_.variables(),
                       .started = started,
                       .metric = name(settings_.metric),
                       .target_accept = settings_.target_accept,
                       .max_depth = settings_.max_depth,
                       .arithmetic = arithmetic()};
    for (Sink* sink : sinks_) {
      if (auto done = guarded([&] { return sink->start(info); }); !done) return done;
    }
    return {};
  }

  Result<void> on(const Batch& batch) override {
    Chain& chain = chains_[std::size_t(batch.chain)];
    const std::size_t rows = batch.transitions.size();
    const std::size_t width = rows == 0 ? 0 : batch.positions.size() / rows;
    chain.values.resize(rows * scalars_);
    const bool warmup = batch.phase == Phase::warmup;
    for (std::size_t n = 0; n < rows; ++n) {
      const DrawId id{.seed = started_.seed,
                      .chain = std::uint64_t(batch.chain),
                      .iteration = std::uint64_t(batch.first) + n +
                                   std::uint64_t(warmup ? 0 : started_.warmup)};
      chain.evaluator->evaluate(id, batch.positions.subspan(n * width, width),
                                std::span(chain.values).subspan(n * scalars_, scalars_));
      (warmup ? chain.warmup_leapfrogs : chain.leapfrogs) += batch.transitions[n].leapfrogs;
    }
    return tell(DrawBatch{.epoch = batch.epoch,
                          .chain = batch.chain,
                          .phase = batch.phase,
                          .first = batch.first,
                          .values = chain.values,
                          .transitions = batch.transitions,
                          .position = batch.positions.last(width)});
  }

  Result<void> on(const Adapted& adapted) override { return tell(adapted); }
  Result<void> on(const Diverged& diverged) override {
    Chain& chain = chains_[std::size_t(diverged.chain)];
    if (diverged.phase == Phase::sampling && chain.beyond.empty()) {
      chain.diverged_at = diverged.iteration;
      chain.before.assign(diverged.before.begin(), diverged.before.end());
      chain.beyond.assign(diverged.position.begin(), diverged.position.end());
    }
    return tell(diverged);
  }
  /// Says what the sampler cannot: which statement is behind it.
  Result<void> on(const Failed& failed) override {
    Failed told = failed;
    if (!failed.position.empty()) {
      if (const auto explanation = posterior_.explanation()) {
        const std::string flaw = explanation->flaw(failed.position, failed.gradient);
        if (!flaw.empty()) told.error.found += "; there " + flaw;
      }
    }
    const std::scoped_lock lock(mutex_);
    failures_.emplace_back(failed.error, told.error);
    return tell(told);
  }
  Result<void> on(const Finished& finished) override {
    chains_[std::size_t(finished.chain)].interrupted = finished.interrupted;
    return tell(finished);
  }

  /// An Error of the sampler, with what was found to be behind it.
  Error explained(const Error& error) const {
    for (const auto& [plain, told] : failures_) {
      if (plain == error) return told;
    }
    return error;
  }

  RunReport report() const {
    RunReport all;
    for (const Chain& chain : chains_) {
      all.warmup_leapfrogs += chain.warmup_leapfrogs;
      all.leapfrogs += chain.leapfrogs;
      all.interrupted |= chain.interrupted;
    }
    all.findings = findings();
    return all;
  }

 private:
  /// Touched by the one thread that runs the chain.
  struct Chain {
    std::unique_ptr<QuantityEvaluator> evaluator;
    std::vector<double> values;
    std::int64_t warmup_leapfrogs = 0, leapfrogs = 0;
    bool interrupted = false;
    std::int64_t diverged_at = 0;        // of the first divergence
    std::vector<double> before, beyond;  // its two points; empty: none
  };

  Arithmetic arithmetic() const {
    return {.version = arithmetic_version,
            .level = tyche::name(cpu_level()),
            .mapping = tyche::name(mapping_of(posterior_, settings_).mapping)};
  }

  std::vector<std::string> findings() const {
    constexpr std::size_t few = 3;
    std::vector<std::string> found;
    std::optional<Result<Explanation>> explanation;
    for (std::size_t k = 0; k < chains_.size() && found.size() < few; ++k) {
      if (chains_[k].beyond.empty()) continue;
      if (!explanation) explanation = posterior_.explanation();
      if (*explanation) found.push_back(finding(int(k), chains_[k], **explanation));
    }
    return found;
  }

  static std::string finding(int number, const Chain& chain, const Explanation& explanation) {
    const std::string text = "Chain " + std::to_string(number + 1) + ", draw " +
                             std::to_string(chain.diverged_at + 1) + ": the trajectory diverged";
    const auto behind = explanation.largest_change(chain.before, chain.beyond);
    if (!behind) {
      const std::string flaw = explanation.flaw(chain.beyond);
      return text + (flaw.empty() ? " where the model runs other statements than a step before."
                                  : " where the model rejects: " + flaw);
    }
    char change[96];
    std::snprintf(change, sizeof change, "; its log density went from %.4g to %.4g in one step.",
                  behind->before, behind->value);
    return text + " at " + to_string(*behind) + change;
  }

  template <class Event>
  Result<void> tell(const Event& event) {
    Result<void> first;
    for (Sink* sink : sinks_) {
      if (auto done = guarded([&] { return sink->take(event); }); !done && first) first = done;
    }
    return first;
  }

  std::string name_;
  const Posterior& posterior_;
  const SampleSettings& settings_;
  std::span<Sink* const> sinks_;
  Started started_;
  std::size_t scalars_ = 0;
  std::vector<Chain> chains_;
  std::mutex mutex_;
  std::vector<std::pair<Error, Error>> failures_;  // as the sampler told them, and explained
};

}  // namespace

Result<RunReport> run(const std::string& name, const Posterior& posterior,
                      const SampleSettings& settings, std::span<Sink* const> sinks,
                      CancelToken cancel) {
  Relay relay(name, posterior, settings, sinks);
  SampleSettings streamed = settings;
  streamed.keep_draws = false;
  if (!streamed.clock) streamed.clock = seconds_now;
  const double begun = seconds_now();
  const auto chains = sample(posterior, streamed, relay, std::move(cancel));
  const double taken = seconds_now() - begun;
  Result<void> finished;
  for (Sink* sink : sinks) {
    if (auto done = guarded([&] { return sink->finish(); }); !done && finished) finished = done;
  }
  if (!chains) return std::unexpected(relay.explained(chains.error()));
  if (!finished) return std::unexpected(finished.error());
  RunReport report = relay.report();
  report.seconds = taken;
  report.max_depth = settings.max_depth;
  return report;
}

}  // namespace tyche
