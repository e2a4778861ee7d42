#include "tyche/simulation/engines/barrier.hpp"

#include "tyche/base/thread_pool.hpp"

namespace tyche::simulation {

int patience(int threads) {
  constexpr int turns = 1000;  // some tens of microseconds
  return threads <= ThreadPool::default_threads() ? turns : 0;
}

void Barrier::wait() {
  const std::uint64_t phase = phase_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
    arrived_.store(0, std::memory_order_relaxed);
    {
      const std::lock_guard lock(mutex_);
      phase_.store(phase + 1, std::memory_order_release);
    }
    next_phase_.notify_all();
    return;
  }
  const auto over = [&] { return phase_.load(std::memory_order_acquire) != phase; };
  for (int turn = 0; turn < patience_; ++turn) {
    if (over()) return;
    pause();
  }
  std::unique_lock lock(mutex_);
  next_phase_.wait(lock, over);
}

}  // namespace tyche::simulation
