#include "tyche/simulation/engines/engines_test.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tyche::simulation {
namespace {

constexpr int thread_counts[] = {1, 2, 3, 5};

template <class E>
Run<E> run_of(const Ground& ground, const RunSettings& settings) {
  auto run = simulate(on<E>(ground), settings);
  if (!run) {
    ADD_FAILURE() << to_string(run.error());
    return {};
  }
  return *std::move(run);
}

/// All engines, at all numbers of threads, agree with the engine of one thread.
template <class E>
void expect_all_agree(const Ground& ground, RunSettings settings) {
  settings.lookahead = ground.lookahead;
  settings.engine = Engine::sequential;
  const Outcome expected = outcome_of(run_of<E>(ground, settings));
  ASSERT_GT(expected.report.events, ground.entities);
  settings.engine = Engine::check;
  EXPECT_EQ(outcome_of(run_of<E>(ground, settings)), expected);
  for (const Engine engine : {Engine::conservative, Engine::time_warp}) {
    settings.engine = engine;
    for (const int threads : thread_counts) {
      settings.threads = threads;
      const Run<E> run = run_of<E>(ground, settings);
      EXPECT_EQ(outcome_of(run), expected)
          << threads << " threads, engine " << static_cast<int>(engine);
      EXPECT_EQ(run.parallel.handled - run.parallel.taken_back, run.report.events);
    }
  }
}

template <class E>
class Engines : public testing::Test {};
using Models = testing::Types<Walker, Undoer, Collector>;
TYPED_TEST_SUITE(Engines, Models);

TYPED_TEST(Engines, AgreeWithoutLookahead) {
  expect_all_agree<TypeParam>({.entities = 30}, {.stop = 8, .seed = 5});
}

TYPED_TEST(Engines, AgreeWithLookahead) {
  expect_all_agree<TypeParam>({.entities = 60, .lookahead = 0.5}, {.stop = 20});
}

TYPED_TEST(Engines, AgreeWhereEntitiesSendToThemselvesSooner) {
  expect_all_agree<TypeParam>({.entities = 30, .at_once = 0.3, .lookahead = 2, .hasty = true},
                              {.stop = 15});
}

TYPED_TEST(Engines, AgreeOnALookaheadBelowTheLastBitOfTime) {
  expect_all_agree<TypeParam>({.entities = 12, .at_once = 0.5, .lookahead = 1e-300}, {.stop = 4});
}

TYPED_TEST(Engines, AgreeOnTies) {
  expect_all_agree<TypeParam>({.entities = 20, .events = 6, .whole = 0.9}, {.stop = 7});
  expect_all_agree<TypeParam>({.entities = 20, .whole = 1, .lookahead = 1}, {.stop = 30});
}

TYPED_TEST(Engines, AgreeOnChainsWithoutDelay) {
  expect_all_agree<TypeParam>({.entities = 12, .at_once = 0.6}, {.stop = 5});
  expect_all_agree<TypeParam>({.entities = 12, .at_once = 0.5, .whole = 0.5}, {.stop = 8});
}

TYPED_TEST(Engines, AgreeWhereEventsBranchAndDie) {
  expect_all_agree<TypeParam>({.entities = 30, .events = 20, .at_once = 0.2, .branches = true},
                              {.stop = 6});
}

TYPED_TEST(Engines, AgreeOnFewEntitiesAndMany) {
  expect_all_agree<TypeParam>({.entities = 1, .events = 3}, {.stop = 50});
  expect_all_agree<TypeParam>({.entities = 2, .events = 1, .remote = 1}, {.stop = 60});
  expect_all_agree<TypeParam>({.entities = 600, .events = 2}, {.stop = 1.5});
}

TYPED_TEST(Engines, AgreeOnSeedsAndAntitheticPairs) {
  expect_all_agree<TypeParam>({.entities = 15}, {.stop = 5, .seed = 9, .replication = 4});
  expect_all_agree<TypeParam>({.entities = 15}, {.stop = 5, .seed = 9, .antithetic = true});
}

TEST(Engine, OfOneThreadIsWhatTheOthersAreMeasuredBy) {
  const Ground ground{.entities = 7};
  std::set<std::uint64_t> hashes;
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    hashes.insert(run_of<Walker>(ground, {.stop = 9, .seed = seed}).report.trace_hash);
  }
  EXPECT_EQ(hashes.size(), 3u);
}

TEST(TimeWarp, TakesBackWhatWasWrong) {
  const Ground ground{.entities = 100, .events = 8, .remote = 0.9};
  RunSettings settings{.stop = 25};
  const Outcome expected = outcome_of(run_of<Undoer>(ground, settings));
  settings.engine = Engine::time_warp;
  settings.threads = 2;
  const auto run = run_of<Undoer>(ground, settings);
  EXPECT_EQ(outcome_of(run), expected);
  EXPECT_GT(run.parallel.rollbacks, 0u);
  EXPECT_GE(run.parallel.taken_back, run.parallel.rollbacks);
  EXPECT_GT(run.parallel.anti_messages, 0u);
  EXPECT_GT(run.parallel.peak_bytes, 0u);
  EXPECT_LT(run.parallel.efficiency(), 1);
}

TEST(TimeWarp, GivesTheSameEveryTime) {
  const Ground ground{.entities = 50, .remote = 0.8, .at_once = 0.1};
  RunSettings settings{.stop = 12};
  const Outcome expected = outcome_of(run_of<Walker>(ground, settings));
  settings.engine = Engine::time_warp;
  for (int turn = 0; turn < 10; ++turn) {
    settings.threads = 2 + turn % 2;
    EXPECT_EQ(outcome_of(run_of<Walker>(ground, settings)), expected) << "turn " << turn;
  }
}

TEST(TimeWarp, GoesOnInLittleMemory) {
  const Ground ground{.entities = 50, .remote = 0.8, .at_once = 0.1};
  RunSettings settings{.stop = 5};
  const Outcome expected = outcome_of(run_of<Walker>(ground, settings));
  settings.engine = Engine::time_warp;
  settings.threads = 3;
  for (const std::uint64_t most_bytes : {0u, 1u, 3'000u, 20'000u}) {
    settings.most_bytes = most_bytes;
    const auto run = run_of<Walker>(ground, settings);
    EXPECT_EQ(outcome_of(run), expected) << most_bytes << " bytes";
    if (most_bytes < 3) {
      EXPECT_EQ(run.parallel.peak_bytes, 0u);  // a share of none for each of three threads
    }
    constexpr std::uint64_t most_a_deed = sizeof(Deed<Walker>) + sizeof(Unsend) + 64;
    EXPECT_LE(run.parallel.peak_bytes, most_bytes + 3 * most_a_deed);
  }
}

TEST(TimeWarp, KeepsNoHistoryWhereLookaheadMakesItCertain) {
  const Ground ground{.entities = 50, .lookahead = 1000};
  const auto run = run_of<Walker>(
      ground, {.stop = 1500, .lookahead = 1000, .engine = Engine::time_warp, .threads = 2});
  EXPECT_EQ(run.report.events, 200u);
  EXPECT_EQ(run.parallel.handled, 200u);
  EXPECT_EQ(run.parallel.peak_bytes, 0u);
}

TEST(Conservative, MeetsOnceAWindow) {
  const Ground ground{.entities = 50, .lookahead = 1};
  const auto run = run_of<Walker>(
      ground, {.stop = 100, .lookahead = 1, .engine = Engine::conservative, .threads = 3});
  EXPECT_LE(run.parallel.rounds, 101u);
  EXPECT_EQ(run.parallel.efficiency(), 1);
  EXPECT_EQ(run.parallel.threads, 3);
}

TEST(Engines, HaveNoMoreThreadsThanEntities) {
  const Ground ground{.entities = 2};
  for (const Engine engine : {Engine::conservative, Engine::time_warp}) {
    const auto run = run_of<Walker>(ground, {.stop = 5, .engine = engine, .threads = 64});
    EXPECT_EQ(run.parallel.threads, 2);
  }
}

/// Property: on any ground, at any number of threads and in any memory, the same.
TEST(Engines, AgreeOnRandomGrounds) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random = Streams(seed)("ground");
    Ground ground{.entities = 1 + EntityId(random.below(40)),
                  .events = 1 + std::uint32_t(random.below(6)),
                  .remote = random.uniform(),
                  .at_once = random.uniform() * 0.6,
                  .whole = random.uniform() * 0.4,
                  .lookahead = random.bernoulli(0.3) ? random.uniform() : 0,
                  .branches = random.bernoulli(0.3),
                  .hasty = random.bernoulli(0.5)};
    RunSettings settings{.stop = 4, .seed = seed, .lookahead = ground.lookahead};
    const Outcome expected = outcome_of(run_of<Undoer>(ground, settings));
    for (const Engine engine : {Engine::conservative, Engine::time_warp, Engine::check}) {
      settings.engine = engine;
      settings.threads = 1 + int(random.below(4));
      settings.most_bytes = random.bernoulli(0.3) ? random.below(5000) : 1u << 20;
      EXPECT_EQ(outcome_of(run_of<Undoer>(ground, settings)), expected)
          << "seed " << seed << ", engine " << static_cast<int>(engine);
    }
  }
}

}  // namespace
}  // namespace tyche::simulation
