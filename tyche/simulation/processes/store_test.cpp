#include "tyche/simulation/processes/store.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tyche/simulation/processes/arrivals.hpp"
#include "tyche/simulation/processes/batch.hpp"
#include "tyche/simulation/processes/condition.hpp"
#include "tyche/simulation/processes/container.hpp"
#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/shifts.hpp"
#include "tyche/simulation/processes/signal.hpp"

namespace tyche::simulation {
namespace {

using Times = std::vector<double>;

Process put_at(Environment& env, Store<int>& store, double time, int thing) {
  co_await env.hold_until(time);
  co_await store.put(thing);
}
template <class Get>
Process get_at(Environment& env, double time, Get get, std::vector<std::pair<double, int>>& out) {
  co_await env.hold_until(time);
  const int thing = co_await get();
  out.emplace_back(env.now(), thing);
}

TEST(Store, GivesInOrderAndByConditions) {
  Environment env;
  Store<int> store(env);
  std::vector<std::pair<double, int>> got;
  env.spawn(get_at(env, 0, [&] { return store.get([](int x) { return x > 5; }); }, got));
  env.spawn(get_at(env, 1, [&] { return store.get(); }, got));
  env.spawn(get_at(env, 2, [&] { return store.get(); }, got));
  for (const int thing : {3, 4, 6, 5}) env.spawn(put_at(env, store, 2 + thing, thing));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(got, (std::vector<std::pair<double, int>>{{5, 3}, {6, 4}, {8, 6}}));
  EXPECT_EQ(store.size(), 1u);
  EXPECT_EQ(store.level().area(8), 1);
}

TEST(Store, AFullStoreLetsWait) {
  Environment env;
  Store<int> store(env, {.capacity = 2});
  Times times;
  env.spawn([](Environment& e, Store<int>& s, Times& out) -> Process {
    for (int k = 0; k < 4; ++k) {
      co_await s.put(k);
      out.push_back(e.now());
    }
  }(env, store, times));
  env.spawn([](Environment& e, Store<int>& s) -> Process {
    for (int k = 0; k < 4; ++k) {
      co_await e.hold(3);
      EXPECT_EQ(co_await s.get(), k);
    }
  }(env, store));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(times, (Times{0, 0, 3, 6}));
}

struct Greater {
  bool operator()(int a, int b) const { return a > b; }
};

TEST(Store, ByPriority) {
  Environment env;
  Store<int, Greater> store(env);
  env.spawn([](Environment&, Store<int, Greater>& s) -> Process {
    for (const int k : {3, 1, 7, 5}) co_await s.put(k);
    for (const int k : {7, 5, 3, 1}) EXPECT_EQ(co_await s.get(), k);
  }(env, store));
  ASSERT_TRUE(env.run());
}

TEST(Store, ALotWaitsUntilItIsWholeAndOthersBehindIt) {
  Environment env;
  Store<int> store(env);
  std::vector<std::pair<double, int>> got;
  env.spawn([](Environment& e, Store<int>& s) -> Process {
    const std::vector<int> lot = co_await s.get_lot(3);
    EXPECT_EQ(lot, (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(e.now(), 3);
  }(env, store));
  env.spawn(get_at(env, 0.5, [&] { return store.get(); }, got));
  for (const int thing : {1, 2, 3, 4}) env.spawn(put_at(env, store, thing, thing));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(got, (std::vector<std::pair<double, int>>{{4, 4}}));
}

TEST(Store, WhoGivesUpALotLetsOthersPass) {
  Environment env;
  Store<int> store(env);
  std::vector<std::pair<double, int>> got;
  env.spawn([](Environment&, Store<int>& s) -> Process {
    EXPECT_FALSE(co_await within(5, s.get_lot(3)));
  }(env, store));
  env.spawn(get_at(env, 0.5, [&] { return store.get(); }, got));
  env.spawn(put_at(env, store, 1, 1));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(got, (std::vector<std::pair<double, int>>{{5, 1}}));
}

/// What was granted to a process that ends before it goes on goes back to its place.
TEST(Store, NothingIsLostByCancellation) {
  Environment env;
  Store<int> store(env);
  Container tank(env, {.capacity = 10, .amount = 5});
  auto getter = env.spawn([](Environment&, Store<int>& s, Container& t) -> Process {
    co_await all_of(s.get_lot(2), t.get(4));
  }(env, store, tank));
  env.spawn([](Environment& e, Store<int>& s, Container& t, Handle<> other) -> Process {
    co_await s.put(1);
    co_await s.put(2);
    co_await s.put(3);
    EXPECT_EQ(s.size(), 1u);
    EXPECT_EQ(t.amount(), 1);
    other.cancel();
    EXPECT_EQ(s.size(), 3u);
    EXPECT_EQ(t.amount(), 5);
    for (const int k : {1, 2, 3}) EXPECT_EQ(co_await s.get(), k);
    EXPECT_EQ(e.now(), 0);
  }(env, store, tank, getter));
  ASSERT_TRUE(env.run());
}

/// Against a deque that does the same.
/// A fault may come between a grant and its resumption; a store ends before its environment.
TEST(Store, WhatWasGrantedWhenARunEndedInAFaultEndsToo) {
  const auto thing = std::make_shared<int>(7);
  {
    Environment env;
    Store<std::shared_ptr<int>> store(env);
    Store<std::shared_ptr<int>> lots(env);
    Container tank(env, {}, "tank");
    env.spawn([](Environment&, auto& s) -> Process { (void)co_await s.get(); }(env, store));
    env.spawn([](Environment&, auto& s) -> Process { (void)co_await s.get_lot(1); }(env, lots));
    env.spawn([](Environment&, Container& t) -> Process { co_await t.get(1); }(env, tank));
    env.spawn([](Environment& e, auto& s, auto& l, Container& t, auto x) -> Process {
      co_await s.put(x);
      co_await l.put(x);
      co_await t.put(1);
      co_await e.hold(-1);
    }(env, store, lots, tank, thing));
    EXPECT_FALSE(env.run());
  }
  EXPECT_EQ(thing.use_count(), 1);
}

TEST(Shelf, IsASequence) {
  Random random = Streams(4)("shelf");
  Shelf<int> shelf;
  std::deque<int> expected;
  for (int k = 0; k < 20'000; ++k) {
    if (expected.empty() || random.bernoulli(0.5)) {
      const std::size_t at =
          random.bernoulli(0.8) ? expected.size() : random.below(expected.size() + 1);
      shelf.insert(at, int(k));
      expected.insert(expected.begin() + std::ptrdiff_t(at), k);
    } else {
      const std::size_t at = random.bernoulli(0.7) ? 0 : random.below(expected.size());
      ASSERT_EQ(shelf.take(at), expected[at]);
      expected.erase(expected.begin() + std::ptrdiff_t(at));
    }
    ASSERT_EQ(shelf.size(), expected.size());
  }
  EXPECT_TRUE(std::equal(shelf.begin(), shelf.end(), expected.begin(), expected.end()));
}

TEST(Container, PoursInTurn) {
  Environment env;
  Container tank(env, {.capacity = 10, .amount = 4}, "tank");
  Times times;
  auto pour = [](Environment& e, Container& t, double at, double amount, Times& out) -> Process {
    co_await e.hold(at);
    if (amount > 0) co_await t.put(amount);
    if (amount < 0) co_await t.get(-amount);
    out.push_back(e.now());
  };
  // The second get waits behind the first though there is enough for it.
  const std::pair<double, double> pours[] = {{0, -6}, {1, -1}, {2, 3}, {3, 9}, {4, 2}, {5, -3}};
  for (const auto& [at, amount] : pours) env.spawn(pour(env, tank, at, amount, times));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(times, (Times{2, 2, 2, 3, 5, 5}));
  EXPECT_EQ(tank.amount(), 8);
  EXPECT_EQ(tank.level().area(5), 4 * 2 + 0 * 1 + 9 * 2);
}

TEST(Container, BadAmountsAreErrors) {
  for (const double amount : {0.0, -1.0, 11.0}) {
    Environment env;
    Container tank(env, {.capacity = 10}, "tank");
    env.spawn([](Environment&, Container& t, double x) -> Process { co_await t.put(x); }(env, tank,
                                                                                         amount));
    EXPECT_FALSE(env.run());
  }
  for (const ContainerSettings settings :
       {ContainerSettings{.capacity = 0}, ContainerSettings{.capacity = 5, .amount = 6}}) {
    Environment env;
    const Container tank(env, settings, "tank");
    EXPECT_EQ(env.run().error().where, "container tank");
  }
}

TEST(Store, BadSizesAreErrors) {
  {
    Environment env;
    const Store<int> store(env, {.capacity = 0}, "shelf");
    EXPECT_EQ(env.run().error().where, "store shelf");
  }
  for (const std::size_t count : {0u, 4u}) {
    Environment env;
    Store<int> store(env, {.capacity = 3}, "shelf");
    env.spawn([](Environment&, Store<int>& s, std::size_t n) -> Process { co_await s.get_lot(n); }(
                                                                 env, store, count));
    EXPECT_EQ(env.run().error().found, std::to_string(count) + " from shelf");
  }
  Environment env;
  const Batch batch(env, 0);
  EXPECT_FALSE(env.run());
}

TEST(Batch, ComeTogetherAndPart) {
  Environment env;
  Batch batch(env, 3);
  std::vector<std::pair<double, std::size_t>> joined;
  Times parted;
  auto member = [](Environment& e, Batch& b, double at, auto& j, Times& p) -> Process {
    co_await e.hold(at);
    Lot lot = co_await b.join();
    j.emplace_back(e.now(), lot.place());
    if (lot.leads()) co_await e.hold(10);
    co_await lot.split();
    p.push_back(e.now());
  };
  for (const double at : {3.0, 1.0, 2.0, 5.0, 4.0, 6.0, 7.0}) {
    env.spawn(member(env, batch, at, joined, parted));
  }
  ASSERT_TRUE(env.run());
  EXPECT_EQ(joined, (std::vector<std::pair<double, std::size_t>>{
                        {3, 2}, {3, 0}, {3, 1}, {6, 2}, {6, 0}, {6, 1}}));
  EXPECT_EQ(parted, (Times{13, 13, 13, 16, 16, 16}));
  EXPECT_EQ(batch.waiting(), 1u);
}

TEST(Batch, WhoEndsBeforeTheSplitIsNotWaitedFor) {
  Environment env;
  Batch batch(env, 2);
  Times parted;
  auto member = [](Environment& e, Batch& b, double work, Times& p) -> Process {
    Lot lot = co_await b.join();
    co_await e.hold(work);
    if (work > 5) co_return;
    co_await lot.split();
    p.push_back(e.now());
  };
  env.spawn(member(env, batch, 1, parted));
  env.spawn(member(env, batch, 9, parted));
  Handle<> quits = env.spawn(member(env, batch, 1, parted));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(parted, Times{9});
  EXPECT_EQ(batch.waiting(), 1u);
  quits.cancel();
  EXPECT_EQ(batch.waiting(), 0u);
}

TEST(Arrivals, AsRecorded) {
  Environment env;
  const Times data = {0.1, 0.1, 2.7, 1e6 + 0.3};
  Times seen;
  env.spawn([](Environment& e, Times times, Times& out) -> Process {
    RecordedArrivals arrivals(e, std::move(times));
    while (auto next = arrivals.next()) {
      co_await *next;
      out.push_back(e.now());
    }
  }(env, data, seen));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(seen, data);
}

TEST(Arrivals, BadDataAreErrors) {
  for (const Times& times : {Times{1, 0.5}, Times{-1}, Times{1, std::nan("")}}) {
    Environment env;
    RecordedArrivals arrivals(env, times);
    EXPECT_FALSE(env.run());
    EXPECT_FALSE(arrivals.next());
  }
}

/// Counts of a Poisson process are Poisson in every hour, with the rate's integral as mean and
/// variance: four standard errors of 2000 days.
TEST(Arrivals, OfARateThatChanges) {
  const int days = 2000;
  const auto rate = [](double time) { return time < 1 ? 2 : time < 2 ? 8.0 * (time - 1) : 0; };
  Tally counts[3];
  for (int day = 0; day < days; ++day) {
    Environment env({.replication = std::uint32_t(day)});
    double in_hour[3] = {};
    env.spawn([](Environment& e, auto& r, double* out) -> Process {
      VaryingArrivals arrivals(e, {.rate = r, .most = 8, .until = 3}, "calls");
      while (auto next = arrivals.next()) {
        co_await *next;
        ++out[int(e.now())];
      }
    }(env, rate, in_hour));
    ASSERT_TRUE(env.run());
    for (int hour = 0; hour < 3; ++hour) counts[hour].add(in_hour[hour]);
  }
  const double means[] = {2, 4};
  for (int hour = 0; hour < 2; ++hour) {
    const double m = means[hour];
    EXPECT_NEAR(counts[hour].mean(), m, 4 * std::sqrt(m / days));
    EXPECT_NEAR(counts[hour].variance(), m, 4 * std::sqrt((m + 2 * m * m) / days));
  }
  EXPECT_EQ(counts[2].most(), 0);
}

TEST(Arrivals, ARateBeyondItsBoundIsAnError) {
  Environment env;
  env.spawn([](Environment& e) -> Process {
    VaryingArrivals arrivals(e, {.rate = [](double) { return 3.0; }, .most = 2}, "calls");
    while (auto next = arrivals.next()) co_await *next;
  }(env));
  const Result<void> ran = env.run();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().expected, "a rate from 0 to its bound of 2");
  Environment other;
  const VaryingArrivals none(other, {.rate = [](double) { return 1.0; }, .most = 0}, "calls");
  EXPECT_FALSE(other.run());
}

TEST(Shifts, FollowThePlan) {
  Environment env;
  Resource desk(env, 1, "desk");
  env.spawn(shifts(desk, {.plan = {{0, 0}, {8, 3}, {12, 1}}, .period = 24}));
  std::vector<std::size_t> capacities;
  env.spawn([](Environment& e, Resource& r, std::vector<std::size_t>& out) -> Process {
    for (const double time : {1, 9, 13, 23, 25, 33}) {
      co_await e.hold_until(time);
      out.push_back(r.capacity());
    }
  }(env, desk, capacities));
  ASSERT_TRUE(env.run(40));
  EXPECT_EQ(capacities, (std::vector<std::size_t>{0, 3, 1, 1, 0, 3}));
  EXPECT_EQ(desk.statistics().capacity.area(24), 0 * 8 + 3 * 4 + 1 * 12);
}

TEST(Shifts, AndBreakdownsAreEachToItself) {
  for (const std::int64_t later : {1, 0}) {
    Environment env;
    Resource desk(env, 3, "desk");
    env.spawn(shifts(desk, {.plan = {{0, 3}, {10, later}, {30, 3}}}));
    env.spawn(breakdowns(desk, [] { return 5.0; }, [] { return 20.0; }));
    env.spawn(breakdowns(desk, [] { return 15.0; }, [] { return 20.0; }));
    std::vector<std::size_t> seen;
    for (const double time : {1.0, 6.0, 11.0, 16.0, 26.0, 31.0, 36.0}) {
      ASSERT_TRUE(env.run(time));
      seen.push_back(desk.capacity());
    }
    EXPECT_EQ(seen, (std::vector<std::size_t>{3, 2, 0, 0, 0, 1, 2}));
  }
}

TEST(Shifts, ABadPlanIsAnError) {
  const ShiftPlan plans[] = {
      {.plan = {{8, 1}, {2, 3}}}, {.plan = {{8, 1}, {25, 3}}, .period = 24}, {.plan = {{-1, 1}}}};
  for (const ShiftPlan& plan : plans) {
    Environment env;
    Resource desk(env, 1, "desk");
    env.spawn(shifts(desk, plan));
    EXPECT_FALSE(env.run(100));
  }
}

/// A machine of capacity 1 that works through failures: work stands still while it is down.
TEST(Shifts, WorkStandsStillWhileAMachineIsDown) {
  Environment env;
  Resource lathe(env, 1, "lathe");
  env.spawn(breakdowns(lathe, [] { return 4.0; }, [] { return 3.0; }));
  double done = 0;
  env.spawn([](Environment& e, Resource& r, double& out) -> Process {
    auto unit = co_await r.seize();
    co_await unit.hold(10);
    out = e.now();
  }(env, lathe, done));
  ASSERT_TRUE(env.run(100));
  EXPECT_EQ(done, 4 + 3 + 4 + 3 + 2);
}

}  // namespace
}  // namespace tyche::simulation
