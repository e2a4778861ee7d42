// Counts what is allocated while processes come and go: nothing, once the largest size is reached.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>

#include "tyche/simulation/processes/condition.hpp"
#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/resource.hpp"
#include "tyche/simulation/processes/store.hpp"

namespace {
thread_local std::size_t allocations = 0;
}

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tyche::simulation {
namespace {

Process customer(Environment& env, Resource& desk, Store<int>& store, Random& random) {
  const auto unit = co_await within(5, desk.seize({.priority = double(random.below(3))}));
  if (!unit) co_return;
  co_await any_of(env.hold(random.exponential(1)), env.hold(random.exponential(1)));
  co_await store.put(1);
  co_await store.get();
}

Process source(Environment& env, Resource& desk, Store<int>& store) {
  Random random = env.random("all");
  for (;;) {
    co_await env.hold(random.exponential(0.6));
    env.spawn(customer(env, desk, store, random));
  }
}

TEST(Allocation, IsNoneInSteadyState) {
  Environment env;
  Resource desk(env, 1, "desk");
  Store<int> store(env);
  env.spawn(source(env, desk, store));
  ASSERT_TRUE(env.run(100'000));
  const std::size_t before = allocations;
  EXPECT_GT(before, 0u);
  const Result<void> ran = env.run(130'000);
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace tyche::simulation
