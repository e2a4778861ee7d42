// How long a model takes to become machine code in a process that has compiled before: passes, code
// generation and loading, each time anew.
#include <cstdio>

#include "bench/measure/contest.hpp"
#include "bench/measure/row.hpp"
#include "bench/models/models.hpp"
#include "tyche/base/error.hpp"

namespace {

double milliseconds(const tyche::Model& model) {
  const double start = bench::cpu_seconds();
  bench::compiled(model);
  return 1e3 * (bench::cpu_seconds() - start);
}

}  // namespace

int main() try {
  bench::compiled(bench::model_of_the_seven("simple"));
  for (const char* name : bench::seven) {
    const tyche::Model model = bench::model_of_the_seven(name);
    std::vector<double> times;
    for (int round = 0; round < 11; ++round) times.push_back(milliseconds(model));
    bench::print({.name = std::string("compile, warm: ") + name,
                  .measured = bench::median(times),
                  .unit = "ms",
                  .peer = "",
                  .floor = {}});
  }
} catch (const tyche::Failure& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
