#include "tyche/simulation/resource.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tyche/simulation/condition.hpp"
#include "tyche/simulation/process.hpp"

namespace tyche::simulation {
namespace {

struct Visit {
  double came, began, left;
  friend bool operator==(const Visit&, const Visit&) = default;
};

Process visitor(Environment& env, Resource& place, Request request, double comes, double stays,
                Visit& visit) {
  co_await env.hold(comes);
  visit.came = env.now();
  const auto unit = co_await place.seize(request);
  visit.began = env.now();
  co_await env.hold(stays);
  visit.left = env.now();
}

TEST(Resource, ServesFirstComeFirstServed) {
  Environment env;
  Resource desk(env, 2, "desk");
  std::vector<Visit> visits(4);
  for (std::size_t k = 0; k < 4; ++k) {
    env.spawn(visitor(env, desk, {}, double(k), 10, visits[k]));
  }
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
  std::vector<Visit> visits(5);
  const double priorities[] = {9, 2, 1, 2, 0};
  for (std::size_t k = 0; k < 5; ++k) {
    env.spawn(visitor(env, desk, {.priority = priorities[k]}, double(k), 10, visits[k]));
  }
  ASSERT_TRUE(env.run());
  std::vector<double> began;
  for (const Visit& visit : visits) began.push_back(visit.began);
  EXPECT_EQ(began, (std::vector<double>{0, 30, 20, 40, 10}));
}

}  // namespace
}  // namespace tyche::simulation
