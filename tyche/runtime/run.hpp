// Runs NUTS on a posterior and streams the draws, in the user's quantities, to sinks.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "tyche/base/cancellation.hpp"
#include "tyche/compile/posterior.hpp"
#include "tyche/infer/sample.hpp"
#include "tyche/runtime/stream.hpp"

namespace tyche {

/// What a run did, apart from its draws.
struct RunReport {
  std::int64_t warmup_leapfrogs = 0, leapfrogs = 0;  // over all chains
  double seconds = 0;                                // of sampling, warm-up included
  int max_depth = 10;
  bool interrupted = false;
  /// In words: the statement, index and value behind the first divergence of each of a few chains.
  std::vector<std::string> findings;
};

/// Every sink is told everything, in the order given; the first Error ends the run, after every
/// sink has been told to finish.
Result<RunReport> run(const std::string& name, const Posterior& posterior,
                      const SampleSettings& settings, std::span<Sink* const> sinks,
                      CancelToken cancel = {});

}  // namespace tyche
