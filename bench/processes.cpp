// Processes: the speed of queues against a loop written for one alone, replications on one core and
// on two, and the memory of a million processes. With the name of a shop, its stop and a seed it
// runs this shop once and says what it took: for bench/simulation.py.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "bench/measure/contest.hpp"
#include "bench/measure/row.hpp"
#include "bench/processes/shops.hpp"
#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/shelf.hpp"
#include "tyche/simulation/tally.hpp"

namespace {

using namespace tyche::simulation;

struct Event {
  double time;
  std::uint64_t order;
  bool arrival;
};
bool before(const Event& a, const Event& b) {
  return a.time != b.time ? a.time < b.time : a.order < b.order;
}

/// The barbershop as a loop over the same calendar and streams that knows nothing else: no
/// processes, and of statistics only the mean wait.
bench::Shown bare_barbershop(const bench::ShopRun& run) {
  const Streams streams(run.seed, run.replication);
  Random arrivals = streams("arrivals"), cuts = streams("cut");
  Calendar<Event> calendar;
  Shelf<double> waiting;
  Tally waits;
  std::uint64_t order = 0;
  bool busy = false;
  calendar.push({arrivals.exponential(18), ++order, true});
  while (calendar.top().time < run.stop) {
    const Event event = calendar.pop();
    if (event.arrival) {
      waiting.insert(waiting.size(), double(event.time));
      calendar.push({event.time + arrivals.exponential(18), ++order, true});
    } else {
      busy = false;
    }
    if (busy || waiting.size() == 0) continue;
    busy = true;
    waits.add(event.time - waiting.take(0));
    calendar.push({event.time + cuts.exponential(16), ++order, false});
  }
  return {waits.count(), waits.mean()};
}

template <class Body>
double seconds(const Body& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Of this thread's CPU time.
template <class Body>
double work_seconds(const Body& body) {
  const double start = bench::cpu_seconds();
  body();
  return bench::cpu_seconds() - start;
}

struct Times {
  double processes = 1e9, bare = 1e9;  // seconds
};

/// Of the barbershop and the loop in turn; the least of some rounds, for what others do on the
/// machine only adds.
Times measure(const bench::ShopRun& run, int rounds) {
  Times least;
  bench::Shown shown, bare;
  for (int round = 0; round < rounds; ++round) {
    least.processes =
        std::min(least.processes, work_seconds([&] { shown = bench::barbershop(run); }));
    least.bare = std::min(least.bare, work_seconds([&] { bare = bare_barbershop(run); }));
  }
  if (shown.waits != bare.waits || shown.mean_wait != bare.mean_wait) {
    std::fprintf(stderr, "the loop and the processes disagree\n");
    std::exit(1);
  }
  return least;
}

void report_rate() {
  const bench::ShopRun run = {.stop = 1'000'000};
  const double customers = double(bench::barbershop(run).waits);
  const Times times = measure(run, 100);
  bench::print({.name = "M/M/1 as processes with full statistics",
                .measured = customers / times.processes * 1e-6,
                .unit = "million customers/s",
                .peer = "the floor: a loop for it alone, its mean wait only",
                .floor = customers / times.bare * 1e-6});
}

void report_barbershop() {
  const Times times = measure({}, 300);
  bench::print({.name = "barbershop to 200k",
                .measured = times.processes * 1e3,
                .unit = "ms",
                .peer = "the floor: a loop for it alone, its mean wait only",
                .floor = times.bare * 1e3});
}

/// Replications first to last, and what they add up to.
double replicate(std::uint32_t first, std::uint32_t last) {
  double sum = 0;
  for (std::uint32_t r = first; r < last; ++r) {
    sum += bench::barbershop({.replication = r, .stop = 10'000}).mean_wait;
  }
  return sum;
}

void report_replications() {
  constexpr std::uint32_t all = 1000;
  double work = 1e9, one = 1e9, two = 1e9, alone = 0, first = 0, second = 0;
  for (int round = 0; round < 11; ++round) {
    const auto in_turn = [&] { alone = replicate(0, all / 2) + replicate(all / 2, all); };
    one = std::min(one, seconds([&] { work = std::min(work, work_seconds(in_turn)); }));
    two = std::min(two, seconds([&] {
                     std::jthread other([&] { second = replicate(all / 2, all); });
                     first = replicate(0, all / 2);
                   }));
  }
  if (first + second != alone) {
    std::fprintf(stderr, "replications differ by thread\n");
    std::exit(1);
  }
  bench::print({.name = "1000 replications of the barbershop to 10k, one core",
                .measured = work * 1e3,
                .unit = "ms",
                .peer = "",
                .floor = {}});
  bench::print({.name = "1000 replications of the barbershop to 10k, two threads",
                .measured = one / two,
                .unit = "times faster",
                .peer = "",
                .floor = 2});
}

Process sleeper(Environment& env, Random& random) {
  for (;;) co_await env.hold(random.exponential(1));
}

double resident_bytes() {
  double pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * double(sysconf(_SC_PAGESIZE));
}

void report_memory() {
  constexpr int processes = 1'000'000;
  const double before = resident_bytes();
  Environment env;
  Random random = env.random("sleep");
  for (int k = 0; k < processes; ++k) env.spawn(sleeper(env, random));
  if (!env.run(2)) std::exit(1);
  bench::print({.name = "a million concurrent processes",
                .measured = (resident_bytes() - before) / processes,
                .unit = "bytes each",
                .peer = "",
                .floor = {}});
}

/// The first tenth of a second of a process runs at a lower clock; SimPy is given the same.
void let_the_clock_settle() {
  const double start = bench::cpu_seconds();
  while (bench::cpu_seconds() - start < 0.3) {
  }
}

int run_once(const std::string& name, double stop, std::uint64_t seed) {
  let_the_clock_settle();
  bench::Shown shown;
  const double taken = seconds([&] { shown = bench::shop(name, {.seed = seed, .stop = stop}); });
  std::printf("{\"seconds\": %.9f, \"waits\": %llu, \"mean_wait\": %.17g}\n", taken,
              static_cast<unsigned long long>(shown.waits), shown.mean_wait);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 4) {
    return run_once(arguments[1], std::atof(arguments[2]),
                    std::strtoull(arguments[3], nullptr, 10));
  }
  report_memory();  // first: memory that others had is not given back
  report_rate();
  report_barbershop();
  report_replications();
}
