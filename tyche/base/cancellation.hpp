// Cancellation: a wish to stop that any thread, or a signal handler, may state and workers poll.
#pragma once
#include <atomic>
#include <memory>
#include <utility>

namespace tyche {

/// Asks nothing by default: a token made on its own is never cancelled.
class CancelToken {
 public:
  CancelToken() = default;
  bool requested() const { return flag_ && flag_->load(std::memory_order_relaxed); }

 private:
  friend class CancelSource;
  explicit CancelToken(std::shared_ptr<const std::atomic<bool>> flag) : flag_(std::move(flag)) {}
  std::shared_ptr<const std::atomic<bool>> flag_;
};

/// Where the wish is stated. Copies share it; it cannot be taken back.
class CancelSource {
 public:
  CancelToken token() const { return CancelToken(flag_); }
  /// Safe in a signal handler: one store to a lock-free atomic.
  void request() const noexcept { flag_->store(true, std::memory_order_relaxed); }
  bool requested() const { return flag_->load(std::memory_order_relaxed); }

 private:
  static_assert(std::atomic<bool>::is_always_lock_free);
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace tyche
