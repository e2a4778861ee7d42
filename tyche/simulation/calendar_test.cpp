#include "tyche/simulation/calendar.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <queue>
#include <vector>

#include "tyche/simulation/random.hpp"

namespace tyche::simulation {
namespace {

struct Item {
  double time;
  std::uint64_t order;
};
bool before(const Item& a, const Item& b) {
  return a.time != b.time ? a.time < b.time : a.order < b.order;
}

/// A calendar beside the standard library's queue, under the same pushes and pops.
class Pair {
 public:
  void push(double time) {
    const Item item = {time, order_++};
    calendar_.push(item);
    expected_.push(item);
  }
  /// The time of the item that both gave.
  double pop() {
    const Item least = expected_.top(), item = calendar_.pop();
    expected_.pop();
    EXPECT_EQ(item.time, least.time);
    EXPECT_EQ(item.order, least.order);
    return item.time;
  }
  std::size_t size() const {
    EXPECT_EQ(calendar_.size(), expected_.size());
    return calendar_.size();
  }
  const Calendar<Item>& calendar() const { return calendar_; }

 private:
  struct Later {
    bool operator()(const Item& a, const Item& b) const { return before(b, a); }
  };
  std::uint64_t order_ = 0;
  Calendar<Item> calendar_;
  std::priority_queue<Item, std::vector<Item>, Later> expected_;
};

/// Holds `size` items for many turns, each pushed a delay after the last that was popped.
template <class Delay>
void hold(std::size_t size, int turns, const Delay& delay) {
  Random random = Streams(3)("calendar");
  Pair pair;
  for (std::size_t k = 0; k < size; ++k) pair.push(delay(random));
  for (int turn = 0; turn < turns; ++turn) {
    const double now = pair.pop();
    pair.push(now + delay(random));
  }
  while (pair.size() > 0) pair.pop();
}

TEST(Calendar, GivesItemsInTheirOrder) {
  for (const std::size_t size : {1u, 5u, 200u, 300u, 3000u, 40000u}) {
    hold(size, 60'000, [](Random& random) { return random.exponential(1); });
    hold(size, 60'000, [](Random& random) { return random.uniform(); });
  }
}

TEST(Calendar, TellsApartEqualTimes) {
  hold(5000, 60'000, [](Random& random) { return double(random.below(4)); });
  hold(5000, 60'000, [](Random& random) { return double(random.below(2)) * 1e-3; });
  hold(3000, 20'000, [](Random&) { return 0.0; });
  hold(3000, 20'000, [](Random&) { return 1.0; });
}

TEST(Calendar, BearsTimesOfEveryScale) {
  hold(4000, 60'000, [](Random& random) { return std::exp(random.normal(0, 20)); });
  hold(4000, 60'000,
       [](Random& random) { return random.bernoulli(1e-3) ? 1e12 : random.uniform(); });
  hold(4000, 20'000, [](Random& random) { return double(random.below(3)) * 5e-324; });
  hold(2000, 20'000, [](Random& random) { return 1e300 * random.uniform(); });
}

TEST(Calendar, GrowsAndShrinks) {
  Random random = Streams(4)("calendar");
  Pair pair;
  double now = 0;
  for (int wave = 0; wave < 6; ++wave) {
    for (int k = 0; k < 20'000; ++k) pair.push(now + random.exponential(1));
    for (int k = 0; k < 20'000 - 40 * (wave % 2); ++k) now = pair.pop();
  }
  while (pair.size() > 0) pair.pop();
}

TEST(Calendar, IsAValue) {
  Random random = Streams(5)("calendar");
  Calendar<Item> calendar;
  for (std::uint64_t k = 0; k < 5000; ++k) calendar.push({random.exponential(1), k});
  for (int k = 0; k < 1000; ++k) calendar.pop();
  Calendar<Item> copy = calendar;
  std::size_t visited = 0;
  copy.for_each([&](const Item&) { ++visited; });
  EXPECT_EQ(visited, 4000u);
  while (!calendar.empty()) EXPECT_EQ(calendar.pop().order, copy.pop().order);
  EXPECT_TRUE(copy.empty());
}

}  // namespace
}  // namespace tyche::simulation
