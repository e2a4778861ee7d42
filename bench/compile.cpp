// How long a model takes to become machine code in a process that has compiled before: passes, code
// generation and loading, each time anew.
#include <cstdio>

#include "bench/measure/contest.hpp"
#include "bench/measure/machine.hpp"
#include "bench/measure/row.hpp"
#include "bench/models/models.hpp"
#include "tyche/base/error.hpp"

namespace {

double seconds(const auto& work) {
  const double start = bench::cpu_seconds();
  work();
  return bench::cpu_seconds() - start;
}

}  // namespace

int main() try {
  bench::compiled(bench::model_of_the_seven("simple"));
  for (const char* name : bench::seven) {
    const tyche::Model model = bench::model_of_the_seven(name);
    std::vector<double> times, cycles;
    for (int round = 0; round < 21; ++round) {
      constexpr int calls = 500;
      const double clock =
          calls * bench::cycles_a_call / seconds([] { bench::pass_cycles(calls); });
      times.push_back(seconds([&] { bench::compiled(model); }));
      cycles.push_back(times.back() * clock);
    }
    const double million = bench::median(cycles) * 1e-6;
    bench::print({.name = std::string("compile, warm: ") + name,
                  .measured = 1e3 * bench::median(times),
                  .unit = "ms",
                  .peer = std::to_string(int(million)) + " million cycles",
                  .floor = {}});
  }
} catch (const tyche::Failure& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
