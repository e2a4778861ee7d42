// Queues with known answers: within 4 standard errors, of replications at fixed seeds.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "tyche/simulation/processes/condition.hpp"
#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/resource.hpp"
#include "tyche/simulation/processes/shifts.hpp"

namespace tyche::simulation {
namespace {

using Sampler = std::function<double(Random&)>;

/// One kind of customer.
struct Kind {
  double gap = 1;  // mean time between two
  Sampler service = nullptr;
  Request request = {};
  bool works_with_unit = false;  // so that its service can be preempted
};

struct Counts {
  Tally times;  // from coming to going
  std::uint64_t came = 0, refused = 0;
};

/// A service station with room for so many, those in service included.
struct Station {
  Environment& env;
  Resource& servers;
  std::size_t room = SIZE_MAX;

  Environment& environment() const { return env; }
};

Process customer(Station& station, const Kind& kind, double service, Counts& counts) {
  const double came = station.env.now();
  auto unit = co_await station.servers.seize(kind.request);
  if (kind.works_with_unit) {
    co_await unit.hold(service);
  } else {
    co_await station.env.hold(service);
  }
  counts.times.add(station.env.now() - came);
}

Process source(Station& station, const Kind& kind, std::string name, Counts& counts) {
  Random gaps = station.env.random(name + " gaps"), services = station.env.random(name + " work");
  for (;;) {
    co_await station.env.hold(gaps.exponential(kind.gap));
    ++counts.came;
    if (station.servers.in_use() + station.servers.waiting() >= station.room) {
      ++counts.refused;
      continue;
    }
    station.env.spawn(customer(station, kind, kind.service(services), counts));
  }
}

struct Plan {
  std::vector<Kind> kinds;
  std::int64_t servers = 1;
  std::size_t room = SIZE_MAX;
  double warm_up = 2000, time = 20'000;
  std::uint32_t replications = 20;
};

/// What one replication showed after its warm-up.
struct Seen {
  ResourceStatistics statistics;
  std::vector<Counts> counts;
  double now;

  double wait() const { return statistics.waits.mean(); }
  double busy() const { return statistics.busy.mean(now); }
  double queue() const { return statistics.queue.mean(now); }
  double refused() const { return double(counts[0].refused) / double(counts[0].came); }
  double time_of(std::size_t kind) const { return counts[kind].times.mean(); }
};

Seen replicate(const Plan& plan, std::uint32_t replication) {
  Environment env({.seed = 20, .replication = replication});
  Resource servers(env, plan.servers, "servers");
  Station station = {env, servers, plan.room};
  std::vector<Counts> counts(plan.kinds.size());
  for (std::size_t k = 0; k < plan.kinds.size(); ++k) {
    env.spawn(source(station, plan.kinds[k], "kind " + std::to_string(k), counts[k]));
  }
  EXPECT_TRUE(env.run(plan.warm_up));
  servers.restart_statistics();
  for (Counts& count : counts) count = {};
  EXPECT_TRUE(env.run(plan.warm_up + plan.time));
  return {servers.statistics(), counts, env.now()};
}

/// Runs the plan and compares means with what is known of them.
struct Known {
  const char* what;
  double value;
  std::function<double(const Seen&)> of;
};

void expect_known(const Plan& plan, const std::vector<Known>& all) {
  std::vector<Tally> tallies(all.size());
  for (std::uint32_t r = 0; r < plan.replications; ++r) {
    const Seen seen = replicate(plan, r);
    for (std::size_t k = 0; k < all.size(); ++k) tallies[k].add(all[k].of(seen));
  }
  for (std::size_t k = 0; k < all.size(); ++k) {
    const double error = tallies[k].sd() / std::sqrt(double(tallies[k].count()));
    EXPECT_NEAR(tallies[k].mean(), all[k].value, 4 * error) << all[k].what;
    EXPECT_LT(error, 0.1 * all[k].value) << all[k].what << ": too short a run to say anything";
  }
}

Sampler exponential(double mean) {
  return [mean](Random& random) { return random.exponential(mean); };
}

TEST(Queueing, OneServer) {
  for (const double load : {0.1, 0.5, 0.8, 0.95}) {
    SCOPED_TRACE(load);
    const double time = load > 0.9 ? 40'000 : 10'000;
    expect_known({.kinds = {{.gap = 1 / load, .service = exponential(1)}}, .time = time},
                 {{"wait", load / (1 - load), &Seen::wait},
                  {"queue", load * load / (1 - load), &Seen::queue},
                  {"busy", load, &Seen::busy}});
  }
}

TEST(Queueing, TheBarbershop) {
  expect_known(
      {.kinds = {{.gap = 18, .service = exponential(16)}}, .warm_up = 50'000, .time = 1'000'000},
      {{"wait", 128.0, &Seen::wait}, {"busy", 16.0 / 18, &Seen::busy}});
}

/// The chance that all of c servers are busy at an offered load a, if those who find them so go.
double erlang_b(std::size_t c, double a) {
  double b = 1;
  for (std::size_t k = 1; k <= c; ++k) b = a * b / (double(k) + a * b);
  return b;
}

TEST(Queueing, SeveralServers) {
  const double a = 2.4;
  const std::size_t c = 3;
  const double b = erlang_b(c, a), load = a / double(c);
  const double must_wait = b / (1 - load * (1 - b));  // Erlang C
  expect_known({.kinds = {{.gap = 1 / a, .service = exponential(1)}}, .servers = c},
               {{"wait", must_wait / (double(c) - a), &Seen::wait},
                {"queue", must_wait * load / (1 - load), &Seen::queue},
                {"busy", a, &Seen::busy}});
}

TEST(Queueing, SeveralServersAndNoQueue) {
  const double a = 4;
  expect_known(
      {.kinds = {{.gap = 1 / a, .service = exponential(1)}}, .servers = 5, .room = 5, .time = 5000},
      {{"refused", erlang_b(5, a), &Seen::refused},
       {"busy", a * (1 - erlang_b(5, a)), &Seen::busy}});
}

TEST(Queueing, OneServerAndLittleRoom) {
  const double load = 0.9, room = 4;
  const double none = (1 - load) / (1 - std::pow(load, room + 1));
  double queue = 0;
  for (int n = 2; n <= 4; ++n) queue += (n - 1) * none * std::pow(load, n);
  expect_known({.kinds = {{.gap = 1 / load, .service = exponential(1)}}, .room = 4, .time = 10'000},
               {{"refused", none * std::pow(load, room), &Seen::refused},
                {"busy", 1 - none, &Seen::busy},
                {"queue", queue, &Seen::queue}});
}

/// Pollaczek and Khinchine: the mean wait at a load of .8 and a mean service of 1.
double wait_at_80(double variance) { return 0.8 * (1 + variance) / (2 * 0.2); }

TEST(Queueing, AnyService) {
  const double spread = std::log(2.0);  // a lognormal of mean and variance 1
  const struct {
    const char* name;
    double variance;
    Sampler service = nullptr;
  } services[] = {
      {"constant", 0, [](Random&) { return 1.0; }},
      {"uniform", 1.0 / 3, [](Random& random) { return random.uniform(0, 2); }},
      {"Erlang", 0.25, [](Random& random) { return random.erlang(4, 1); }},
      {"lognormal", 1,
       [spread](Random& random) { return random.lognormal(-spread / 2, std::sqrt(spread)); }},
  };
  for (const auto& service : services) {
    expect_known({.kinds = {{.gap = 1.25, .service = service.service}}},
                 {{service.name, wait_at_80(service.variance), &Seen::wait}});
  }
}

double time_of_first(const Seen& seen) { return seen.time_of(0); }
double time_of_second(const Seen& seen) { return seen.time_of(1); }

TEST(Queueing, PrioritiesThatWaitForTheEndOfAService) {
  const double first = 0.4, all = 0.8;
  expect_known({.kinds = {{.gap = 2.5, .service = exponential(1), .request = {.priority = 1}},
                          {.gap = 2.5, .service = exponential(1), .request = {.priority = 2}}}},
               {{"first", 1 + all / (1 - first), time_of_first},
                {"second", 1 + all / ((1 - first) * (1 - all)), time_of_second}});
}

TEST(Queueing, PrioritiesThatPreempt) {
  const double first = 0.4, all = 0.8;
  const Kind urgent = {.gap = 2.5,
                       .service = exponential(1),
                       .request = {.priority = 1, .preempts = true},
                       .works_with_unit = true};
  Kind other = urgent;
  other.request = {.priority = 2};
  expect_known({.kinds = {urgent, other}},
               {{"first", 1 / (1 - first), time_of_first},
                {"second", 1 / ((1 - first) * (1 - all)), time_of_second},
                {"busy", all, &Seen::busy}});
}

Process machine(Environment& env, Resource& crew, std::uint32_t number) {
  Random up = env.random("up", number), down = env.random("down", number);
  for (;;) {
    co_await env.hold(up.exponential(10));
    const auto repairer = co_await crew.seize();
    co_await env.hold(down.exponential(2));
  }
}

TEST(Queueing, MachinesAndOneRepairer) {
  double weight = 1, sum = 1;  // of n machines that are down
  for (int n = 1; n <= 6; ++n) sum += weight *= (6 - n + 1) * 0.2;
  Tally busy;
  for (std::uint32_t r = 0; r < 20; ++r) {
    Environment env({.seed = 21, .replication = r});
    Resource crew(env, 1, "crew");
    for (std::uint32_t k = 0; k < 6; ++k) env.spawn(machine(env, crew, k));
    ASSERT_TRUE(env.run(500));
    crew.restart_statistics();
    ASSERT_TRUE(env.run(10'500));
    busy.add(crew.statistics().busy.mean(env.now()));
  }
  EXPECT_NEAR(busy.mean(), 1 - 1 / sum, 4 * busy.sd() / std::sqrt(20.0));
}

/// A server that fails whether it works or not; work goes on after repair.
TEST(Queueing, AServerThatFails) {
  Tally available;
  for (std::uint32_t r = 0; r < 20; ++r) {
    Environment env({.seed = 22, .replication = r});
    Resource lathe(env, 1, "lathe");
    Random up = env.random("up"), down = env.random("down");
    env.spawn(
        breakdowns(lathe, [&] { return up.exponential(9); }, [&] { return down.exponential(1); }));
    ASSERT_TRUE(env.run(10'000));
    available.add(lathe.statistics().capacity.mean(env.now()));
  }
  EXPECT_NEAR(available.mean(), 0.9, 4 * available.sd() / std::sqrt(20.0));
}

/// Work on a server that fails: White and Christie 1958, "Queuing with preemptive priorities or
/// with breakdown", the mean number present.
TEST(Queueing, AServerThatFailsAndWorkThatGoesOn) {
  const double load = 0.5, fails = 0.1, repairs = 0.5;
  const double both = fails + repairs;
  const double present = load * (both * both + fails) / (both * (repairs - load * both));
  Tally seen;
  for (std::uint32_t r = 0; r < 20; ++r) {
    Environment env({.seed = 24, .replication = r});
    Resource server(env, 1, "server");
    Station station = {env, server};
    const Kind kind = {.gap = 1 / load, .service = exponential(1), .works_with_unit = true};
    Counts counts;
    env.spawn(source(station, kind, "customers", counts));
    Random up = env.random("up"), down = env.random("down");
    env.spawn(breakdowns(
        server, [&] { return up.exponential(1 / fails); },
        [&] { return down.exponential(1 / repairs); }));
    ASSERT_TRUE(env.run(1000));
    server.restart_statistics();
    ASSERT_TRUE(env.run(21'000));
    seen.add(server.statistics().queue.mean(env.now()) + server.statistics().busy.mean(env.now()));
  }
  EXPECT_NEAR(seen.mean(), present, 4 * seen.sd() / std::sqrt(20.0));
}

Process impatient(Environment& env, Resource& server, double patience, double service) {
  if (const auto unit = co_await within(patience, server.seize())) co_await env.hold(service);
}

/// M/M/1 whose customers give up after an exponential time: births and deaths.
TEST(Queueing, CustomersWhoGiveUp) {
  const double rate = 1.2, gives_up = 0.5;
  double weight = 1, sum = 1, waiting = 0;
  for (int n = 1; n <= 100; ++n) {
    weight *= rate / (1 + (n - 1) * gives_up);
    sum += weight;
    waiting += (n - 1) * weight;
  }
  Tally queue, busy;
  for (std::uint32_t r = 0; r < 20; ++r) {
    Environment env({.seed = 25, .replication = r});
    Resource server(env, 1, "server");
    env.spawn([](Environment& e, Resource& s, double lambda, double theta) -> Process {
      Random gaps = e.random("gaps"), patience = e.random("patience"), work = e.random("work");
      for (;;) {
        co_await e.hold(gaps.exponential(1 / lambda));
        e.spawn(impatient(e, s, patience.exponential(1 / theta), work.exponential(1)));
      }
    }(env, server, rate, gives_up));
    ASSERT_TRUE(env.run(100));
    server.restart_statistics();
    ASSERT_TRUE(env.run(10'100));
    queue.add(server.statistics().queue.mean(env.now()));
    busy.add(server.statistics().busy.mean(env.now()));
  }
  EXPECT_NEAR(queue.mean(), waiting / sum, 4 * queue.sd() / std::sqrt(20.0));
  EXPECT_NEAR(busy.mean(), 1 - 1 / sum, 4 * busy.sd() / std::sqrt(20.0));
}

/// The same bits on every level of the CPU.
TEST(Queueing, ARunIsTheSameOnEveryLevel) {
  const Seen seen = replicate({.kinds = {{.gap = 1.25, .service = exponential(1)}}}, 0);
  EXPECT_EQ(seen.statistics.waits.count(), 15768u);
  EXPECT_EQ(seen.wait(), 0x1.118d0b9dac95bp+2);
  EXPECT_EQ(seen.queue(), 0x1.af5ae1128a27cp+1);
}

/// Little's law, exactly: once all have been served, the area under the queue is the sum of waits,
/// and that under those at work the sum of services.
TEST(Queueing, LittlesLawHoldsOnEveryPath) {
  for (std::uint32_t r = 0; r < 10; ++r) {
    Environment env({.seed = 23, .replication = r});
    Resource servers(env, 1 + r % 3, "servers");
    Station station = {env, servers};
    const Kind kinds[] = {{.request = {.priority = 1}}, {.request = {.priority = 0}}};
    Counts counts;
    Random random = env.random("all");
    double time = 0, work = 0;
    for (int k = 0; k < 2000; ++k) {
      time += random.exponential(1);
      const double service = random.exponential(1.0 + r % 3);
      work += service;
      env.spawn([](Station& s, const Kind& kind, double at, double serve, Counts& c) -> Process {
        co_await s.env.hold_until(at);
        co_await customer(s, kind, serve, c);
      }(station, kinds[k % 2], time, service, counts));
    }
    ASSERT_TRUE(env.run());
    const ResourceStatistics& seen = servers.statistics();
    EXPECT_EQ(seen.waits.count(), 2000u);
    EXPECT_NEAR(seen.queue.area(env.now()), seen.waits.sum(), 1e-9 * seen.waits.sum());
    EXPECT_NEAR(seen.busy.area(env.now()), work, 1e-9 * work);
    EXPECT_NEAR(counts.times.sum(), seen.waits.sum() + work, 1e-9 * work);
  }
}

}  // namespace
}  // namespace tyche::simulation
