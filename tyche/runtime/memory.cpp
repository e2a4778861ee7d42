#include "tyche/runtime/memory.hpp"

namespace tyche {

Result<void> MemorySink::start(const RunInfo& info) {
  draws_ = Draws(info.variables, statistic_names(), info.started.chains, int(info.started.draws));
  return {};
}

Result<void> MemorySink::take(const DrawBatch& batch) {
  if (batch.phase != Phase::sampling) return {};
  std::vector<double> stats;
  for (const Transition& t : batch.transitions) {
    for (double x : statistics(t)) stats.push_back(x);
  }
  const std::scoped_lock lock(mutex_);
  draws_.append(batch.chain, int(batch.transitions.size()), batch.values, stats);
  return {};
}

}  // namespace tyche
