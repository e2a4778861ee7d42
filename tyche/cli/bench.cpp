// tyche bench MODEL: times sampling on one of the seven models; a JSON line a run.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

#include "tyche/cli/gallery.hpp"
#include "tyche/cli/verb.hpp"
#include "tyche/diagnostics/diagnostics.hpp"
#include "tyche/runtime/memory.hpp"
#include "tyche/runtime/sample.hpp"

namespace tyche::cli {
namespace {

struct Options {
  std::string model;
  int seeds = 1;
  SampleSettings settings{.draws = 0};  // 0: what the exhibit says
};

double smallest_ess(const Draws& draws) {
  double least = std::numeric_limits<double>::infinity();
  for (int k = 0; k < draws.scalars(); ++k) {
    const double ess = ess_bulk(draws.column(k));
    if (!(ess >= least)) least = ess;  // NaN stays
    if (std::isnan(least)) break;
  }
  return least;
}

Result<void> print_run(const Exhibit& shown, const Posterior& posterior,
                       const SampleSettings& settings) {
  MemorySink memory;
  Sink* const sinks[] = {&memory};
  const auto report = run(shown.name, posterior, settings, sinks);
  if (!report) return std::unexpected(report.error());
  const Draws draws = memory.take_draws();
  const SamplerReport sampler = sampler_report(draws);
  const double sampling = report->seconds - report->warmup_seconds;
  const double ess = smallest_ess(draws);
  std::printf(
      "{\"engine\":\"tyche\",\"model\":\"%s\",\"chains\":%d,\"seed\":%llu,\"ess\":%.1f,"
      "\"warmup\":%.6f,\"sampling\":%.6f,\"div\":%ld,\"leap\":%lld,\"ess_s\":%.1f,"
      "\"ess_s_all\":%.1f,\"sd\":",
      shown.name.c_str(), settings.chains, static_cast<unsigned long long>(settings.seed), ess,
      report->warmup_seconds, sampling, sampler.divergent,
      static_cast<long long>(report->leapfrogs), ess / sampling, ess / report->seconds);
  const auto column = draws.column("y");
  if (shown.name == "funnel" && column) {
    std::printf("%.3f}\n", sd(*column));
  } else {
    std::printf("null}\n");
  }
  std::fflush(stdout);
  return {};
}

}  // namespace

void add_bench(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  SampleSettings& settings = options->settings;
  CLI::App* verb = app.add_subcommand("bench", "time sampling on one of the seven models");
  std::string names;
  for (const Exhibit& each : gallery()) {
    if (each.of_seven) names += (names.empty() ? "" : ", ") + each.name;
  }
  verb->add_option("MODEL", options->model, names)->required();
  verb->add_option("--chains", settings.chains, "how many chains")->capture_default_str();
  verb->add_option("--seeds", options->seeds, "runs, with seeds 1, 2, ...")
      ->check(CLI::Range(1, 2147483647))
      ->capture_default_str();
  verb->add_option("--draws", settings.draws, "draws a chain")->check(CLI::Range(1, 2147483647));
  add_kernel(*verb, settings);
  add_metric(*verb, settings);
  verb->callback([options, &chosen] {
    chosen = [options]() -> Result<int> {
      const auto found = exhibit(options->model);
      if (!found) return std::unexpected(found.error());
      const auto posterior = try_compile((*found)->model(), {.lanes = 0});
      if (!posterior) return std::unexpected(posterior.error());
      for (int seed = 1; seed <= options->seeds; ++seed) {
        SampleSettings settings = options->settings;
        if (settings.draws == 0) settings.draws = (*found)->draws;
        settings.seed = std::uint64_t(seed);
        if (auto ran = print_run(**found, **posterior, settings); !ran) {
          return std::unexpected(ran.error());
        }
      }
      return done;
    };
  });
}

}  // namespace tyche::cli
