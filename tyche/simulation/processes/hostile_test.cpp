// Processes and what they wait for, used as nobody should.
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>

#include "tyche/simulation/processes/condition.hpp"
#include "tyche/simulation/processes/container.hpp"
#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/resource.hpp"
#include "tyche/simulation/processes/store.hpp"

namespace tyche::simulation {
namespace {

/// The large get stands in the small one's way until the hold is over and takes it back.
Process large_or_small(Environment& env, Container& tank, std::size_t& winner) {
  winner = (co_await any_of(env.hold(1), tank.get(50), tank.get(5))).index();
  co_await env.hold(10);
}

TEST(Hostile, APartThatIsServedAsAnotherIsTakenBackComesTooLate) {
  Environment env;
  Container tank(env, {.capacity = 100, .amount = 10});
  std::size_t winner = 9;
  env.spawn(large_or_small(env, tank, winner));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(winner, 0u);
  EXPECT_EQ(tank.amount(), 10);
  EXPECT_EQ(env.now(), 11);
  EXPECT_FALSE(env.pending());
}

Process lot_or_one(Environment& env, Store<int>& shelf) {
  co_await any_of(shelf.get_lot(5), shelf.get());
  co_await env.hold(1);
}
Process lot_and_one(Environment& env, Store<int>& shelf) {
  co_await all_of(shelf.get_lot(5), shelf.get());
  co_await env.hold(1);
}
Process put_one(Environment&, Store<int>& shelf) { co_await shelf.put(7); }

TEST(Hostile, AGroupThatIsCancelledServesItselfNoMore) {
  Environment env;
  Store<int> shelf(env);
  auto any = env.spawn(lot_or_one(env, shelf));
  auto all = env.spawn(lot_and_one(env, shelf));
  env.spawn(put_one(env, shelf));
  ASSERT_TRUE(env.run(1));
  any.cancel();
  EXPECT_EQ(shelf.size(), 1u);
  all.cancel();
  EXPECT_EQ(shelf.size(), 1u);
  ASSERT_TRUE(env.run());
}

Process take_one(Environment&, Store<int>& shelf) { (void)co_await shelf.get(); }
Process take_lot(Environment&, Store<int>& shelf) { (void)co_await shelf.get_lot(1); }
Process pour_in_and_fail(Environment&, Container& tank) {
  co_await tank.put(7);
  throw std::runtime_error("a fault");
}
Process pour_out(Environment&, Container& tank) { co_await tank.get(7); }

/// What was granted in the instant of a fault is never taken, and nothing is left to give it back
/// to: tells in a build that checks addresses.
TEST(Hostile, AFaultWhileSomethingIsGranted) {
  Environment env;
  auto shelf = std::make_unique<Store<int>>(env);
  auto lots = std::make_unique<Store<int>>(env);
  auto tank = std::make_unique<Container>(env, ContainerSettings());
  env.spawn(take_one(env, *shelf));
  env.spawn(take_lot(env, *lots));
  env.spawn(pour_out(env, *tank));
  env.spawn(put_one(env, *shelf));
  env.spawn(put_one(env, *lots));
  env.spawn(pour_in_and_fail(env, *tank));
  ASSERT_FALSE(env.run());
}

Process work_least(Environment&, Resource& desk, Worked& worked) {
  auto unit = co_await desk.seize(
      {.priority = std::numeric_limits<double>::lowest(), .preempted = Preempted::leave});
  worked = co_await unit.hold(5);
}
Process close_desk(Environment& env, Resource& desk) {
  co_await env.hold(2);
  desk.set_capacity(0, Withdraw::at_once);
}

TEST(Hostile, UnitsAreWithdrawnFromWhoComesBeforeAll) {
  Environment env;
  Resource desk(env, 1);
  Worked worked;
  env.spawn(work_least(env, desk, worked));
  env.spawn(close_desk(env, desk));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(worked.left, 3);
  EXPECT_EQ(desk.in_use(), 0u);
}

Process vast(Environment& env, double& sum) {
  std::array<double, 700'000> table{};
  table[0] = 1;
  co_await env.hold(1);
  table[699'999] = 2;
  co_await env.hold(1);
  for (const double x : table) sum += x;
}

TEST(Hostile, FramesOfMegabytes) {
  Environment env;
  double sum = 0;
  for (int k = 0; k < 3; ++k) env.spawn(vast(env, sum));
  ASSERT_TRUE(env.run());
  env.spawn(vast(env, sum));
  ASSERT_TRUE(env.run());
  EXPECT_EQ(sum, 12);
}

Process brief(Environment& env) { co_await env.hold(1); }
struct Successors {
  Environment& env;
  ~Successors() {
    for (int k = 0; k < 3000; ++k) env.spawn(brief(env));
  }
};
Process leaves_successors(Environment& env) {
  const Successors successors{env};
  co_await env.hold(10);
}

TEST(Hostile, ProcessesAreSpawnedAsOthersAreDestroyed) {
  std::optional<Environment> env(std::in_place);
  for (int k = 0; k < 20; ++k) env->spawn(leaves_successors(*env));
  ASSERT_TRUE(env->run(1));
  EXPECT_EQ(env->alive(), 20u);
  env.reset();
}

}  // namespace
}  // namespace tyche::simulation
