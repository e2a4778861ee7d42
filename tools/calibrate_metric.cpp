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

/// log of the least bulk ESS a leapfrog over all scalars.
double log_score(const Posterior& posterior, const SampleSettings& settings) {
  MemorySink memory;
  Sink* const sinks[] = {&memory};
  const auto report = run("model", posterior, settings, sinks);
  if (!report) throw Failure(report.error());
  double least = HUGE_VAL;
  for (const auto& row : summarize(memory.take_draws()).scalars) {
    if (row.sd > 0) least = std::min(least, row.ess_bulk);
  }
  return std::log(least / double(report->leapfrogs));
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

/// What a row adds to the columns' geometric means.
struct Table {
  double total[all] = {};
  int models = 0, below = 0;

  void row(const std::string& name, const Posterior& posterior, int seeds,
           SampleSettings settings) {
    std::vector<double> scores[all];
    for (int seed = 1; seed <= seeds; ++seed) {
      settings.seed = std::uint64_t(seed);
      for (std::size_t k = 0; k < all; ++k) {
        settings.metric = metrics[k].metric;
        scores[k].push_back(log_score(posterior, settings));
      }
    }
    std::printf("| %s | %d |", name.c_str(), posterior.dimension());
    std::size_t best = 0;
    for (std::size_t k = 0; k < all; ++k) {
      const double mean = moments(scores[k]).mean;
      total[k] += mean;
      if (k < named && mean > moments(scores[best]).mean) best = k;
      std::printf(" %.4f |", std::exp(mean));
    }
    std::vector<double> ratio = scores[named];
    for (std::size_t k = 0; k < ratio.size(); ++k) ratio[k] -= scores[best][k];
    const Moments of = moments(ratio);
    constexpr double one_sided_90 = 1.282;
    const double bound = std::exp(of.mean - one_sided_90 * of.error);
    std::printf(" %.2f | %.2f |\n", std::exp(of.mean), bound);
    std::fflush(stdout);
    ++models;
    below += bound < 0.8;
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
      "over the best that can be named, with\nthe lower 90 %% bound of that ratio. Written by "
      "`./dev calibrate`.\n\n| posterior | d |",
      seeds, int(settings.warmup));
  for (const auto& [name, metric] : metrics) std::printf(" %s |", name);
  std::printf(" over best | at least |\n|---|---|---|---|---|---|---|---|---|\n");
  Table table;
  for (const auto* some : {&known_posteriors(), &further_posteriors()}) {
    for (const Known& known : *some) {
      if (!std::strstr(known.folder.c_str(), part)) continue;
      table.row(known.folder, *compile(known.model(), {.lanes = 8}), seeds, settings);
    }
  }
  for (const Seventh& seventh : seven_models()) {
    if (!std::strstr(seventh.name.c_str(), part)) continue;
    table.row(seventh.name, *compile(seventh.model, {.lanes = 8}), seeds, settings);
  }
  std::printf("| geometric mean | |");
  for (const double total : table.total) std::printf(" %.4f |", std::exp(total / table.models));
  std::printf(" | |\n\nBelow 0.8 of the best: %d of %d.\n", table.below, table.models);
}
