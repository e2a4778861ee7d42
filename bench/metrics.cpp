// Effective draws a leapfrog under each metric, minimum over scalars of the bulk ESS: medians over
// seeds. Usage: bench_metrics [seeds [chains [warmup [name part]]]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/posteriors.hpp"
#include "tyche/runtime/memory.hpp"
#include "tyche/runtime/sample.hpp"

namespace {

using namespace tyche;

struct Score {
  double per_leapfrog, rhat, divergent, leapfrogs, microseconds;
};

double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  return x[x.size() / 2];
}

Score score(const Posterior& posterior, const SampleSettings& settings) {
  MemorySink memory;
  Sink* const sinks[] = {&memory};
  const auto report = run("model", posterior, settings, sinks);
  if (!report) throw Failure(report.error());
  const Draws draws = memory.take_draws();
  const Summary summary = summarize(draws);
  double ess = HUGE_VAL, rhat = 0;
  for (const auto& row : summary.scalars) {
    if (row.sd == 0) continue;
    ess = std::min(ess, row.ess_bulk);
    rhat = std::max(rhat, row.rhat);
  }
  double divergent = 0;
  const Column column = *draws.column("divergent__");
  for (int c = 0; c < column.chains; ++c) {
    for (const double x : column.chain(c)) divergent += x;
  }
  const double n = double(report->leapfrogs);
  return {ess / n, rhat, divergent, n / double(column.size()),
          1e6 * report->seconds / (n + double(report->warmup_leapfrogs))};
}

void print(const std::string& name, const Posterior& posterior, int seeds,
           SampleSettings settings) {
  std::printf("%-28s", name.substr(0, 28).c_str());
  const std::pair<const char*, Metric> metrics[] = {{"variance", Metric::diagonal},
                                                    {"fisher", Metric::fisher},
                                                    {"low rank", Metric::low_rank},
                                                    {"dense", Metric::dense}};
  for (const auto& [label, metric] : metrics) {
    std::vector<double> per, rhat, divergent, leapfrogs, us;
    for (int seed = 1; seed <= seeds; ++seed) {
      settings.seed = std::uint64_t(seed);
      settings.metric = metric;
      try {
        const Score s = score(posterior, settings);
        per.push_back(s.per_leapfrog), rhat.push_back(s.rhat), divergent.push_back(s.divergent);
        leapfrogs.push_back(s.leapfrogs), us.push_back(s.microseconds);
      } catch (const Failure& failure) {
        std::printf("%s\n", to_string(failure.error()).c_str());
        per.push_back(0), rhat.push_back(9), divergent.push_back(0), leapfrogs.push_back(0),
            us.push_back(0);
      }
    }
    std::printf(" | %s %.4f (%.3f to %.3f) %.3f %3.0f %5.1f %6.3fus", label, median(per),
                *std::min_element(per.begin(), per.end()),
                *std::max_element(per.begin(), per.end()), median(rhat), median(divergent),
                median(leapfrogs), median(us));
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::atoi(argv[1]) : 5;
  SampleSettings settings{.chains = argc > 2 ? std::atoi(argv[2]) : 4};
  settings.warmup = argc > 3 ? std::atoi(argv[3]) : 1000;
  const char* const part = argc > 4 ? argv[4] : "";
  for (const Known& known : known_posteriors()) {
    if (!std::strstr(known.folder.c_str(), part)) continue;
    print(known.folder, *compile(known.model(), {.lanes = 0}), seeds, settings);
  }
  for (const Seventh& seventh : seven_models()) {
    if (!std::strstr(seventh.name.c_str(), part)) continue;
    print(seventh.name, *compile(seventh.model, {.lanes = 0}), seeds, settings);
  }
}
