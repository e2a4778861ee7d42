// PHOLD through the public interface beside a loop written for it alone over the same calendar,
// streams and tie rule: what entities, checks and statistics cost.
#include "bench/workloads/phold.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "bench/measure/contest.hpp"
#include "bench/measure/row.hpp"
#include "tyche/simulation/engines/sequential.hpp"

namespace {

using bench::PholdSettings;
using tyche::simulation::EntityId;
using tyche::simulation::Rank;

struct Bare {
  struct Process {
    std::uint64_t handled = 0, drawn = 0, sent = 0;
  };
  using Event = tyche::simulation::Event<bench::Phold::Message>;

  PholdSettings settings;
  tyche::simulation::Streams streams;
  std::uint64_t key = streams.key("");
  std::vector<Process> processes;
  tyche::simulation::Calendar<Event> calendar;

  explicit Bare(const PholdSettings& s) : settings(s), processes(s.processes) {
    for (EntityId self = 0; self < s.processes; ++self) {
      auto random = streams.at(key, self);
      for (std::uint32_t k = 0; k < s.events; ++k) {
        const double time = random.exponential(1) + s.lookahead;
        calendar.push({time, Rank::of(0, processes[self].sent++), self, self, {}});
      }
      processes[self].drawn = (s.events + 1) & ~1u;
    }
  }

  std::uint64_t run(double stop) {
    std::uint64_t events = 0;
    for (; calendar.top().time < stop; ++events) {
      const Event event = calendar.pop();
      Process& process = processes[event.to];
      auto random = streams.at(key, event.to, process.drawn);
      process.drawn += 2;
      ++process.handled;
      const EntityId to = bench::phold_target(settings, event.to, random.uniform());
      const double time = event.time + (random.exponential(1) + settings.lookahead);
      const Rank rank = Rank::of(time > event.time ? 0 : event.rank.depth() + 1, process.sent++);
      calendar.push({time, rank, event.to, to, {}});
    }
    return events;
  }
};

struct Times {
  double bare, entities;  // nanoseconds an event
};

/// Both go on in turn over the same stretches of time, so that a busy machine slows both alike.
Times measure(const PholdSettings& settings, double seconds) {
  Bare bare(settings);
  auto run = *tyche::simulation::Sequential<bench::Phold>::start(bench::phold(settings), {});
  const double warm = 2, events_a_unit = double(settings.processes) * settings.events;
  bare.run(warm);
  (void)run.run(warm);
  const double stretch = 0.02 / (50e-9 * events_a_unit);  // of simulated time: about 20 ms
  std::vector<double> of_bare, of_entities;
  const double start = bench::cpu_seconds();
  for (double stop = warm + stretch; bench::cpu_seconds() - start < seconds; stop += stretch) {
    const double before = bench::cpu_seconds();
    const auto events = double(bare.run(stop));
    const double between = bench::cpu_seconds();
    (void)run.run(stop);
    const double after = bench::cpu_seconds();
    of_bare.push_back((between - before) / events * 1e9);
    of_entities.push_back((after - between) / events * 1e9);
  }
  std::uint64_t handled = 0, expected = 0;
  for (EntityId k = 0; k < settings.processes; ++k) {
    handled += run.entity(k).handled() * (k + 1);
    expected += bare.processes[k].handled * (k + 1);
  }
  if (handled != expected) {
    std::fprintf(stderr, "the loop and the engine disagree\n");
    std::exit(1);
  }
  return {bench::median(of_bare), bench::median(of_entities)};
}

void report(const std::string& name, const PholdSettings& settings, double seconds) {
  const Times times = measure(settings, seconds);
  char peer[80];
  std::snprintf(peer, sizeof peer, "%.1f million events/s; the bare loop %.1f",
                1e3 / times.entities, 1e3 / times.bare);
  bench::print({.name = name,
                .measured = times.bare / times.entities,
                .unit = "of the bare loop's rate",
                .peer = peer,
                .floor = 1});
}

}  // namespace

int main() {
  for (const std::uint32_t processes : {1'000u, 10'000u, 100'000u, 1'000'000u}) {
    report("PHOLD, one event a process: " + std::to_string(processes),
           {.processes = processes, .events = 1}, 2);
  }
  for (const std::uint32_t processes : {100u, 1'000u, 10'000u, 100'000u}) {
    for (const double remote : {0.1, 0.25, 0.5}) {
      char name[80];
      std::snprintf(name, sizeof name, "PHOLD, 16 events a process: %u, remote %g", processes,
                    remote);
      report(name, {.processes = processes, .remote = remote}, 0.7);
    }
  }
}
