#include "tyche/simulation/engines/rounds.hpp"

#include <algorithm>

namespace tyche::simulation {

Agreement Rounds::agree(int thread, const Standing& standing) {
  Place& own = standings_[std::size_t(thread)];
  own.standing = standing;
  ++own.rounds;
  if (thread == 0) called_.store(false, std::memory_order_relaxed);
  barrier_.wait();
  Agreement agreement{
      .least = standings_[0].standing, .others = moment_of(never()), .rounds_so_far = own.rounds};
  for (int k = 0; k < int(standings_.size()); ++k) {
    const Standing& theirs = standings_[std::size_t(k)].standing;
    if (before(theirs.next, agreement.least.next)) {
      agreement.least = theirs;
      agreement.holder = k;
    }
    if (k != thread) agreement.others = std::min(agreement.others, moment_of(theirs.next));
  }
  return agreement;
}

}  // namespace tyche::simulation
