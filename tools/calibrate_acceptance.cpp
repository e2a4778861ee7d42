// How often the acceptance rule (tests/acceptance.hpp) refuses draws by chance, and what error it
// finds: prints a part of docs/calibration.md. Usage: tyche_calibrate_acceptance [seeds]
#include <cstdio>
#include <cstdlib>

#include "tests/acceptance.hpp"
#include "tests/posteriors.hpp"
#include "tyche/runtime/sample.hpp"

namespace {

using namespace tyche;

/// Of the runs of one posterior, at one length.
struct Tally {
  int inconclusive = 0, refused = 0;
  int statistics = 0, beyond = 0;  // beyond 4 standard errors
  double squares = 0;              // of errors in standard errors
  double found[2] = {};            // of an error of 2 and of 3 floors

  void add(const Draws& draws, const nlohmann::json& quantities) {
    if (tyche::inconclusive(draws, quantities)) {
      ++inconclusive;
      return;
    }
    refused += !tyche::refused(draws, quantities).empty();
    for (const auto& [name, reference] : quantities.items()) {
      for (const Estimate& ours : estimates(*draws.column(name), reference)) add(ours, reference);
    }
  }

  void add(const Estimate& ours, const nlohmann::json& reference) {
    const double error = combined_error(ours, reference), miss = ours.value - ours.reference;
    ++statistics;
    beyond += std::abs(miss) > 4 * error;
    squares += miss * miss / (error * error);
    for (int k = 0; k < 2; ++k) {
      for (const double moved : {miss + (2 + k) * ours.floor, miss - (2 + k) * ours.floor}) {
        found[k] += 0.5 * (std::abs(moved) > std::max(4 * error, ours.floor));
      }
    }
  }
};

void calibrate(const Known& known, int seeds) {
  const auto quantities =
      test_json("posteriors/" + known.folder + "/reference.json").at("quantities");
  const auto posterior = compile(known.model(), {.lanes = 8});
  Tally first;
  int still = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const Draws draws = four_chains(*posterior, 1000, std::uint64_t(seed));
    first.add(draws, quantities);
    if (objections(draws, quantities).empty()) continue;
    still += !objections(four_chains(*posterior, 4000, std::uint64_t(seed)), quantities).empty();
  }
  std::printf("| %s | %d | %d | %d | %d | %.2f | %d of %d | %.2f | %.2f |\n", known.folder.c_str(),
              seeds, first.inconclusive, first.refused, still,
              std::sqrt(first.squares / first.statistics), first.beyond, first.statistics,
              first.found[0] / first.statistics, first.found[1] / first.statistics);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::atoi(argv[1]) : 100;
  if (seeds < 1) {
    std::fprintf(stderr, "seeds: expected 1 or more, found %s\n", argv[1]);
    return 2;
  }
  std::printf(
      "\n## The acceptance rule\n\n"
      "Four chains of 1,000 + 1,000 of each known posterior at seeds 1 to %d, by the defaults: "
      "NUTS\n"
      "under the automatic metric, centring learnt. Where the rule objects, 4,000 + 4,000 decide. "
      "z\n"
      "is an error in combined standard errors. The last columns: the share of statistics at "
      "which\n"
      "one run of 1,000 finds an error of 2 and of 3 floors (0.1 and 0.15 sd of a mean, 10 and 15 "
      "%%\n"
      "of an sd, 0.2 and 0.3 sd of a quantile). Written by\n"
      "`tyche_calibrate_acceptance %d`.\n\n"
      "| posterior | runs | inconclusive | refused | still so | rms of z | z beyond 4 | finds 2 | "
      "finds 3 |\n"
      "|---|---|---|---|---|---|---|---|---|\n",
      seeds, seeds);
  for (const Known& known : known_posteriors()) calibrate(known, seeds);
}
