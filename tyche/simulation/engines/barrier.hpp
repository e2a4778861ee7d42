// Where threads wait for each other: in a short loop first, then asleep, so that neither a meeting
// of running threads nor a machine with more threads than cores costs much.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tyche::simulation {

/// How often a thread that shares the machine with `threads - 1` others looks again before it
/// sleeps: not at all if they do not all have a core.
int patience(int threads);

/// One turn of a loop that waits for another thread.
inline void pause() { __builtin_ia32_pause(); }

/// What each thread did before it waited is seen by all after it.
class Barrier {
 public:
  explicit Barrier(int threads) : threads_(threads), patience_(patience(threads)) {}

  void wait();

 private:
  const int threads_, patience_;
  alignas(64) std::atomic<int> arrived_ = 0;
  alignas(64) std::atomic<std::uint64_t> phase_ = 0;
  std::mutex mutex_;
  std::condition_variable next_phase_;
};

}  // namespace tyche::simulation
