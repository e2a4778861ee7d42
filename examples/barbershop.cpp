// A barbershop: customers come, wait for the one chair, have their hair cut and go.
#include <iostream>

#include <tyche/simulation.hpp>

using namespace tyche::simulation;

Process customer(Environment& env, Resource& barber, Random& cut) {
  const auto chair = co_await barber.seize();
  co_await env.hold(cut.exponential(16));
}

Process door(Environment& env, Resource& barber) {
  Random arrivals = env.random("arrivals"), cut = env.random("cut");
  for (;;) {
    co_await env.hold(arrivals.exponential(18));
    env.spawn(customer(env, barber, cut));
  }
}

int main() {
  Environment env({.seed = 1});
  Resource barber(env, 1, "barber");
  env.spawn(door(env, barber));
  if (const auto ran = env.run(200'000); !ran) {
    std::cerr << to_string(ran.error()) << '\n';
    return 1;
  }
  const ResourceStatistics& shop = barber.statistics();
  std::cout << shop.waits.count() << " customers waited " << shop.waits.mean()
            << " minutes on average, the longest " << shop.waits.most() << "; "
            << shop.queue.mean(env.now()) << " sat and waited, the barber worked "
            << 100 * shop.utilization(env.now()) << " % of the time\n";
}
