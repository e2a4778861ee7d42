// The calendar of pending events: a heap while they are few, a ladder of buckets when they are
// many. Tang, Goh and Thng 2005, "Ladder queue: an O(1) priority queue structure for large-scale
// discrete event simulation"; here what falls below all rungs goes to a heap, so that a burst of
// events at one instant costs a logarithm and no move of a sorted list.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "tyche/simulation/heap.hpp"

namespace tyche::simulation {

/// Items have a finite `time` and a total order `before(a, b)` that agrees with it; they are copied
/// byte by byte. A calendar is a value. It allocates only while it grows beyond its largest size.
template <class Item>
class Calendar {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void push(const Item& item) {
    ++size_;
    if (!laddered_) {
      near_.push(item);
      if (near_.size() > most_in_heap) raise();
      return;
    }
    if (rungs_ == 0 ? item.time > far_after_ : rung_[0].beyond(item.time)) {
      return far_.push_back(item);
    }
    for (std::size_t r = 0; r < rungs_; ++r) {
      const std::size_t bucket = rung_[r].bucket_of(item.time);
      if (bucket >= rung_[r].current) return put(rung_[r].buckets[bucket], item);
    }
    near_.push(item);
  }

  /// The next item; the calendar must not be empty.
  const Item& top() {
    settle();
    return from_run() ? run_.back() : near_.top();
  }

  Item pop() {
    settle();
    --size_;
    if (!from_run()) return near_.pop();
    const Item item = run_.back();
    run_.pop_back();
    return item;
  }

  /// One of the items about to come, or null: a hint, for fetching ahead what it will touch.
  const Item* soon(std::size_t ahead) const {
    return ahead < run_.size() ? &run_[run_.size() - 1 - ahead] : nullptr;
  }

  /// Every pending item, in no order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const Item& item : near_.items()) visit(item);
    for (const Item& item : run_) visit(item);
    for (const Item& item : far_) visit(item);
    for (std::size_t r = 0; r < rungs_; ++r) {
      for (std::size_t k = rung_[r].current; k < rung_[r].buckets.size(); ++k) {
        each(rung_[r].buckets[k], visit);
      }
    }
  }

 private:
  static constexpr std::size_t most_in_heap = 256;
  static constexpr std::size_t most_sorted = 24;  // of a bucket that is not split further
  static constexpr std::size_t a_bucket = 8;      // items that a new rung gives each bucket
  static constexpr std::size_t most_buckets = 1024;
  static constexpr std::size_t most_rungs = 8;
  static constexpr std::uint32_t none = UINT32_MAX;

  /// Items of a bucket lie in chunks, from one pool: no allocation a bucket.
  struct Chunk {
    static constexpr std::size_t room = sizeof(Item) < 256 ? 512 / sizeof(Item) : 2;
    std::array<Item, room> items;
    std::uint32_t next = none;
  };
  struct Bucket {
    std::uint32_t first = none, last = none;
    std::uint32_t count = 0;
  };
  /// Bucket k holds times from start + k / buckets_a_unit on; those below `current` are done. What
  /// lies beyond belongs to the last one, but for the first rung.
  struct Rung {
    double start = 0, buckets_a_unit = 0;
    std::size_t current = 0;
    std::vector<Bucket> buckets;

    double place(double time) const { return (time - start) * buckets_a_unit; }
    bool beyond(double time) const { return place(time) >= double(buckets.size()); }
    std::size_t bucket_of(double time) const {
      const double at = place(time);
      if (!(at > 0)) return 0;
      return at < double(buckets.size()) ? std::size_t(at) : buckets.size() - 1;
    }
  };

  bool from_run() const {
    return !run_.empty() && (near_.empty() || before(run_.back(), near_.top()));
  }

  void settle() {
    while (run_.empty() && near_.empty()) advance();
  }

  /// From heap to ladder: all that is pending is far.
  void raise() {
    laddered_ = true;
    far_.assign(near_.items().begin(), near_.items().end());
    near_.clear();
    far_after_ = -infinite;
  }

  /// Brings the next bucket into `run_`, or makes a rung of it, or of all that is far.
  void advance() {
    if (rungs_ == 0) return lower();
    Rung& rung = rung_[rungs_ - 1];
    while (rung.current < rung.buckets.size() && rung.buckets[rung.current].count == 0) {
      ++rung.current;
    }
    if (rung.current == rung.buckets.size()) {
      --rungs_;
      far_after_ = -infinite;
      return;
    }
    Bucket bucket = rung.buckets[rung.current++];
    std::vector<Item>& items = run_;
    each(bucket, [&](const Item& item) { items.push_back(item); });
    release(bucket);
    if (items.size() > most_sorted && rungs_ < most_rungs && split(items)) return items.clear();
    sort(items);
  }

  /// What is far becomes the first rung, or, if little is left, the heap.
  void lower() {
    if (far_.size() <= most_in_heap / 4 || !split(far_)) {
      laddered_ = far_.size() > most_in_heap;
      if (laddered_) {  // all at one time
        run_.swap(far_);
        sort(run_);
        far_after_ = run_.front().time;
      } else {
        for (const Item& item : far_) near_.push(item);
      }
    }
    far_.clear();
  }

  /// Spreads items over the buckets of a new rung; false if their times cannot be told apart.
  bool split(const std::vector<Item>& items) {
    double first = items.front().time, last = first;
    for (const Item& item : items) {
      first = std::min(first, item.time);
      last = std::max(last, item.time);
    }
    const std::size_t count = std::clamp(items.size() / a_bucket, std::size_t{2}, most_buckets);
    constexpr double less = 1 - 0x1p-40;  // so that the last time is in the last bucket
    const double buckets_a_unit = less * double(count) / (last - first);
    if (!(buckets_a_unit < infinite)) return false;
    Rung& rung = rung_[rungs_++];
    rung.start = first;
    rung.buckets_a_unit = buckets_a_unit;
    rung.current = 0;
    rung.buckets.assign(count, {});
    for (const Item& item : items) {
      put(rung.buckets[std::size_t(rung.place(item.time))], item);
    }
    return true;
  }

  void put(Bucket& bucket, const Item& item) {
    const std::size_t at = bucket.count % Chunk::room;
    if (at == 0) {
      const std::uint32_t chunk = fresh();
      (bucket.count == 0 ? bucket.first : pool_[bucket.last].next) = chunk;
      bucket.last = chunk;
    }
    pool_[bucket.last].items[at] = item;
    ++bucket.count;
  }

  template <class Visit>
  void each(const Bucket& bucket, const Visit& visit) const {
    std::uint32_t left = bucket.count;
    for (std::uint32_t at = bucket.first; left > 0; at = pool_[at].next) {
      const Chunk& chunk = pool_[at];
      const auto here = std::min<std::uint32_t>(left, Chunk::room);
      for (std::uint32_t k = 0; k < here; ++k) visit(chunk.items[k]);
      left -= here;
    }
  }

  std::uint32_t fresh() {
    if (free_ == none) {
      pool_.emplace_back();
      return std::uint32_t(pool_.size() - 1);
    }
    const std::uint32_t chunk = free_;
    free_ = pool_[chunk].next;
    pool_[chunk].next = none;
    return chunk;
  }
  void release(const Bucket& bucket) {
    pool_[bucket.last].next = free_;
    free_ = bucket.first;
  }

  /// The latest first. Few items are put where the number of those before them says: it compares
  /// times alone and does not branch; equal times show in the sum of these numbers.
  void sort(std::vector<Item>& items) {
    const auto latest_first = [](const Item& a, const Item& b) { return before(b, a); };
    const std::size_t n = items.size();
    if (n > most_sorted) {
      std::ranges::sort(items, latest_first);
      return;
    }
    std::array<double, most_sorted> times;
    std::array<Item, most_sorted> copies;
    for (std::size_t k = 0; k < n; ++k) {
      copies[k] = items[k];
      times[k] = items[k].time;
    }
    std::array<std::uint64_t, most_sorted> later = {};
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) later[k] += times[k] < times[j];
    }
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k < n; ++k) {
      items[later[k]] = copies[k];
      sum += later[k];
    }
    if (sum == n * (n - 1) / 2) return;
    std::copy_n(copies.begin(), n, items.begin());
    std::ranges::sort(items, latest_first);
  }

  static constexpr double infinite = std::numeric_limits<double>::infinity();

  std::size_t size_ = 0;
  bool laddered_ = false;
  Heap<Item> near_;        // before all that is in rungs
  std::vector<Item> run_;  // a bucket, the latest first
  std::array<Rung, most_rungs> rung_;
  std::size_t rungs_ = 0;
  std::vector<Item> far_;  // beyond the first rung, or, without one, after far_after_
  double far_after_ = 0;
  std::vector<Chunk> pool_;
  std::uint32_t free_ = none;
};

/// With many entities the next one's state is in no cache: the time of an event would be that of a
/// miss.
template <class Item, class Resident>
void fetch_ahead(const Calendar<Item>& calendar, const std::vector<Resident>& residents) {
  constexpr std::size_t ahead = 3;
  if (const Item* next = calendar.soon(ahead)) __builtin_prefetch(&residents[next->to], 1);
}

}  // namespace tyche::simulation
