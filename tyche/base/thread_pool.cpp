#include "tyche/base/thread_pool.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <exception>

namespace tyche {

struct ThreadPool::Loop {
  std::size_t count, chunk, chunks;
  const std::function<void(Chunk)>* body;
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::condition_variable all_done;
  std::size_t done = 0;
  std::size_t failed_chunk = 0;
  std::exception_ptr failure;

  // Claims and runs chunks until none is left.
  void work() {
    for (std::size_t k = next++; k < chunks; k = next++) {
      std::exception_ptr thrown;
      if (!failed_below(k)) {
        try {
          (*body)({k * chunk, std::min(count, (k + 1) * chunk), k});
        } catch (...) {
          thrown = std::current_exception();
        }
      }
      finish(k, thrown);
    }
  }
  // Chunks below a failed one still run, so that the lowest failure is always the one found.
  bool failed_below(std::size_t k) {
    const std::lock_guard lock(mutex);
    return failure && failed_chunk < k;
  }
  void finish(std::size_t k, const std::exception_ptr& thrown) {
    const std::lock_guard lock(mutex);
    if (thrown && (!failure || k < failed_chunk)) {
      failure = thrown;
      failed_chunk = k;
    }
    if (++done == chunks) all_done.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex);
    all_done.wait(lock, [&] { return done == chunks; });
  }
};

ThreadPool::ThreadPool(int threads) {
  assert(threads >= 1);
  for (int k = 1; k < threads; ++k) {
    workers_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
  }
}

ThreadPool::~ThreadPool() {
  for (std::jthread& worker : workers_) worker.request_stop();
}

void ThreadPool::parallel_for(std::size_t count, std::size_t chunk,
                              const std::function<void(Chunk)>& body) const {
  assert(chunk > 0);
  if (count == 0) return;
  const auto loop = std::make_shared<Loop>(count, chunk, (count - 1) / chunk + 1, &body);
  if (loop->chunks > 1 && !workers_.empty()) {
    {
      const std::lock_guard lock(mutex_);
      open_.push_back(loop);
    }
    wake_.notify_all();
  }
  loop->work();
  leave(loop);
  loop->wait();
  if (loop->failure) std::rethrow_exception(loop->failure);
}

void ThreadPool::serve(const std::stop_token& stop) const {
  for (;;) {
    std::shared_ptr<Loop> loop;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [&] { return !open_.empty(); })) return;
      loop = open_.front();
    }
    loop->work();
    leave(loop);
  }
}

// A loop whose chunks are all claimed is no longer offered.
void ThreadPool::leave(const std::shared_ptr<Loop>& loop) const {
  const std::lock_guard lock(mutex_);
  open_.remove(loop);
}

int ThreadPool::default_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace tyche
