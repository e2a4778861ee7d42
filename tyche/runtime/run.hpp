// Runs NUTS on a posterior and streams the draws, in the user's quantities, to sinks.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tyche/base/cancellation.hpp"
#include "tyche/compile/posterior.hpp"
#include "tyche/diagnostics/stuck.hpp"
#include "tyche/infer/sample.hpp"
#include "tyche/runtime/stream.hpp"
#include "tyche/runtime/until.hpp"

namespace tyche {

/// What one chain did, apart from its draws.
struct ChainReport {
  std::int64_t warmup_leapfrogs = 0, leapfrogs = 0;
  std::int64_t draws = 0;
  bool interrupted = false;
  bool stopped = false;                // alone
  std::string failed_start = {};       // why it did not start from the earlier fit
  std::int64_t diverged_at = 0;        // of its first divergence
  std::vector<double> before, beyond;  // its two points; empty: none
};

/// What a run did, apart from its draws.
struct RunReport {
  std::int64_t warmup_leapfrogs = 0, leapfrogs = 0;  // over all chains
  double seconds = 0;                                // warm-up included
  /// Of them, those of the warm-up, with all that adapts chains; lanes have equal shares of a step.
  double warmup_seconds = 0;
  int max_depth = 10;
  bool interrupted = false;
  /// In words: the statement, index and value behind the first divergence of each of a few chains.
  std::vector<std::string> findings;
  std::vector<ChainReport> chains = {};
  std::optional<UntilReport> until = {};        // where the settings have one
  std::vector<std::string> failed_starts = {};  // in words: chains that a warm start did not suit
  std::vector<StuckChain> stuck = {};           // of a Fit: they are in its summary nevertheless
};

/// Every sink is told everything, in the order given; the first Error ends the run, after every
/// sink has been told to finish. With `until` the draws are kept in memory beside the sinks.
Result<RunReport> run(const std::string& name, const Posterior& posterior,
                      const SampleSettings& settings, std::span<Sink* const> sinks,
                      CancelToken cancel = {});

}  // namespace tyche
