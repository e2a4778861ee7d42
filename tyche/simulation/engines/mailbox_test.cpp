#include "tyche/simulation/engines/mailbox.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "tyche/simulation/engines/barrier.hpp"

namespace tyche::simulation {
namespace {

TEST(Mailbox, GivesAllThatWasPutInOrder) {
  constexpr int count = 200'000;
  Post<int> post(2);
  std::jthread sender([&] {
    for (int k = 0; k < count; ++k) post.put(0, 1, k);
  });
  int next = 0, wrong = 0;
  while (next < count) post.take(1, [&](int item) { wrong += item != next++; });
  EXPECT_EQ(wrong, 0);
  post.take(0, [&](int) { ADD_FAILURE() << "for the other"; });
  post.take(1, [&](int) { ADD_FAILURE() << "taken before"; });
}

/// More threads than cores, so that they sleep as well as wait: nobody is a phase ahead.
TEST(Barrier, KeepsThreadsInStep) {
  constexpr int phases = 300;
  for (const int threads : {1, 2, 7}) {
    Barrier barrier(threads);
    std::vector<int> phase_of(std::size_t(threads), 0);
    std::atomic<int> wrong = 0;
    {
      std::vector<std::jthread> all;
      for (int self = 0; self < threads; ++self) {
        all.emplace_back([&, self] {
          for (int phase = 1; phase <= phases; ++phase) {
            phase_of[std::size_t(self)] = phase;
            barrier.wait();
            for (const int other : phase_of) wrong += other != phase;
            barrier.wait();
          }
        });
      }
    }
    EXPECT_EQ(wrong, 0) << threads << " threads";
  }
}

}  // namespace
}  // namespace tyche::simulation
