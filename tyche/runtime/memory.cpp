#include "tyche/runtime/memory.hpp"

#include <algorithm>
#include <utility>

namespace tyche {

Result<void> MemorySink::start(const RunInfo& info) {
  if (std::exchange(goes_on_, false)) return {};
  // Room for the usual run; a longer one grows, so that what is stopped early costs what it drew.
  constexpr std::int64_t usual = 10000;
  const int capacity = int(std::min(info.started.draws, usual));
  draws_ = Draws(info.variables, statistic_names(), info.started.chains, capacity);
  return {};
}

Result<void> MemorySink::take(const DrawBatch& batch) {
  if (batch.phase != Phase::sampling) return {};
  std::vector<double> stats;
  stats.reserve(batch.transitions.size() * statistic_names().size());
  for (const Transition& t : batch.transitions) {
    const auto more = statistics(t);
    stats.insert(stats.end(), more.begin(), more.end());
  }
  const std::scoped_lock lock(mutex_);
  draws_.append(batch.chain, int(batch.transitions.size()), batch.values, stats);
  return {};
}

}  // namespace tyche
