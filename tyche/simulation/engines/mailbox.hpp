// What threads send each other: a mailbox for each pair, so that what one sends another arrives in
// the order in which it was sent.
#pragma once
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

namespace tyche::simulation {

/// From one thread to one other. It allocates only while it grows beyond its largest size.
template <class Item>
class alignas(64) Mailbox {
 public:
  void put(const Item& item) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(item);
    full_.store(true, std::memory_order_release);
  }

  /// Visits all that was put and not yet taken, in order.
  template <class Visit>
  void take(const Visit& visit) {
    if (!full_.load(std::memory_order_acquire)) return;
    {
      const std::lock_guard lock(mutex_);
      waiting_.swap(taken_);
      full_.store(false, std::memory_order_relaxed);
    }
    for (const Item& item : taken_) visit(item);
    taken_.clear();
  }

 private:
  std::atomic<bool> full_ = false;
  std::mutex mutex_;
  std::vector<Item> waiting_, taken_;
};

/// The mailboxes of all pairs.
template <class Item>
class Post {
 public:
  explicit Post(int threads) : threads_(std::size_t(threads)), boxes_(threads_ * threads_) {}

  void put(int from, int to, const Item& item) { box(from, to).put(item); }

  template <class Visit>
  void take(int to, const Visit& visit) {
    for (int from = 0; from < int(threads_); ++from) box(from, to).take(visit);
  }

 private:
  Mailbox<Item>& box(int from, int to) {
    return boxes_[std::size_t(to) * threads_ + std::size_t(from)];
  }

  std::size_t threads_;
  std::vector<Mailbox<Item>> boxes_;
};

}  // namespace tyche::simulation
