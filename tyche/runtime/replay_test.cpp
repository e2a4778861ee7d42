#include "tyche/runtime/replay.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tyche {
namespace {

constexpr std::uint64_t run = 4;

/// Counts events, and keeps the values of draws: [chain] of the warm-up and of the sampling.
struct Listener : Sink {
  Result<void> start(const RunInfo&) override { return ++started, Result<void>(); }
  Result<void> take(const DrawBatch& b) override {
    auto& to = values[{b.chain, b.phase}];
    EXPECT_EQ(b.first, std::int64_t(to.size()));
    EXPECT_EQ(b.transitions.size(), b.values.size());
    to.insert(to.end(), b.values.begin(), b.values.end());
    last = b.position.back();
    return {};
  }
  Result<void> take(const Adapted&) override { return ++adapted, Result<void>(); }
  Result<void> take(const Diverged&) override { return ++diverged, Result<void>(); }
  Result<void> take(const Recovered&) override { return ++recovered, Result<void>(); }
  Result<void> take(const Checkpointed&) override { return ++checkpointed, Result<void>(); }
  Result<void> take(const Finished&) override { return ++finished, Result<void>(); }
  Result<void> take(const Failed&) override { return ++failed, Result<void>(); }

  std::map<std::pair<int, Phase>, std::vector<double>> values;
  double last = 0;
  int started = 0, adapted = 0, diverged = 0, recovered = 0, checkpointed = 0, finished = 0,
      failed = 0;
};

record::Record started() {
  return to_record(run, RunInfo{.model = "toy",
                                .variables = {{"x", {}}},
                                .started = {.chains = 2, .dimension = 1, .warmup = 2, .draws = 6}});
}

/// Draws first to last of a chain, whose values are their iterations.
record::Record draws(int chain, Phase phase, int first, int last, int epoch = 0) {
  std::vector<double> x;
  for (int k = first; k <= last; ++k) x.push_back(k);
  const std::vector<Transition> t(x.size());
  return to_record(run, DrawBatch{.epoch = epoch,
                                  .chain = chain,
                                  .phase = phase,
                                  .first = first,
                                  .values = x,
                                  .transitions = t,
                                  .position = std::span(x).last(1)});
}

std::vector<record::Record> whole_chain(int chain) {
  const double point = 0;
  return {draws(chain, Phase::warmup, 0, 1),
          to_record(run, Adapted{.chain = chain, .iteration = 2}),
          to_record(run, Checkpointed{.chain = chain, .phase = Phase::warmup, .iteration = 1}),
          draws(chain, Phase::sampling, 0, 2),
          to_record(run, Diverged{.chain = chain, .iteration = 1, .position = {&point, 1}}),
          draws(chain, Phase::sampling, 3, 5),
          to_record(run, Finished{.chain = chain, .draws = 6})};
}

void expect_whole(const Listener& heard, int chains = 2) {
  for (int c = 0; c < chains; ++c) {
    EXPECT_EQ(heard.values.at({c, Phase::warmup}), (std::vector<double>{0, 1}));
    EXPECT_EQ(heard.values.at({c, Phase::sampling}), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  }
  EXPECT_EQ(heard.started, 1);
  EXPECT_EQ(heard.adapted, chains);
  EXPECT_EQ(heard.diverged, chains);
  EXPECT_EQ(heard.checkpointed, chains);
  EXPECT_EQ(heard.finished, chains);
}

TEST(Replay, TellsEachEventOnceHoweverOftenItComes) {
  for (int times : {1, 3}) {
    Listener heard;
    Replay replay(heard);
    for (int n = 0; n < times; ++n) ASSERT_TRUE(replay.take(started()));
    for (int chain : {1, 0}) {
      const auto records = whole_chain(chain);
      for (const auto& record : records) {
        for (int n = 0; n < times; ++n) ASSERT_TRUE(replay.take(record));
      }
      for (const auto& record : records) ASSERT_TRUE(replay.take(record));  // all, once more
    }
    expect_whole(heard);
  }
}

TEST(Replay, ABatchThatOverlapsTellsItsNewPart) {
  Listener heard;
  Replay replay(heard);
  ASSERT_TRUE(replay.take(started()));
  ASSERT_TRUE(replay.take(draws(0, Phase::warmup, 0, 1)));
  ASSERT_TRUE(replay.take(draws(0, Phase::sampling, 0, 3)));
  ASSERT_TRUE(replay.take(draws(0, Phase::sampling, 2, 5)));
  EXPECT_EQ(heard.values.at({0, Phase::sampling}), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(heard.last, 5);
}

TEST(Replay, AGapIsAnError) {
  Listener heard;
  Replay replay(heard);
  EXPECT_FALSE(replay.take(draws(0, Phase::warmup, 0, 1)));  // before the run has started
  ASSERT_TRUE(replay.take(started()));
  EXPECT_FALSE(replay.take(draws(0, Phase::warmup, 1, 1)));
  EXPECT_FALSE(replay.take(draws(0, Phase::sampling, 0, 1)));  // where is the warm-up?
  ASSERT_TRUE(replay.take(draws(0, Phase::warmup, 0, 0)));
  EXPECT_FALSE(replay.take(draws(0, Phase::sampling, 0, 1)));
  ASSERT_TRUE(replay.take(draws(0, Phase::warmup, 1, 1)));
  ASSERT_TRUE(replay.take(draws(0, Phase::sampling, 0, 1)));
  const auto gap = replay.take(draws(0, Phase::sampling, 3, 4));
  ASSERT_FALSE(gap);
  EXPECT_EQ(gap.error().expected, "the draw after draw 2");
  EXPECT_EQ(gap.error().found, "draw 4");
  EXPECT_TRUE(replay.take(draws(0, Phase::sampling, 2, 4)));
}

TEST(Replay, AnEpochThatHasEndedIsNotHeard) {
  Listener heard;
  Replay replay(heard);
  ASSERT_TRUE(replay.take(started()));
  ASSERT_TRUE(replay.take(draws(0, Phase::warmup, 0, 1)));
  ASSERT_TRUE(replay.take(to_record(run, Failed{.chain = 0})));
  ASSERT_TRUE(replay.take(to_record(run, Recovered{.epoch = 1, .phase = Phase::warmup})));
  ASSERT_TRUE(replay.take(draws(0, Phase::sampling, 0, 3, 0)));
  ASSERT_TRUE(replay.take(to_record(run, Finished{.epoch = 0})));
  EXPECT_FALSE(heard.values.contains({0, Phase::sampling}));
  EXPECT_EQ(heard.finished, 0);
  ASSERT_TRUE(replay.take(draws(0, Phase::warmup, 1, 1, 1)));  // again, from the checkpoint on
  ASSERT_TRUE(replay.take(draws(0, Phase::sampling, 0, 5, 1)));
  ASSERT_TRUE(replay.take(to_record(run, Finished{.epoch = 1})));
  EXPECT_EQ(heard.values.at({0, Phase::warmup}), (std::vector<double>{0, 1}));
  EXPECT_EQ(heard.values.at({0, Phase::sampling}), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(heard.failed, 1);
  EXPECT_EQ(heard.recovered, 1);
  EXPECT_EQ(heard.finished, 1);
}

TEST(Replay, RecordsOfNoneOfItsChainsAreErrors) {
  Listener heard;
  Replay replay(heard);
  ASSERT_TRUE(replay.take(started()));
  EXPECT_FALSE(replay.take(draws(2, Phase::warmup, 0, 1)));
  EXPECT_FALSE(replay.take(to_record(run + 1, Finished{})));
  record::Batch narrow = std::get<record::Batch>(draws(0, Phase::warmup, 0, 1));
  narrow.values = {};
  EXPECT_FALSE(replay.take(narrow));
}

TEST(Replay, WhatPrecedesACutIsTold) {
  Bytes log;
  std::size_t whole = 0;
  const auto append = [&](const record::Record& record) {
    const Bytes bytes = encode(record);
    log.insert(log.end(), bytes.begin(), bytes.end());
  };
  append(started());
  append(draws(0, Phase::warmup, 0, 1));
  whole = log.size();
  append(draws(0, Phase::sampling, 0, 5));
  for (std::size_t size = whole + 1; size < log.size(); ++size) {
    Listener heard;
    EXPECT_FALSE(Replay(heard).take_all(ByteView(log).first(size)));
    EXPECT_EQ(heard.values.size(), 1u);
  }
  Listener heard;
  EXPECT_TRUE(Replay(heard).take_all(log));
  EXPECT_EQ(heard.values.size(), 2u);
}

}  // namespace
}  // namespace tyche
