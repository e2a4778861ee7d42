#include "tyche/simulation/processes/signal.hpp"

namespace tyche::simulation {

/// A wait that is told may take back others of its group, which may stand in this list: those that
/// hold move to a list of their own first.
std::size_t Signal::notify_all() {
  WaitList told;
  for (Queued* wait = waits_.first(); wait != nullptr;) {
    Queued* next = waits_.after(*wait);
    if (static_cast<SignalWait*>(wait)->holds()) {
      waits_.remove(*wait);
      told.append(*wait);
    }
    wait = next;
  }
  std::size_t count = 0;
  for (; Queued* wait = told.first(); ++count) {
    wait->leave();
    wait->done();
  }
  return count;
}

bool Signal::notify_one() {
  for (Queued* wait = waits_.first(); wait != nullptr; wait = waits_.after(*wait)) {
    if (!static_cast<SignalWait*>(wait)->holds()) continue;
    wait->leave();
    wait->done();
    return true;
  }
  return false;
}

}  // namespace tyche::simulation
