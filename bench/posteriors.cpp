// The known posteriors and the seven models: how far compiled densities are from golden values, how
// many posteriors the acceptance rule accepts, and how the seven mix.
#include "tests/posteriors.hpp"

#include <algorithm>
#include <cstdio>
#include <span>
#include <string>

#include "bench/measure/row.hpp"
#include "tests/acceptance.hpp"
#include "tests/compiled_density.hpp"
#include "tests/golden.hpp"
#include "tyche/runtime/sample.hpp"

namespace {

using namespace tyche;

void print(const std::string& figure, double measured, const char* unit) {
  bench::print({.name = figure, .measured = measured, .unit = unit, .peer = "", .floor = {}});
}

/// Whether no seed's draws are objected to; what is goes to the terminal.
bool accepted(const Known& known, const Posterior& posterior) {
  const auto quantities =
      test_json("posteriors/" + known.folder + "/reference.json").at("quantities");
  bool all = true;
  for (const std::uint64_t seed : acceptance_seeds) {
    for (const std::string& why : judged(posterior, quantities, seed)) {
      all = false;
      std::printf("%s, seed %d: %s\n", known.folder.c_str(), int(seed), why.c_str());
    }
  }
  return all;
}

void known() {
  Misses worst;
  int accepted_ones = 0;
  for (const Known& each : known_posteriors()) {
    const auto posterior = compile(each.model(), {.lanes = 0});
    const Misses found = misses(each, compiled_density(posterior));
    worst.value = std::max(worst.value, found.value);
    worst.gradient = std::max(worst.gradient, found.gradient);
    accepted_ones += accepted(each, *posterior);
  }
  print("posteriors: differences of log density, worst of 12", worst.value, "relative");
  print("posteriors: gradients, worst of 12", worst.gradient, "relative");
  print("posteriors: accepted", accepted_ones, "of 12");
}

/// Of four chains of 1,000 + 1,000: shown and not judged, as some of the seven cannot mix.
void print_mixing(const std::string& name, const Posterior& posterior) {
  const Draws draws = four_chains(posterior, 1000, acceptance_seeds[0]);
  double worst = 0, least = INFINITY;
  for (int k = 0; k < draws.scalars(); ++k) {
    worst = std::max(worst, rhat(draws.column(k)));
    least = std::min({least, ess_bulk(draws.column(k)), ess_tail(draws.column(k))});
  }
  print("the seven: largest R-hat, " + name, worst, "");
  print("the seven: least effective size of 4000 draws, " + name, least, "");
}

void seven() {
  double worst = 0;
  for (const Seventh& seventh : seven_models()) {
    const auto posterior = compile(seventh.model, {.lanes = 0});
    const Misses found = misses(seventh, compiled_density(posterior));
    worst = std::max({worst, found.value, found.gradient});
    print_mixing(seventh.name, *posterior);
  }
  print("the seven: log density and gradient, worst", worst, "relative");
}

}  // namespace

int main() {
  known();
  seven();
}
