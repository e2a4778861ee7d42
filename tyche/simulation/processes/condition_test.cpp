#include "tyche/simulation/processes/condition.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tyche/simulation/processes/container.hpp"
#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/resource.hpp"
#include "tyche/simulation/processes/signal.hpp"
#include "tyche/simulation/processes/store.hpp"

namespace tyche::simulation {
namespace {

/// Runs one process written in place.
template <class Body, class... Arguments>
Result<void> run(Environment& env, const Body& body, Arguments&... arguments) {
  env.spawn(body(env, arguments...));
  return env.run();
}

Process occupy(Environment& env, Resource& place, double time) {
  const auto unit = co_await place.seize();
  co_await env.hold(time);
}

auto all_of_two(Resource& place) {
  std::vector<Seize> two;
  two.push_back(place.seize());
  two.push_back(place.seize());
  return all_of(std::move(two));
}

TEST(Condition, TheFirstOfSomeAndTheOthersAreTakenBack) {
  Environment env;
  Resource desk(env, 1, "desk");
  Store<int> store(env);
  env.spawn(occupy(env, desk, 10));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    const auto first = co_await any_of(desk.seize(), store.get(), e.hold(3), e.hold(2), e.hold(5));
    EXPECT_EQ(first.index(), 3u);
    EXPECT_EQ(e.now(), 2);
    EXPECT_EQ(desk.waiting(), 0u);
    co_await store.put(7);
    EXPECT_EQ(store.size(), 1u);
  }));
  EXPECT_EQ(env.now(), 10);  // the holds that were taken back do not happen
}

TEST(Condition, WhatIsThereAtOnceIsFirstAndNothingElseBegins) {
  Environment env;
  Resource desk(env, 1, "desk");
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    {
      const auto first = co_await any_of(e.hold(1), desk.seize(), desk.seize());
      EXPECT_EQ(first.index(), 1u);
      EXPECT_EQ(desk.in_use(), 1u);
      EXPECT_EQ(desk.waiting(), 0u);
    }
    EXPECT_EQ(desk.in_use(), 0u);
    EXPECT_EQ(e.now(), 0);
  }));
  EXPECT_EQ(env.now(), 0);
}

TEST(Condition, AllOfSome) {
  Environment env;
  Resource desk(env, 1, "desk");
  Store<int> store(env);
  env.spawn(occupy(env, desk, 4));
  env.spawn([](Environment& e, Store<int>& s) -> Process {
    co_await e.hold(9);
    co_await s.put(5);
  }(env, store));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    auto [unit, thing, pause] = co_await all_of(desk.seize(), store.get(), e.hold(6));
    EXPECT_EQ(e.now(), 9);
    EXPECT_TRUE(unit.held());
    EXPECT_EQ(thing, 5);
  }));
}

ProcessOf<int> count_to(Environment& env, int n) {
  co_await env.hold(n);
  co_return n;
}

TEST(Condition, OneBecomesSeveralAndTheseOneAgain) {
  Environment env;
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    std::vector<Handle<int>> parts;
    for (const int n : {3, 7, 5}) parts.push_back(e.spawn(count_to(e, n)));
    const std::vector<std::optional<int>> values = co_await all_of(parts);
    EXPECT_EQ(values, (std::vector<std::optional<int>>{3, 7, 5}));
    EXPECT_EQ(e.now(), 7);
    EXPECT_EQ((co_await all_of(std::vector<Handle<int>>())).size(), 0u);
    parts[0] = e.spawn(count_to(e, 30));
    EXPECT_FALSE(co_await within(2, all_of(parts)));
    EXPECT_EQ(e.now(), 9);
  }));
  EXPECT_EQ(env.now(), 37);
}

TEST(Condition, AWaitWithAnEnd) {
  Environment env;
  Resource desk(env, 1, "desk");
  env.spawn(occupy(env, desk, 4));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    EXPECT_FALSE(co_await within(3, desk.seize()));
    EXPECT_EQ(e.now(), 3);
    EXPECT_EQ(desk.waiting(), 0u);
    const auto unit = co_await within(3, desk.seize());
    EXPECT_TRUE(unit && unit->held());
    EXPECT_EQ(e.now(), 4);
  }));
  EXPECT_EQ(desk.statistics().waits.count(), 2u);
  EXPECT_EQ(desk.statistics().queue.area(env.now()), 4);
}

TEST(Condition, GroupsWithinGroups) {
  Environment env;
  Resource desk(env, 1, "desk"), chair(env, 1, "chair");
  env.spawn(occupy(env, chair, 50));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    // The desk is granted at once, and goes back when the chair does not come in time.
    EXPECT_FALSE(co_await within(5, all_of(desk.seize(), within(20, chair.seize()))));
    EXPECT_EQ(desk.in_use(), 0u);
    EXPECT_EQ(chair.waiting(), 0u);
    const auto both = co_await within(7, all_of(desk.seize(), within(2, chair.seize())));
    EXPECT_EQ(e.now(), 7);
    EXPECT_TRUE(both && !std::get<1>(*both));
    EXPECT_EQ(desk.in_use(), 1u);
  }));
  EXPECT_EQ(desk.in_use(), 0u);
}

TEST(Condition, APartOfAProcessEndsWithItsTime) {
  Environment env;
  Resource desk(env, 1, "desk");
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    EXPECT_FALSE(co_await within(3, occupy(e, desk, 10)));
    EXPECT_EQ(desk.in_use(), 0u);
    EXPECT_TRUE(co_await within(11, occupy(e, desk, 10)));
    EXPECT_EQ(e.now(), 13);
  }));
  EXPECT_EQ(env.alive(), 0u);
}

/// What one part gives back may be what another part of the same group waits for.
TEST(Condition, AGroupThatIsTakenBackServesNoPartOfItsOwn) {
  Environment env;
  Resource desk(env, 2, "desk");
  env.spawn(occupy(env, desk, 100));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    EXPECT_FALSE(co_await within(10, all_of(desk.seize(), desk.seize())));
    EXPECT_EQ(e.now(), 10);
    EXPECT_EQ(desk.in_use(), 1u);
    EXPECT_EQ(desk.waiting(), 0u);
    EXPECT_FALSE(co_await within(10, all_of_two(desk)));
    EXPECT_EQ(e.now(), 20);
    EXPECT_EQ(desk.in_use(), 1u);
    co_await e.hold(5);
    EXPECT_EQ(e.now(), 25);
  }));
  EXPECT_EQ(env.now(), 100);
}

TEST(Condition, AProcessThatEndsInAGroupServesNoPartOfIt) {
  Environment env;
  Resource desk(env, 2, "desk");
  env.spawn(occupy(env, desk, 100));
  const auto both = [](Environment&, Resource& place) -> Process {
    (void)co_await all_of(place.seize(), place.seize());
  };
  const auto many = [](Environment&, Resource& place) -> Process {
    (void)co_await all_of_two(place);
  };
  for (int turn = 0; turn < 2; ++turn) {
    Handle<> process = env.spawn(turn == 0 ? both(env, desk) : many(env, desk));
    ASSERT_TRUE(env.run(10 + turn));
    process.cancel();
    EXPECT_EQ(desk.in_use(), 1u);
    EXPECT_EQ(desk.waiting(), 0u);
  }
  ASSERT_TRUE(env.run());
  EXPECT_EQ(env.now(), 100);
}

TEST(Condition, TheFirstOfSomeIsOnlyOne) {
  Environment env;
  Resource desk(env, 1, "desk");
  Container tank(env, {.amount = 5}, "tank");
  env.spawn(occupy(env, desk, 4));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    const auto first = co_await any_of(tank.get(10), desk.seize(), tank.get(1));
    EXPECT_EQ(first.index(), 1u);
    EXPECT_EQ(e.now(), 4);
    EXPECT_EQ(desk.in_use(), 1u);
    EXPECT_EQ(tank.amount(), 5);
  }));
  EXPECT_FALSE(env.pending());
}

TEST(Condition, AHandleInAGroup) {
  Environment env;
  Resource desk(env, 1, "desk");
  const Handle<> other = env.spawn(occupy(env, desk, 10));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    EXPECT_FALSE(co_await within(3, other));
    EXPECT_TRUE(other.alive());  // a handle is not the process
    const auto first = co_await any_of(other, e.hold(30));
    EXPECT_EQ(first.index(), 0u);
    EXPECT_EQ(e.now(), 10);
  }));
}

Process interrupted_work(Environment& env, std::vector<double>& story) {
  co_await env.hold(2);  // does not listen
  for (int k = 0; k < 3; ++k) {
    const auto work = co_await interruptible(env.hold(10));
    story.push_back(env.now());
    story.push_back(work ? -1 : double(work.error().cause));
    if (!work) story.push_back(work.error().time);
  }
}

TEST(Condition, AnInterruptIsHeardWhereTheProcessListens) {
  Environment env;
  std::vector<double> story;
  auto worker = env.spawn(interrupted_work(env, story));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    co_await e.hold(1);
    EXPECT_FALSE(worker.interrupt(7));  // it does not listen: it will hear at 2
    co_await e.hold(4);
    EXPECT_TRUE(worker.interrupt(8));
    EXPECT_FALSE(worker.interrupt(9));  // the same instant: for the next wait
  }));
  EXPECT_EQ(story, (std::vector<double>{2, 7, 1, 5, 8, 5, 5, 9, 5}));
  EXPECT_FALSE(worker.interrupt(1));
}

TEST(Condition, CancellationTakesEverythingBack) {
  Environment env;
  Resource desk(env, 1, "desk"), chair(env, 1, "chair");
  env.spawn(occupy(env, chair, 100));
  auto waiting = env.spawn([](Environment& e, Resource& d, Resource& c) -> Process {
    const auto unit = co_await d.seize();
    co_await any_of(c.seize(), e.hold(1000));
    ADD_FAILURE();
  }(env, desk, chair));
  bool joined = false;
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    co_await e.hold(1);
    e.spawn([](Handle<> other, bool& out, Environment&) -> Process {
      out = !(co_await other).has_value();
    }(waiting, joined, e));
    co_await e.hold(1);
    waiting.cancel();
    EXPECT_FALSE(waiting.alive());
    EXPECT_EQ(desk.in_use(), 0u);
    EXPECT_EQ(chair.waiting(), 0u);
    waiting.cancel();
  }));
  EXPECT_TRUE(joined);
  EXPECT_EQ(env.now(), 100);  // not 1000
}

TEST(Condition, CancellationBetweenGrantAndResumption) {
  Environment env;
  Resource desk(env, 1, "desk");
  env.spawn(occupy(env, desk, 5));
  Handle<> next = env.spawn(occupy(env, desk, 5));
  env.spawn([](Environment& e, Handle<> other, Resource& d) -> Process {
    co_await e.hold_until(5);
    EXPECT_EQ(d.in_use(), 1u);  // granted to the other, which has not gone on yet
    other.cancel();
    EXPECT_EQ(d.in_use(), 0u);
  }(env, next, desk));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(env.now(), 5);
}

TEST(Condition, AProcessDoesNotCancelItself) {
  Environment env;
  Handle<>* self = nullptr;
  Handle<> handle = env.spawn([](Environment& e, Handle<>*& me) -> Process {
    co_await e.hold(1);
    me->cancel();
  }(env, self));
  self = &handle;
  const Result<void> ran = env.run();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().found, "the one that runs");
}

TEST(Condition, TakenBackTimersDoNotFillTheCalendar) {
  Environment env;
  Resource desk(env, 1, "desk");
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    for (int k = 0; k < 100'000; ++k) {
      co_await any_of(e.hold(1e9), e.hold(1));
      EXPECT_LT(e.scheduled(), 5000u);
    }
  }));
  EXPECT_EQ(env.now(), 100'000);
}

TEST(Signal, ReachesThoseThatWait) {
  Environment env;
  Signal bell(env);
  std::vector<double> heard;
  auto listen = [](Environment& e, Signal& signal, double from,
                   std::vector<double>& out) -> Process {
    co_await e.hold(from);
    co_await signal.wait();
    out.push_back(from);
  };
  for (const double from : {1.0, 0.0, 2.0, 5.0}) env.spawn(listen(env, bell, from, heard));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    EXPECT_EQ(bell.notify_all(), 0u);
    co_await e.hold(3);
    EXPECT_TRUE(bell.notify_one());
    co_await e.hold(1);
    EXPECT_EQ(heard, (std::vector<double>{0}));
    EXPECT_EQ(bell.notify_all(), 2u);
    co_await e.hold(0);
    EXPECT_EQ(heard, (std::vector<double>{0, 1, 2}));
    EXPECT_FALSE(bell.anyone());
  }));
}

TEST(Signal, ConditionsAreAskedAtEveryNotify) {
  Environment env;
  Signal changed(env);
  int stock = 0;
  double at = -1;
  env.spawn([](Environment& e, Signal& s, int& x, double& out) -> Process {
    co_await s.until([&] { return x >= 3; });
    out = e.now();
    co_await s.until([&] { return x >= 3; });  // holds already
    EXPECT_EQ(e.now(), out);
  }(env, changed, stock, at));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    for (int k = 0; k < 5; ++k) {
      co_await e.hold(1);
      ++stock;
      EXPECT_EQ(changed.notify_all(), k == 2 ? 1u : 0u);
    }
  }));
  EXPECT_EQ(at, 3);
}

TEST(Signal, AGateLetsPassWhileItIsOpen) {
  Environment env;
  Gate gate(env);
  std::vector<double> passed;
  auto pass = [](Environment& e, Gate& g, double from, std::vector<double>& out) -> Process {
    co_await e.hold(from);
    co_await g.pass();
    out.push_back(e.now());
  };
  for (const double from : {0.0, 4.0, 6.0}) env.spawn(pass(env, gate, from, passed));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    co_await e.hold(3);
    gate.open();
    co_await e.hold(2);
    gate.shut();
  }));
  EXPECT_EQ(passed, (std::vector<double>{3, 4}));
  EXPECT_EQ(env.alive(), 1u);
}

/// A notify that ends one part of a group takes back another part that waits for the same signal.
TEST(Signal, TwoPartsOfAGroupAtOneSignal) {
  Environment env;
  Signal bell(env);
  int ends = 0;
  env.spawn([](Environment& e, Signal& s, int& out) -> Process {
    const auto first = co_await any_of(s.wait(), s.wait());
    EXPECT_EQ(first.index(), 0u);
    ++out;
    co_await e.hold(1);
  }(env, bell, ends));
  ASSERT_TRUE(run(env, [&](Environment& e) -> Process {
    co_await e.hold(1);
    EXPECT_EQ(bell.notify_all(), 1u);
  }));
  EXPECT_EQ(ends, 1);
}

}  // namespace
}  // namespace tyche::simulation
