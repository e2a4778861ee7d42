// The acceptance rule over many seeds: how often draws of each known posterior are refused, which
// is by chance a few in ten thousand statistics. Usage: bench_posteriors [seeds]
#include "tests/posteriors.hpp"

#include <cstdio>
#include <cstdlib>

#include "tests/acceptance.hpp"
#include "tyche/runtime/sample.hpp"

namespace {

using namespace tyche;

/// Over the seeds: runs that the rule refuses, and of all statistics of 1,000 + 1,000 draws the
/// root mean square of their error in standard errors: 1 where draws and errors are right.
void print(const Known& known, int seeds) {
  const auto quantities =
      test_json("posteriors/" + known.folder + "/reference.json").at("quantities");
  const auto posterior = compile(known.model(), {.lanes = 8});
  int refused_runs = 0, count = 0, beyond = 0;
  double squares = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto reasons = judged(*posterior, quantities, std::uint64_t(seed));
    refused_runs += !reasons.empty();
    for (const std::string& why : reasons) {
      std::printf("%s, seed %d: %s\n", known.folder.c_str(), seed, why.c_str());
    }
    const Draws draws = four_chains(*posterior, 1000, std::uint64_t(seed));
    for (const auto& [name, reference] : quantities.items()) {
      for (const Estimate& ours : estimates(*draws.column(name), reference)) {
        const double z = (ours.value - ours.reference) / combined_error(ours, reference);
        squares += z * z;
        beyond += std::abs(z) > 4;
        ++count;
      }
    }
  }
  std::printf("%-45s refused %d of %d, z rms %.3f, |z| > 4: %d of %d\n", known.folder.c_str(),
              refused_runs, seeds, std::sqrt(squares / count), beyond, count);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::atoi(argv[1]) : 20;
  for (const Known& known : known_posteriors()) print(known, seeds);
}
