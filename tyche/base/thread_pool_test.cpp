#include "tyche/base/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <latch>
#include <stdexcept>

#include "tyche/base/cancellation.hpp"

namespace tyche {
namespace {

TEST(ThreadPool, EveryIndexOnceInChunksThatDoNotDependOnThreads) {
  for (int threads : {1, 2, 5}) {
    const ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (std::size_t count : {0u, 1u, 7u, 64u, 1000u}) {
      std::vector<std::atomic<int>> seen(count);
      pool.parallel_for(count, 7, [&](Chunk chunk) {
        EXPECT_EQ(chunk.begin, 7 * chunk.index);
        EXPECT_EQ(chunk.end, std::min(count, chunk.begin + 7));
        for (std::size_t k = chunk.begin; k < chunk.end; ++k) ++seen[k];
      });
      for (const std::atomic<int>& n : seen) EXPECT_EQ(n, 1);
    }
  }
}

TEST(ThreadPool, ASumByChunkIsTheSameAtAnyNumberOfThreads) {
  const auto sum = [](int threads) {
    std::vector<double> parts(100);
    ThreadPool(threads).parallel_for(10'000, 100, [&](Chunk chunk) {
      for (std::size_t k = chunk.begin; k < chunk.end; ++k) {
        parts[chunk.index] += std::sin(static_cast<double>(k));
      }
    });
    double total = 0;
    for (double part : parts) total += part;
    return total;
  };
  EXPECT_EQ(sum(1), sum(2));
  EXPECT_EQ(sum(1), sum(7));
}

TEST(ThreadPool, ThreadsWorkAtTheSameTime) {
  std::latch both(2);  // opens only if two chunks run at once
  ThreadPool(2).parallel_for(2, 1, [&](Chunk) { both.arrive_and_wait(); });
}

TEST(ThreadPool, LoopsNest) {
  const ThreadPool pool(3);
  std::atomic<int> inner = 0;
  pool.parallel_for(8, 1, [&](Chunk) {
    pool.parallel_for(10, 3,
                      [&](Chunk chunk) { inner += static_cast<int>(chunk.end - chunk.begin); });
  });
  EXPECT_EQ(inner, 80);
}

TEST(ThreadPool, SeveralCallers) {
  const ThreadPool pool(2);
  std::atomic<int> total = 0;
  {
    std::vector<std::jthread> callers;
    for (int k = 0; k < 4; ++k) {
      callers.emplace_back([&] { pool.parallel_for(1000, 10, [&](Chunk) { ++total; }); });
    }
  }
  EXPECT_EQ(total, 400);
}

TEST(ThreadPool, TheLowestChunksExceptionIsRethrownAndThePoolLivesOn) {
  const ThreadPool pool(2);
  try {
    pool.parallel_for(
        2, 1, [](Chunk chunk) { throw std::runtime_error(chunk.index == 0 ? "first" : "second"); });
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "first");
  }
  std::atomic<int> after = 0;
  pool.parallel_for(5, 1, [&](Chunk) { ++after; });
  EXPECT_EQ(after, 5);
}

TEST(Cancellation, ARequestReachesEveryToken) {
  const CancelSource source;
  const CancelToken token = source.token();
  const CancelSource copy = source;
  EXPECT_FALSE(token.requested());
  copy.request();
  EXPECT_TRUE(token.requested());
  EXPECT_TRUE(source.requested());
  EXPECT_FALSE(CancelToken().requested());
}

}  // namespace
}  // namespace tyche
