// Turns what a sampler tells into what sinks are told, and keeps account of it.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tyche/runtime/run.hpp"

namespace tyche {

class Relay final : public Observer {
 public:
  Relay(std::string name, const Posterior& posterior, const SampleSettings& settings,
        std::span<Sink* const> sinks);

  /// Chains that were told of before go on: from these states, with these accounts.
  void go_on(std::span<const ChainState> from, std::vector<ChainReport> accounts);

  Result<void> on(const Started& started) override;
  Result<void> on(const Batch& batch) override;
  Result<void> on(const Adapted& adapted) override { return tell(adapted); }
  Result<void> on(const Probation& probation) override;
  Result<void> on(const Diverged& diverged) override;
  /// Says what the sampler cannot: which statement is behind it.
  Result<void> on(const Failed& failed) override;
  Result<void> on(const Finished& finished) override;

  /// An Error of the sampler, with what was found to be behind it.
  Error explained(const Error& error) const;
  /// Sums, findings and accounts.
  RunReport report() const;

 private:
  /// Touched by the one thread that runs the chain.
  struct Chain {
    std::unique_ptr<QuantityEvaluator> evaluator;
    std::vector<double> values;
    ChainReport account;
  };

  Arithmetic arithmetic() const;
  Result<void> tell_recovered();
  std::vector<std::string> findings() const;
  template <class Event>
  Result<void> tell(const Event& event);

  std::string name_;
  const Posterior& posterior_;
  const SampleSettings& settings_;
  std::span<Sink* const> sinks_;
  Started started_;
  std::size_t scalars_ = 0;
  std::vector<Chain> chains_;
  std::span<const ChainState> from_;
  std::vector<ChainReport> accounts_;
  std::mutex mutex_;
  std::vector<std::pair<Error, Error>> failures_;  // as the sampler told them, and explained
};

/// What a call to a sink answers. One that throws has failed: its Error ends the run as any other,
/// and loses no draw.
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

}  // namespace tyche
