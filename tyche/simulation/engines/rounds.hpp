// The meetings of a parallel engine's threads, at which all learn where each of them stands.
#pragma once
#include <atomic>
#include <vector>

#include "tyche/simulation/engines/barrier.hpp"
#include "tyche/simulation/engines/moment.hpp"

namespace tyche::simulation {

/// Where a thread stands once it has taken its mail.
struct Standing {
  Key next = never();   // the least event that it has yet to handle
  bool faulty = false;  // which went wrong when it was tried
};

/// What follows from all standings.
struct Agreement {
  Standing least = {};              // of all threads: global virtual time
  int holder = 0;                   // the thread that stands there
  Moment others = {};               // where the least of the other threads stands
  std::uint64_t rounds_so_far = 0;  // this one included

  /// All before the least event has happened, and that one does not: it is at fault, or beyond.
  bool over(double stop) const { return least.faulty || !(least.next.time < stop); }
};

/// A round, for each thread: `gather`, take your mail, `agree`. Between the two nobody handles
/// events, so that no mail is under way: the least of all standings is the time before which
/// nothing can happen any more (GVT; Jefferson 1985, section 5.2).
class Rounds {
 public:
  explicit Rounds(int threads) : barrier_(threads), standings_(std::size_t(threads)) {}

  /// Asks all threads to come to the next round soon.
  void call() { called_.store(true, std::memory_order_relaxed); }
  bool called() const { return called_.load(std::memory_order_relaxed); }

  void gather() { barrier_.wait(); }
  Agreement agree(int thread, const Standing& standing);

 private:
  struct alignas(64) Place {
    Standing standing;
    std::uint64_t rounds = 0;
  };

  Barrier barrier_;
  alignas(64) std::atomic<bool> called_ = false;
  std::vector<Place> standings_;
};

}  // namespace tyche::simulation
