// The chains of a run, which go on in rounds: every chain to so many draws, then a decision.
#pragma once
#include <span>
#include <vector>

#include "tyche/base/thread_pool.hpp"
#include "tyche/infer/group.hpp"

namespace tyche {

class Chains {
 public:
  /// All but the token must outlive it; `settings` must be valid (see check_settings).
  Chains(const Density& density, const SampleSettings& settings, Observer& observer,
         CancelToken cancel);

  /// Tells that the run has started, of at most so many draws a chain. Chains with a state go on
  /// from there.
  Result<void> start(std::int64_t most_draws, std::span<const ChainState> from = {});
  /// Every chain to so many draws since its warm-up, or as far as it comes before the run is
  /// cancelled or its time is over. The same draws whatever the rounds.
  Result<void> run_to(std::int64_t draws);
  /// Tells that the chains have ended.
  Result<void> finish();

  bool out_of_time() const { return run_.out_of_time(); }
  bool must_stop() const { return run_.must_stop(); }
  std::vector<ChainResult>& results() { return results_; }

 private:
  const int lanes_;
  const ThreadPool pool_;
  Run run_;
  std::vector<ChainResult> results_;
};

/// What is wrong with the settings for this density, which may be sampled otherwise.
std::optional<Error> check_settings(const Density& density, const SampleSettings& settings);

}  // namespace tyche
