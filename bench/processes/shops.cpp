#include "bench/processes/shops.hpp"

#include <cstdio>
#include <cstdlib>

#include "tyche/simulation/processes/batch.hpp"
#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/resource.hpp"

namespace bench {
namespace {

using namespace tyche::simulation;

/// Machines of one kind and how long they work.
struct Station {
  Station(Environment& env, std::int64_t machines, double mean_time, std::string name)
      : machines(env, machines, name), mean(mean_time), random(env.random(name)) {}

  Environment& environment() const { return machines.environment(); }
  Seize seize() { return machines.seize(); }
  /// A service: its time is drawn as it begins.
  Hold work() { return Hold(random.exponential(mean)); }

  Resource machines;
  double mean;
  Random random;
};

/// Lets a process come at exponential times.
template <class Shop>
Process arrivals(Environment& env, double mean, Shop& shop, Process (*customer)(Shop&)) {
  Random random = env.random("arrivals");
  for (;;) {
    co_await env.hold(random.exponential(mean));
    env.spawn(customer(shop));
  }
}

template <class... Stations>
Shown run_to(Environment& env, double stop, const Stations&... stations) {
  if (const auto ran = env.run(stop); !ran) {
    std::fprintf(stderr, "%s\n", tyche::to_string(ran.error()).c_str());
    std::exit(1);
  }
  Tally all;
  (all.merge(stations.machines.statistics().waits), ...);
  return {all.count(), all.mean()};
}

EnvironmentSettings settings(const ShopRun& run) {
  return {.seed = run.seed, .replication = run.replication};
}

Process haircut(Station& barber) {
  const auto chair = co_await barber.seize();
  co_await barber.work();
}

struct JobShop {
  Environment& env;
  Station stages[5] = {
      {env, 2, 8, "a"}, {env, 2, 6, "b"}, {env, 2, 10, "c"}, {env, 2, 5, "d"}, {env, 2, 7, "e"}};
  Environment& environment() const { return env; }
};

Process job(JobShop& shop) {
  for (Station& stage : shop.stages) {
    const auto machine = co_await stage.seize();
    co_await stage.work();
  }
}

struct Rework {
  Environment& env;
  Station line{env, 3, 5, "line"}, repair{env, 1, 8, "repair"};
  Random quality = env.random("quality");
  Environment& environment() const { return env; }
};

Process piece(Rework& shop) {
  {
    const auto machine = co_await shop.line.seize();
    co_await shop.line.work();
  }
  if (!shop.quality.bernoulli(0.15)) co_return;
  const auto machine = co_await shop.repair.seize();
  co_await shop.repair.work();
}

struct Fab {
  Environment& env;
  Station cleaning{env, 2, 12, "cleaning"}, furnace{env, 1, 30, "furnace"};
  Station lithography{env, 2, 14, "lithography"}, inspection{env, 1, 7, "inspection"};
  Station etching{env, 2, 14, "etching"};
  Batch charges{env, 4};
  Random quality = env.random("quality");
  Environment& environment() const { return env; }
};

Process wafers(Fab& fab) {
  {
    const auto tool = co_await fab.cleaning.seize();
    co_await fab.cleaning.work();
  }
  Lot charge = co_await fab.charges.join();
  if (charge.leads()) {
    const auto tool = co_await fab.furnace.seize();
    co_await fab.furnace.work();
  }
  co_await charge.split();
  do {
    {
      const auto tool = co_await fab.lithography.seize();
      co_await fab.lithography.work();
    }
    const auto tool = co_await fab.inspection.seize();
    co_await fab.inspection.work();
  } while (fab.quality.bernoulli(0.15));
  const auto tool = co_await fab.etching.seize();
  co_await fab.etching.work();
}

}  // namespace

Shown barbershop(const ShopRun& run) {
  Environment env(settings(run));
  Station barber(env, 1, 16, "cut");
  env.spawn(arrivals(env, 18, barber, haircut));
  return run_to(env, run.stop, barber);
}

Shown job_shop(const ShopRun& run) {
  Environment env(settings(run));
  JobShop shop{env};
  env.spawn(arrivals(env, 6, shop, job));
  auto& [a, b, c, d, e] = shop.stages;
  return run_to(env, run.stop, a, b, c, d, e);
}

Shown rework(const ShopRun& run) {
  Environment env(settings(run));
  Rework shop{env};
  env.spawn(arrivals(env, 4, shop, piece));
  return run_to(env, run.stop, shop.line, shop.repair);
}

Shown fab(const ShopRun& run) {
  Environment env(settings(run));
  Fab shop{env};
  env.spawn(arrivals(env, 10, shop, wafers));
  return run_to(env, run.stop, shop.cleaning, shop.furnace, shop.lithography, shop.inspection,
                shop.etching);
}

Shown shop(const std::string& name, const ShopRun& run) {
  if (name == "barbershop") return barbershop(run);
  if (name == "job_shop") return job_shop(run);
  if (name == "rework") return rework(run);
  if (name == "fab") return fab(run);
  std::fprintf(stderr, "no shop is called %s\n", name.c_str());
  std::exit(1);
}

}  // namespace bench
