// A fixed set of threads that share out loops.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tyche {

/// A half-open range of indices, and which chunk of the loop it is.
struct Chunk {
  std::size_t begin;
  std::size_t end;
  std::size_t index;
};

/// `threads` counts the caller, who works too: a pool of one starts no thread. Loops may be nested
/// and may be run by several callers at once.
class ThreadPool {
 public:
  explicit ThreadPool(int threads = default_threads());
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Runs `body` on each chunk of [0, count) and returns when all are done. Chunks are `chunk`
  /// indices each, the last one shorter: a function of the arguments, never of the threads, so that
  /// sums kept by chunk and joined in order do not depend on them. If a body throws, no higher
  /// chunk starts, and the exception of the lowest chunk that throws is rethrown.
  void parallel_for(std::size_t count, std::size_t chunk,
                    const std::function<void(Chunk)>& body) const;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }
  /// The CPUs that this process may use.
  static int default_threads();

 private:
  struct Loop;
  void serve(const std::stop_token& stop) const;
  void leave(const std::shared_ptr<Loop>& loop) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable_any wake_;
  mutable std::list<std::shared_ptr<Loop>> open_;  // loops with chunks that none has claimed
  std::vector<std::jthread> workers_;              // last: joined before what they use goes
};

}  // namespace tyche
