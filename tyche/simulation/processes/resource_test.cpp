#include "tyche/simulation/processes/resource.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tyche/simulation/processes/condition.hpp"
#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/signal.hpp"

namespace tyche::simulation {
namespace {

struct Visit {
  double comes, began = -1, left = -1;
  friend bool operator==(const Visit&, const Visit&) = default;
};

/// Stays for ten.
Process visitor(Environment& env, Resource& place, Request request, Visit& visit) {
  co_await env.hold(visit.comes);
  const auto unit = co_await place.seize(request);
  visit.began = env.now();
  co_await env.hold(10);
  visit.left = env.now();
}

TEST(Resource, ServesFirstComeFirstServed) {
  Environment env;
  Resource desk(env, 2, "desk");
  std::vector<Visit> visits = {{0}, {1}, {2}, {3}};
  for (Visit& visit : visits) env.spawn(visitor(env, desk, {}, visit));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(visits, (std::vector<Visit>{{0, 0, 10}, {1, 1, 11}, {2, 10, 20}, {3, 11, 21}}));
  EXPECT_EQ(desk.statistics().waits.count(), 4u);
  EXPECT_EQ(desk.statistics().waits.sum(), 16);
  EXPECT_EQ(desk.statistics().queue.area(env.now()), 16);
  EXPECT_EQ(desk.statistics().busy.area(env.now()), 40);
  EXPECT_EQ(desk.statistics().utilization(env.now()), 40.0 / 42);
}

TEST(Resource, ServesTheLeastPriorityFirst) {
  Environment env;
  Resource desk(env, 1, "desk");
  std::vector<Visit> visits = {{0}, {1}, {2}, {3}, {4}};
  const double priorities[] = {9, 2, 1, 2, 0};
  for (std::size_t k = 0; k < 5; ++k) {
    env.spawn(visitor(env, desk, {.priority = priorities[k]}, visits[k]));
  }
  ASSERT_TRUE(env.run());
  std::vector<double> began;
  for (const Visit& visit : visits) began.push_back(visit.began);
  EXPECT_EQ(began, (std::vector<double>{0, 30, 20, 40, 10}));
}

/// Seizes at a time, works with the unit, says when it was done and how often it was preempted.
struct Job {
  double at, work;
  Request request;
  double done = -1, left = -1;
  std::uint32_t preemptions = 0;
};
Process do_job(Environment& env, Resource& machine, Job& job) {
  co_await env.hold_until(job.at);
  auto unit = co_await machine.seize(job.request);
  const Worked worked = co_await unit.hold(job.work);
  job.done = env.now();
  job.left = worked.left;
  job.preemptions = worked.preemptions;
}

/// Times at which jobs were done on one machine.
std::vector<double> done(std::vector<Job>& jobs, std::int64_t capacity = 1) {
  Environment env;
  Resource machine(env, capacity, "machine");
  for (Job& job : jobs) env.spawn(do_job(env, machine, job));
  EXPECT_TRUE(env.run());
  std::vector<double> times;
  for (const Job& job : jobs) times.push_back(job.done);
  return times;
}

TEST(Preemption, WorkGoesOnWhereItWas) {
  std::vector<Job> jobs = {{0, 10, {.priority = 5}},
                           {3, 2, {.priority = 1, .preempts = true}},
                           {4, 2, {.priority = 0, .preempts = true}},
                           {4, 1, {.priority = 5}}};
  EXPECT_EQ(done(jobs), (std::vector<double>{14, 7, 6, 15}));
  EXPECT_EQ(jobs[0].preemptions, 1u);
  EXPECT_EQ(jobs[1].preemptions, 1u);
  EXPECT_EQ(jobs[0].left, 0);
}

TEST(Preemption, WhoLostItsUnitGoesBeforeThoseThatCameLater) {
  std::vector<Job> jobs = {
      {0, 10, {.priority = 5}}, {1, 1, {.priority = 5}}, {3, 2, {.priority = 1, .preempts = true}}};
  EXPECT_EQ(done(jobs), (std::vector<double>{12, 13, 5}));
}

TEST(Preemption, WorkBeginsAnew) {
  std::vector<Job> jobs = {{0, 10, {.priority = 5, .preempted = Preempted::restart}},
                           {3, 2, {.priority = 1, .preempts = true}}};
  EXPECT_EQ(done(jobs), (std::vector<double>{15, 5}));
}

TEST(Preemption, TheUnitIsLost) {
  std::vector<Job> jobs = {{0, 10, {.priority = 5, .preempted = Preempted::leave}},
                           {3, 2, {.priority = 1, .preempts = true}}};
  EXPECT_EQ(done(jobs), (std::vector<double>{3, 5}));
  EXPECT_EQ(jobs[0].left, 7);
  EXPECT_EQ(jobs[0].preemptions, 1u);
}

TEST(Preemption, OnlyAGreaterPriorityIsPreempted) {
  std::vector<Job> jobs = {{0, 10, {.priority = 1}}, {3, 2, {.priority = 1, .preempts = true}}};
  EXPECT_EQ(done(jobs), (std::vector<double>{10, 12}));
}

TEST(Preemption, TheLastComeOfTheGreatestPriorityLosesItsUnit) {
  std::vector<Job> jobs = {{0, 10, {.priority = 5}},
                           {1, 10, {.priority = 5}},
                           {2, 10, {.priority = 3}},
                           {4, 3, {.priority = 1, .preempts = true}}};
  EXPECT_EQ(done(jobs, 3), (std::vector<double>{10, 14, 12, 7}));
}

TEST(Preemption, WhoDoesNotWorkWithTheUnitSeesItGoneAndBack) {
  Environment env;
  Resource machine(env, 1, "machine");
  Job urgent = {3, 2, {.priority = -1, .preempts = true}};
  env.spawn(do_job(env, machine, urgent));
  env.spawn([](Environment& e, Resource& m) -> Process {
    auto unit = co_await m.seize();
    co_await e.hold(4);
    EXPECT_FALSE(unit.held());
    EXPECT_EQ(m.waiting(), 1u);
    const Worked worked = co_await unit.hold(2);  // waits for the unit first
    EXPECT_EQ(e.now(), 7);
    EXPECT_TRUE(unit.held() && worked.done());
    EXPECT_EQ(unit.preemptions(), 1u);
    unit.release();
    EXPECT_FALSE(unit.held());
  }(env, machine));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(urgent.done, 5);
  EXPECT_EQ(machine.in_use() + machine.waiting(), 0u);
}

TEST(Preemption, WorkInAGroup) {
  Environment env;
  Resource machine(env, 1, "machine");
  Job urgent = {3, 5, {.priority = -1, .preempts = true}};
  env.spawn(do_job(env, machine, urgent));
  env.spawn([](Environment& e, Resource& m) -> Process {
    auto unit = co_await m.seize();
    EXPECT_FALSE(co_await within(6, unit.hold(4)));  // three done, one to do
    EXPECT_EQ(e.now(), 6);
    EXPECT_TRUE(co_await within(7, unit.hold(4)));  // begins at 8
    EXPECT_EQ(e.now(), 12);
  }(env, machine));
  ASSERT_TRUE(env.run());
}

TEST(Resource, CapacityMayChange) {
  std::vector<Job> jobs = {{0, 10, {.priority = 5}}, {0, 10, {.priority = 6}}};
  Environment env;
  Resource machine(env, 2, "machine");
  for (Job& job : jobs) env.spawn(do_job(env, machine, job));
  env.spawn([](Environment& e, Resource& m) -> Process {
    co_await e.hold(4);
    m.set_capacity(1, Withdraw::at_once);
    EXPECT_EQ(m.in_use(), 1u);
    co_await e.hold(2);
    m.set_capacity(0);
    EXPECT_EQ(m.in_use(), 1u);  // until it is released
    co_await e.hold(14);
    m.set_capacity(3);
  }(env, machine));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(jobs[0].done, 10);
  EXPECT_EQ(jobs[1].done, 26);
  EXPECT_EQ(machine.statistics().capacity.area(26), 8 + 2 + 0 + 18);
  EXPECT_EQ(machine.statistics().busy.area(26), 20);
}

/// What the Error of a run of one process says it found.
template <class Body>
std::string found(const Body& body) {
  Environment env;
  Resource desk(env, 1, "desk");
  env.spawn(body(env, desk));
  const Result<void> ran = env.run();
  return ran ? "nothing" : ran.error().found;
}

TEST(Resource, BadRequestsAreErrors) {
  EXPECT_EQ(found([](Environment&, Resource& desk) -> Process {
              auto unit = co_await desk.seize();
              unit.release();
              unit.release();
            }),
            "a unit that was released before");
  EXPECT_EQ(found([](Environment&, Resource& desk) -> Process {
              auto unit = co_await desk.seize();
              unit.release();
              co_await unit.hold(1);
            }),
            "a unit that was released");
  EXPECT_EQ(found([](Environment&, Resource& desk) -> Process {
              auto unit = co_await desk.seize();
              co_await unit.hold(-1);
            }),
            "a duration of -1");
  EXPECT_EQ(found([](Environment&, Resource& desk) -> Process {
              const auto unit = co_await desk.seize({.priority = std::nan("")});
            }),
            "a request for desk with priority nan");
  EXPECT_EQ(found([](Environment&, Resource& desk) -> Process {
              const auto unit = co_await desk.seize({.priority = -HUGE_VAL});
              desk.set_capacity(0, Withdraw::at_once);
            }),
            "a request for desk with priority -inf");
  EXPECT_EQ(found([](Environment& env, Resource& desk) -> Process {
              co_await env.hold(1);
              desk.set_capacity(-1);
            }),
            "-1 for desk");
  Environment other;
  Resource far(other, 1, "far");
  EXPECT_EQ(
      found([&](Environment&, Resource&) -> Process { const auto unit = co_await far.seize(); }),
      "a request for far with priority 0");
}

TEST(Resource, ACapacityBelowOneIsAnError) {
  for (const std::int64_t capacity : {0, -3}) {
    Environment env;
    const Resource desk(env, capacity, "desk");
    const Result<void> ran = env.run();
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().where, "resource desk");
    EXPECT_EQ(ran.error().found, std::to_string(capacity));
  }
}

Process take_both(Environment& env, Resource& first, Resource& second) {
  const auto one = co_await first.seize();
  co_await env.hold(1);
  const auto other = co_await second.seize();
}

TEST(Deadlock, ThoseInTheRingAreNamed) {
  Environment env;
  Resource left(env, 1, "left fork"), right(env, 1, "right fork");
  env.spawn(take_both(env, left, right)).name("Kant");
  env.spawn(take_both(env, right, left)).name("Hume");
  const Result<void> ran = env.run();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().where, "deadlock at time 1");
  EXPECT_EQ(ran.error().found,
            "Kant waits for right fork, which is with Hume; "
            "Hume waits for left fork, which is with Kant");
}

TEST(Deadlock, AProcessThatWaitsForItself) {
  Environment env;
  Resource one(env, 1, "chair");
  env.spawn(take_both(env, one, one)).name("Narcissus");
  const Result<void> ran = env.run();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().found, "Narcissus waits for chair, which is with Narcissus");
}

TEST(Deadlock, ThroughAJoin) {
  Environment env;
  Resource chair(env, 1, "chair");
  env.spawn([](Environment& e, Resource& r) -> Process {
    const auto unit = co_await r.seize();
    co_await take_both(e, r, r);
  }(env, chair));
  const Result<void> ran = env.run();
  ASSERT_FALSE(ran);
  EXPECT_NE(ran.error().found.find("waits for its end"), std::string::npos);
}

TEST(Deadlock, IdleServersAreNone) {
  Environment env;
  Resource chair(env, 1, "chair");
  Signal bell(env);
  env.spawn([](Environment&, Resource& r, Signal& s) -> Process {
    const auto unit = co_await r.seize();
    co_await s.wait();
  }(env, chair, bell));
  env.spawn(take_both(env, chair, chair));
  EXPECT_TRUE(env.run());
  EXPECT_FALSE(env.deadlock());
  EXPECT_EQ(env.alive(), 2u);
}

}  // namespace
}  // namespace tyche::simulation
