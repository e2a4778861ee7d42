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
  bool converged;  // every R-hat below 1.05: of chains in several modes an ESS says nothing
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
    if (row.sd > 0) converged &= row.rhat < 1.05;
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

struct Row {
  double means[all] = {}, bound = 0;

  Row(const std::string& name, const Posterior& posterior, int seeds, SampleSettings settings) {
    std::vector<Score> scores[all];
    for (int seed = 1; seed <= seeds; ++seed) {
      settings.seed = std::uint64_t(seed);
      for (std::size_t k = 0; k < all; ++k) {
        settings.metric = metrics[k].metric;
        scores[k].push_back(score(posterior, settings));
      }
    }
    std::printf("| %s | %d |", name.c_str(), posterior.dimension());
    std::size_t best = 0;
    for (std::size_t k = 0; k < all; ++k) {
      for (const Score& at : scores[k]) means[k] += at.log_ess / seeds;
      if (k < named && means[k] > means[best]) best = k;
      std::printf(" %.4f |", std::exp(means[k]));
    }
    std::vector<double> ratio;
    for (std::size_t k = 0; k < scores[best].size(); ++k) {
      const Score &ours = scores[named][k], &theirs = scores[best][k];
      if (ours.converged && theirs.converged) ratio.push_back(ours.log_ess - theirs.log_ess);
    }
    const Moments of = moments(ratio);
    constexpr double one_sided_90 = 1.282;
    bound = std::exp(of.mean - one_sided_90 * of.error);
    std::printf(" %.2f | %.2f | %zu |\n", std::exp(of.mean), bound, ratio.size());
    std::fflush(stdout);
  }
};

}  // namespace

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::atoi(argv[1]) : 20;
  SampleSettings settings{.chains = 4};
  settings.warmup = argc > 2 ? std::atoi(argv[2]) : 1000;
  const char* const part = argc > 3 ? argv[3] : "";
  std::printf(
      "# The automatic metric\n\nEffective draws a leapfrog (least bulk ESS over all scalars; "
      "geometric mean over %d seeds of\n4 chains of %d + 1000), by metric, and the automatic one "
      "over the best that can be named, with\nthe lower 90 %% bound of that ratio, over the seeds "
      "at which both converged (every R-hat below 1.05).\nWritten by `./dev calibrate`.\n\n"
      "| posterior | d |",
      seeds, int(settings.warmup));
  for (const auto& [name, metric] : metrics) std::printf(" %s |", name);
  std::printf(" over best | at least | seeds |\n|---|---|---|---|---|---|---|---|---|---|\n");
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
