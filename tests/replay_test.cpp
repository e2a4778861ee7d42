// The log of a run holds the run: what its records tell is what the run told, bit for bit.
#include "tyche/runtime/replay.hpp"

#include <gtest/gtest.h>

#include "examples/models/eight_schools.hpp"
#include "tyche/runtime/memory.hpp"
#include "tyche/tyche.hpp"

namespace tyche {
namespace {

/// Adds up what a RunReport says of the stream.
struct Accounts : Sink {
  Result<void> take(const DrawBatch& batch) override {
    const bool warmup = batch.phase == Phase::warmup;
    for (const Transition& t : batch.transitions) {
      (warmup ? warmup_leapfrogs : leapfrogs) += t.leapfrogs;
      divergent += t.divergent;
    }
    return {};
  }
  Result<void> take(const Diverged& d) override {
    points += d.before.size() + d.position.size();
    return {};
  }
  Result<void> take(const Finished& finished) override {
    interrupted |= finished.interrupted;
    return {};
  }
  std::int64_t warmup_leapfrogs = 0, leapfrogs = 0, divergent = 0;
  std::size_t points = 0;
  bool interrupted = false;
};

TEST(ReplayOfARun, IsTheRun) {
  Bytes log;
  RecordSink records(1, [&](ByteView bytes) {
    log.insert(log.end(), bytes.begin(), bytes.end());
    return Result<void>();
  });
  Sink* const sinks[] = {&records};
  // Centred, so that there are divergences to tell.
  const auto fit = try_sample(models::eight_schools(),
                              {.chains = 3, .warmup = 150, .draws = 1000, .seed = 2}, sinks);
  ASSERT_TRUE(fit) << to_string(fit.error());

  MemorySink memory;
  ASSERT_TRUE(Replay(memory).take_all(log));
  EXPECT_TRUE(same_draws(memory.take_draws(), fit->draws));

  Accounts accounts;
  ASSERT_TRUE(Replay(accounts).take_all(log));
  EXPECT_EQ(accounts.warmup_leapfrogs, fit->report.warmup_leapfrogs);
  EXPECT_EQ(accounts.leapfrogs, fit->report.leapfrogs);
  EXPECT_EQ(accounts.interrupted, fit->report.interrupted);
  EXPECT_GT(accounts.divergent, 0);
  EXPECT_EQ(accounts.points, std::size_t(accounts.divergent) * 2 * 10);

  Bytes again;
  RecordSink copies(1, [&](ByteView bytes) {
    again.insert(again.end(), bytes.begin(), bytes.end());
    return Result<void>();
  });
  ASSERT_TRUE(Replay(copies).take_all(log));
  EXPECT_EQ(again, log);
}

}  // namespace
}  // namespace tyche
