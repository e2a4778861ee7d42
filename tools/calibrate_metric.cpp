// How the automatic metric fares against each that can be named: prints docs/metrics.md.
// Usage: tyche_calibrate_metric [seeds [warmup [part of a name]]]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/posteriors.hpp"
#include "tyche/runtime/memory.hpp"
#include "tyche/runtime/sample.hpp"

namespace {

using namespace tyche;

constexpr struct {
  const char* name;
  Metric metric;
} metrics[] = {{"variance", Metric::diagonal},
               {"Fisher", Metric::fisher},
               {"low rank", Metric::low_rank},
               {"dense", Metric::dense},
               {"automatic", Metric::automatic}};
constexpr std::size_t named = 4, all = 5;

struct Score {
  double log_ess;  // of the least bulk ESS a leapfrog over all scalars
  bool converged;  // every R-hat below 1.01: of chains in several modes an ESS says nothing
};
Score score(const Posterior& posterior, const SampleSettings& settings) {
  MemorySink memory;
  Sink* const sinks[] = {&memory};
  const auto report = run("model", posterior, settings, sinks);
  if (!report) throw Failure(report.error());
  double least = HUGE_VAL;
  bool converged = true;
  for (const auto& row : summarize(memory.take_draws()).scalars) {
    if (row.sd > 0) least = std::min(least, row.ess_bulk);
    if (row.sd > 0) converged &= row.rhat < 1.01;
  }
  return {std::log(least / double(report->leapfrogs)), converged};
}

struct Moments {
  double mean = 0, error = 0;
};
Moments moments(const std::vector<double>& x) {
  const auto n = double(x.size());
  double mean = 0, square = 0;
  for (const double value : x) mean += value / n;
  for (const double value : x) square += (value - mean) * (value - mean);
  return {mean, x.size() > 1 ? std::sqrt(square / (n - 1) / n) : HUGE_VAL};
}

/// What rows add to the columns' geometric means.
struct Table {
  double total[all] = {};
  int models = 0, below = 0;

  void add(const double (&means)[all], double bound) {
    for (std::size_t k = 0; k < all; ++k) total[k] += means[k];
    ++models;
    below += bound < 0.8;
  }
  void print(const char* name) const {
    std::printf("| geometric mean, %s | |", name);
    for (const double sum : total) std::printf(" %.4f |", std::exp(sum / models));
    std::printf(" | | |\n");
  }
};

/// What the runs of one metric say.
struct Runs {
  std::vector<Score> scores;

  std::size_t converged() const {
    return std::size_t(std::ranges::count_if(scores, &Score::converged));
  }
  /// Whether what keeps runs from converging is where their chains went. Where hardly a run
  /// converges all mix slowly, and those that did not are what there is to judge.
  bool in_modes() const {
    return converged() >= scores.size() / 4 && converged() < scores.size() * 3 / 4;
  }
  Moments log_ess(bool all_runs) const {
    std::vector<double> values;
    for (const Score& at : scores) {
      if (at.converged || all_runs) values.push_back(at.log_ess);
    }
    return moments(values);
  }
};

struct Row {
  double means[all] = {}, bound = 0;

  Row(const std::string& name, const Posterior& posterior, std::size_t seeds,
      SampleSettings settings) {
    Runs runs[all];
    add(runs, posterior, 1, seeds, settings);
    const bool modes = runs[named].in_modes();
    if (modes) add(runs, posterior, seeds + 1, 4 * seeds, settings);
    std::printf("| %s | %d |", name.c_str(), posterior.dimension());
    std::size_t best = 0;
    for (std::size_t k = 0; k < all; ++k) {
      means[k] = runs[k].log_ess(!modes).mean;
      if (k < named && means[k] > means[best]) best = k;
      std::printf(" %.4f", std::exp(means[k]));
      if (runs[k].converged() < runs[k].scores.size()) {
        std::printf(" (%zu of %zu)", runs[k].converged(), runs[k].scores.size());
      }
      std::printf(" |");
    }
    const Moments ours = runs[named].log_ess(!modes), theirs = runs[best].log_ess(!modes);
    constexpr double one_sided_90 = 1.282;
    bound = std::exp(ours.mean - theirs.mean - one_sided_90 * std::hypot(ours.error, theirs.error));
    std::printf(" %.2f | %.2f |\n", std::exp(ours.mean - theirs.mean), bound);
    std::fflush(stdout);
  }

 private:
  static void add(Runs (&runs)[all], const Posterior& posterior, std::size_t first,
                  std::size_t last, SampleSettings& settings) {
    for (settings.seed = first; settings.seed <= last; ++settings.seed) {
      for (std::size_t k = 0; k < all; ++k) {
        settings.metric = metrics[k].metric;
        runs[k].scores.push_back(score(posterior, settings));
      }
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  const auto seeds = std::size_t(argc > 1 ? std::atoi(argv[1]) : 20);
  SampleSettings settings{.chains = 4};
  settings.warmup = argc > 2 ? std::atoi(argv[2]) : 1000;
  const char* const part = argc > 3 ? argv[3] : "";
  std::printf(
      "# The automatic metric\n\nEffective draws a leapfrog (least bulk ESS over all scalars; "
      "geometric mean over %zu seeds of\n4 chains of %d + 1000), by metric; the automatic one over "
      "the best that can be named, and the\nlower 90 %% bound of that ratio. In brackets the runs "
      "that converged (every R-hat below 1.01),\nwhere not all did. Where a quarter to three "
      "quarters did, chains find different modes: only runs\nthat converged count, of four times "
      "the seeds. "
      "Written by `./dev calibrate`.\n\n| posterior | d |",
      seeds, int(settings.warmup));
  for (const auto& [name, metric] : metrics) std::printf(" %s |", name);
  std::printf(" over best | at least |\n|---|---|---|---|---|---|---|---|---|\n");
  Table known_ones, table;
  for (const auto* some : {&known_posteriors(), &further_posteriors()}) {
    for (const Known& known : *some) {
      if (!std::strstr(known.folder.c_str(), part)) continue;
      const Row row(known.folder, *compile(known.model(), {.lanes = 0}), seeds, settings);
      table.add(row.means, row.bound);
      const bool apart = known.folder == "eight_schools-eight_schools_centered";
      if (!apart) known_ones.add(row.means, row.bound);
    }
  }
  for (const Seventh& seventh : seven_models()) {
    if (!std::strstr(seventh.name.c_str(), part)) continue;
    const Row row(seventh.name, *compile(seventh.model, {.lanes = 0}), seeds, settings);
    table.add(row.means, row.bound);
  }
  if (known_ones.models > 0) known_ones.print("known posteriors but the centred schools");
  table.print("all");
  std::printf("\nBelow 0.8 of the best: %d of %d known posteriors, %d of all %d.\n",
              known_ones.below, known_ones.models, table.below, table.models);
}
