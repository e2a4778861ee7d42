// PHOLD whose events cost some work, on the parallel engines with two threads beside the engine of
// one: from how much work on an event threads pay, and what Time Warp takes back for it.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/measure/contest.hpp"
#include "bench/measure/row.hpp"
#include "bench/workloads/phold.hpp"
#include "tyche/simulation/engines/engine.hpp"

namespace {

using bench::PholdSettings;
using tyche::simulation::Engine;
using tyche::simulation::Now;
using tyche::simulation::Run;
using tyche::simulation::RunSettings;

double seconds_of(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

/// Each turn waits for the one before it.
std::uint64_t spin(std::uint64_t x, std::uint32_t turns) {
  for (std::uint32_t k = 0; k < turns; ++k) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    asm volatile("" : "+r"(x));
  }
  return x;
}

double seconds_a_turn() {
  constexpr std::uint32_t turns = 1'000'000;
  double least = 1;
  for (int k = 0; k < 20; ++k) {
    const double start = bench::cpu_seconds();
    volatile std::uint64_t result = spin(1, turns);
    (void)result;
    least = std::min(least, bench::cpu_seconds() - start);
  }
  return least / turns;
}

/// PHOLD whose events take `turns` of work.
class Labourer {
 public:
  using Message = bench::Phold::Message;

  Labourer(const PholdSettings& settings, std::uint32_t turns) : phold_(settings), turns_(turns) {}

  void init(Now<Message>& now) { phold_.init(now); }
  void handle(const Message& message, Now<Message>& now) {
    spun_ = spin(spun_, turns_);
    phold_.handle(message, now);
  }

 private:
  bench::Phold phold_;
  std::uint64_t spun_ = 1;
  std::uint32_t turns_;
};

struct Case {
  std::string name;
  double work;           // seconds an event
  std::uint64_t events;  // of a run, about
  double lookahead = 1;
  std::uint32_t a_process = 16;
};

/// One engine's times beside those of the engine of one thread, run in turn.
struct Rival {
  Engine engine;
  const char* name;
  std::vector<double> ratios = {};
  std::vector<double> cpu_ratios = {};
  Run<Labourer> last = {};
};

struct Timed {
  double seconds, cpu_seconds;  // the latter of all threads
  Run<Labourer> run;
};

Timed timed(const std::vector<Labourer>& labourers, const RunSettings& settings) {
  const double start = seconds_of(CLOCK_MONOTONIC), cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  auto run = simulate(labourers, settings);
  const double seconds = seconds_of(CLOCK_MONOTONIC) - start;
  const double cpu_seconds = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  if (!run) {
    std::fprintf(stderr, "%s\n", tyche::to_string(run.error()).c_str());
    std::exit(1);
  }
  return {seconds, cpu_seconds, *std::move(run)};
}

std::string told(const Rival& rival, double sequential_ns) {
  const auto& parallel = rival.last.parallel;
  const auto count = [](std::uint64_t x) { return static_cast<unsigned long long>(x); };
  char text[300];
  std::snprintf(text, sizeof text,
                "sequential %.0f ns an event; its CPU time %.2f times; efficiency %.1f %%, %llu "
                "rollbacks, %llu anti-messages, %.2f MB of history, %llu rounds",
                sequential_ns, bench::median(rival.cpu_ratios), 100 * parallel.efficiency(),
                count(parallel.rollbacks), count(parallel.anti_messages),
                double(parallel.peak_bytes) / 1e6, count(parallel.rounds));
  return text;
}

void report(const Case& c, double a_turn, int rounds) {
  const PholdSettings phold{.processes = 10'000, .events = c.a_process, .lookahead = c.lookahead};
  const std::vector<Labourer> labourers(phold.processes,
                                        Labourer(phold, std::uint32_t(c.work / a_turn)));
  const double a_unit = double(phold.processes) * c.a_process / (1 + c.lookahead);
  RunSettings settings{
      .stop = c.lookahead + double(c.events) / a_unit, .lookahead = c.lookahead, .threads = 2};
  std::vector<Rival> rivals;
  if (c.lookahead > 0) rivals.push_back({Engine::conservative, "conservative"});
  rivals.push_back({Engine::time_warp, "Time Warp"});
  std::vector<double> sequential;
  for (int round = 0; round < rounds; ++round) {
    settings.engine = Engine::sequential;
    const Timed one = timed(labourers, settings);
    sequential.push_back(one.seconds / double(one.run.report.events) * 1e9);
    for (Rival& rival : rivals) {
      settings.engine = rival.engine;
      Timed two = timed(labourers, settings);
      if (two.run.report != one.run.report) {
        std::fprintf(stderr, "%s and the engine of one thread disagree\n", rival.name);
        std::exit(1);
      }
      rival.ratios.push_back(one.seconds / two.seconds);
      rival.cpu_ratios.push_back(two.cpu_seconds / one.cpu_seconds);
      rival.last = std::move(two.run);
    }
  }
  for (const Rival& rival : rivals) {
    bench::print({.name = std::string(rival.name) + ", 2 threads, " + c.name,
                  .measured = bench::median(rival.ratios),
                  .unit = "times sequential",
                  .peer = told(rival, bench::median(sequential)),
                  .floor = 2});
  }
}

}  // namespace

int main(int argc, char** argv) {
  const double share = argc > 1 ? std::atof(argv[1]) : 1;  // of the events of a full measurement
  const double a_turn = seconds_a_turn();
  const auto events = [&](double count) { return std::uint64_t(count * share); };
  report({"20 us an event", 20e-6, events(100e3)}, a_turn, 5);
  report({"2 us an event", 2e-6, events(600e3)}, a_turn, 7);
  report({"no work", 0, events(2e6)}, a_turn, 7);
  report({"2 us, one event a process", 2e-6, events(400e3), 1, 1}, a_turn, 5);
  report({"20 us, no lookahead", 20e-6, events(100e3), 0}, a_turn, 3);
  report({"2 us, no lookahead", 2e-6, events(400e3), 0}, a_turn, 5);
}
