#include "tyche/simulation/processes/process.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tyche/simulation/processes/batch.hpp"
#include "tyche/simulation/processes/condition.hpp"
#include "tyche/simulation/processes/container.hpp"
#include "tyche/simulation/processes/resource.hpp"
#include "tyche/simulation/processes/signal.hpp"
#include "tyche/simulation/processes/store.hpp"

namespace tyche::simulation {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

/// What processes say, with the time at which they say it.
struct Diary {
  Environment& env;
  std::vector<std::pair<double, std::string>> lines = {};

  explicit Diary(Environment& environment) : env(environment) {}
  Environment& environment() const { return env; }
  void say(std::string line) { lines.emplace_back(env.now(), std::move(line)); }
};
using Lines = std::vector<std::pair<double, std::string>>;

Process at(Diary& diary, double delay, std::string line) {
  co_await diary.env.hold(delay);
  diary.say(line);
}

TEST(Process, HoldsPassTime) {
  Environment env;
  Diary diary(env);
  env.spawn(at(diary, 3, "c"));
  env.spawn(at(diary, 1, "a"));
  env.spawn(at(diary, 2, "b"));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(diary.lines, (Lines{{1, "a"}, {2, "b"}, {3, "c"}}));
  EXPECT_EQ(env.now(), 3);
  EXPECT_EQ(env.alive(), 0u);
}

TEST(Process, TiesGoByTheOrderOfAsking) {
  Environment env;
  Diary diary(env);
  for (const char* line : {"a", "b", "c"}) env.spawn(at(diary, 2, line));
  env.spawn(at(diary, 0, "now"));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(diary.lines, (Lines{{0, "now"}, {2, "a"}, {2, "b"}, {2, "c"}}));
}

TEST(Process, AnEarlierTimeAskedLaterComesBeforeWhatIsReadyThen) {
  Environment env;
  Diary diary(env);
  env.spawn([](Diary& d) -> Process {
    d.env.spawn(at(d, 2, "asked first"));
    co_await d.env.hold(1);
    d.env.spawn(at(d, 1, "asked second"));
    co_await d.env.hold(1);
    d.say("asked third");
    co_await d.env.hold(0);
    d.say("asked last");
  }(diary));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(
      diary.lines,
      (Lines{{2, "asked first"}, {2, "asked third"}, {2, "asked second"}, {2, "asked last"}}));
}

TEST(Process, WhatIsAtStopOrLaterDoesNotHappenYet) {
  Environment env;
  Diary diary(env);
  for (const double time : {1.0, 2.0, 3.0}) env.spawn(at(diary, time, "x"));
  ASSERT_TRUE(env.run(2));
  EXPECT_EQ(diary.lines.size(), 1u);
  EXPECT_EQ(env.now(), 2);
  ASSERT_TRUE(env.run(2));
  EXPECT_EQ(diary.lines.size(), 1u);
  ASSERT_TRUE(env.run(10));
  EXPECT_EQ(diary.lines.size(), 3u);
  EXPECT_EQ(env.now(), 10);
}

ProcessOf<int> square(Environment& env, int x) {
  co_await env.hold(x);
  co_return x* x;
}

TEST(Process, APartReturnsItsValue) {
  Environment env;
  int sum = 0;
  env.spawn([](Environment& e, int& out) -> Process {
    for (const int x : {1, 2, 3}) out += co_await square(e, x);
  }(env, sum));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(sum, 14);
  EXPECT_EQ(env.now(), 6);
}

ProcessOf<std::unique_ptr<int>> make_box(Environment& env) {
  co_await env.hold(1);
  co_return std::make_unique<int>(7);
}

TEST(Process, APartMayReturnWhatOnlyMoves) {
  Environment env;
  int seen = 0;
  env.spawn([](Environment& e, int& out) -> Process { out = *co_await make_box(e); }(env, seen));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(seen, 7);
}

TEST(Process, AProcessBelongsToItsEnvironment) {
  Environment env, other;
  Diary diary(other);
  env.spawn(at(diary, 1, "there"));
  const Result<void> ran = env.run();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().found, "one of another");
}

/// A run is a function of its seed, replication and reflection.
TEST(Process, ARunRepeatsItself) {
  const auto last_of = [](const EnvironmentSettings& settings) {
    Environment env(settings);
    Diary diary(env);
    Random random = env.random("delays");
    for (int k = 0; k < 100; ++k) env.spawn(at(diary, random.exponential(1), ""));
    EXPECT_TRUE(env.run());
    return env.now();
  };
  EXPECT_EQ(last_of({}), last_of({}));
  EXPECT_NE(last_of({}), last_of({.seed = 2}));
  EXPECT_NE(last_of({}), last_of({.replication = 1}));
  EXPECT_NE(last_of({}), last_of({.antithetic = true}));
}

TEST(Process, JoinWaitsForTheEndAndKeepsTheValue) {
  Environment env;
  const Handle<int> four = env.spawn(square(env, 4));
  std::vector<double> times;
  auto join = [](Environment& e, Handle<int> other, double delay,
                 std::vector<double>& out) -> Process {
    co_await e.hold(delay);
    const std::optional<int> result = co_await other;
    EXPECT_EQ(result, 16);
    out.push_back(e.now());
  };
  env.spawn(join(env, four, 0, times));
  env.spawn(join(env, four, 7, times));
  EXPECT_FALSE(four.result());
  ASSERT_TRUE(env.run());
  EXPECT_EQ(times, (std::vector<double>{4, 7}));
  EXPECT_EQ(four.result(), 16);
}

TEST(Process, ADelayThatIsBadIsAnErrorThatNamesProcessAndTime) {
  for (const double delay : {-1.0, not_a_number, infinite}) {
    Environment env;
    Diary diary(env);
    env.spawn(at(diary, 1.5, "before"));
    env.spawn([](Environment& e, double bad) -> Process {
      co_await e.hold(2);
      co_await e.hold(bad);
    }(env, delay));
    const Result<void> ran = env.run();
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().where.substr(0, 8), "lambda 2");
    EXPECT_NE(ran.error().where.find("process_test.cpp:"), std::string::npos);
    EXPECT_NE(ran.error().where.find("at time 2"), std::string::npos);
    EXPECT_EQ(diary.lines.size(), 1u);
    EXPECT_EQ(env.run().error(), ran.error());
  }
}

TEST(Process, AnExceptionEndsTheRun) {
  Environment env;
  auto handle = env.spawn([](Environment& e) -> Process {
    co_await e.hold(3);
    throw std::runtime_error("the roof came down");
  }(env));
  handle.name("the smith");
  const Result<void> ran = env.run();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().where, "the smith at time 3");
  EXPECT_EQ(ran.error().found, "an exception: the roof came down");
}

Process chatter(Environment& env) {
  for (;;) co_await env.hold(0);
}

TEST(Process, ALivelockIsNamed) {
  Environment env({.most_at_instant = 1000});
  env.spawn(chatter(env));
  const Result<void> ran = env.run();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().where.substr(0, 9), "chatter 1");
  EXPECT_EQ(ran.error().found, "1000 resumptions");
}

TEST(Process, TimeDoesNotGoBack) {
  Environment env;
  ASSERT_TRUE(env.run(5));
  EXPECT_FALSE(env.run(4));
  EXPECT_FALSE(env.run(not_a_number));
  EXPECT_TRUE(env.run(5));
}

TEST(Process, ASnapshotIsRefusedWithAReason) {
  const Environment env;
  const Result<void> snapshot = env.snapshot();
  ASSERT_FALSE(snapshot);
  EXPECT_NE(snapshot.error().found.find("cannot be copied"), std::string::npos);
  EXPECT_NE(snapshot.error().remedy.find("entities"), std::string::npos);
  static_assert(!std::is_copy_constructible_v<Environment>);
}

TEST(Process, AProcessThatWasNotSpawnedIsOnlyDestroyed) {
  Environment env;
  Diary diary(env);
  {
    const Process process = at(diary, 1, "never");
  }
  ASSERT_TRUE(env.run());
  EXPECT_TRUE(diary.lines.empty());
}

/// Counts itself in a frame.
struct Living {
  int* count;
  explicit Living(int& c) : count(&c) { ++*count; }
  Living(Living&& other) noexcept : count(std::exchange(other.count, nullptr)) {}
  ~Living() {
    if (count != nullptr) --*count;
  }
};

struct Places {
  Environment& env;
  Resource& desk;
  Store<std::string>& store;
  Container& tank;
  Container& cup;
  Batch& batch;
  Signal& signal;
  int& living;
  Environment& environment() const { return env; }
};

template <class Make>
Process wait_for(Places& places, Make make) {
  const Living living(places.living);
  (void)co_await make();
  ADD_FAILURE() << "it was to wait";
}

Process forever(Places& places) {
  const Living living(places.living);
  auto unit = co_await places.desk.seize();
  co_await unit.hold(1e6);
}

std::vector<Handle<>> wait_in_every_way(Places& p) {
  Environment& env = p.env;
  const Handle<> holder = env.spawn(forever(p));
  std::vector<Handle<>> handles = {holder};
  const auto all = [&](auto... makes) { (handles.push_back(env.spawn(wait_for(p, makes))), ...); };
  all([&env] { return env.hold(1e6); }, [&env] { return env.hold_until(1e6); },
      [&p] { return p.desk.seize(); }, [&p] { return p.store.get(); },
      [&p] { return p.store.get([](const std::string& x) { return x.empty(); }); },
      [&p] { return p.store.get_lot(2); }, [&p] { return p.tank.get(1); },
      [&p] { return p.cup.put(1); }, [&p] { return p.batch.join(); },
      [&p] { return p.signal.wait(); }, [&p] { return p.signal.until([] { return false; }); },
      [holder] { return holder; }, [&p] { return forever(p); },
      [&p, &env] { return within(1e5, all_of(env.hold(1e6), p.desk.seize(), forever(p))); },
      [&p, &env, holder] {
        return any_of(env.hold(1e6), p.desk.seize({.preempts = true}), p.store.get(), holder,
                      p.tank.get(1), p.batch.join(), p.signal.wait(), forever(p));
      },
      [&p] { return interruptible(p.desk.seize()); }, [] { return interrupted(); });
  return handles;
}

struct Scene {
  int living = 0;
  Environment env;
  Resource desk{env, 1};
  Store<std::string> store{env};
  Container tank{env, {.capacity = 100}}, cup{env, {.capacity = 1, .amount = 1}};
  Batch batch{env, 1000};
  Signal signal{env};
  Places places = {env, desk, store, tank, cup, batch, signal, living};
};

TEST(Process, DestructionInEveryWaitingStateLeavesNothing) {
  for (const double stop : {0.0, 1.0}) {
    int living = 0;
    {
      Scene scene;
      Places places = {scene.env, scene.desk,  scene.store,  scene.tank,
                       scene.cup, scene.batch, scene.signal, living};
      wait_in_every_way(places);
      ASSERT_TRUE(scene.env.run(stop));
      EXPECT_EQ(living, stop == 0 ? 0 : 21);
    }
    EXPECT_EQ(living, 0);
  }
}

TEST(Process, CancellationInEveryWaitingStateLeavesNothing) {
  Scene scene;
  std::vector<Handle<>> handles = wait_in_every_way(scene.places);
  ASSERT_TRUE(scene.env.run(1));
  EXPECT_EQ(scene.living, 21);
  for (Handle<>& handle : handles) {
    EXPECT_TRUE(handle.alive());
    handle.cancel();
    EXPECT_FALSE(handle.alive());
  }
  EXPECT_EQ(scene.living, 0);
  EXPECT_EQ(scene.desk.in_use() + scene.desk.waiting() + scene.batch.waiting(), 0u);
  EXPECT_FALSE(scene.signal.anyone());
  EXPECT_EQ(scene.env.alive(), 0u);
  ASSERT_TRUE(scene.env.run());
  EXPECT_EQ(scene.env.now(), 1);
}

}  // namespace
}  // namespace tyche::simulation
