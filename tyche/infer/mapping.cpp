// How the chains of a run share lanes and threads: what is reckoned to finish soonest.
#include <algorithm>
#include <cstdio>

#include "tyche/base/thread_pool.hpp"
#include "tyche/infer/sample.hpp"
#include "tyche/kernels/sampler.hpp"

namespace tyche {
namespace {

struct Packing {
  int lanes = 1;
  double ns = 0;  // that every chain's next leapfrog step takes all threads
};

/// Nanoseconds that a group of so many lanes takes for a step, with its gradients and the host's
/// work: fitted to whole runs of fifteen posteriors. In lanes a part of the steps waits for the
/// others. A vector of four takes less time than one of eight, but more than half.
double group_cost(const Density& density, int lanes) {
  const double d = density.dimension(), occupancy = 0.83, host = 40;
  const GradientCost gradient = density.cost();
  if (lanes == 1) return gradient.rows + 41 + 0.9 * d + host;
  const double sampler = 7 + 1.55 * d;
  const double chain =
      lanes == max_lanes ? gradient.chains + sampler : 1.6 * gradient.chains + 1.3 * sampler;
  return lanes * (chain / occupancy + host);
}

Packing packed(const Density& density, const SampleSettings& settings, int lanes, int threads) {
  const int groups = (settings.chains + lanes - 1) / lanes;
  return {lanes, (groups + threads - 1) / threads * group_cost(density, lanes)};
}

/// The best of the given mapping.
Packing best_packing(const Density& density, const SampleSettings& settings, Mapping mapping,
                     int threads) {
  const auto with = [&](int lanes) { return packed(density, settings, lanes, threads); };
  const Packing rows = with(1),
                chains = std::ranges::min(with(max_lanes), with(4), {}, &Packing::ns);
  const bool cheaper = mapping == Mapping::automatic && chains.ns < rows.ns;
  return mapping == Mapping::chains || cheaper ? chains : rows;
}

}  // namespace

MappingChoice mapping_of(const Density& density, const SampleSettings& settings) {
  if (settings.mapping != Mapping::automatic) return {settings.mapping, "as asked for"};
  const double chains = best_packing(density, settings, Mapping::chains, 1).ns / settings.chains,
               rows = best_packing(density, settings, Mapping::rows, 1).ns / settings.chains;
  char reason[120];
  std::snprintf(reason, sizeof reason,
                "a step of a chain costs about %.3g ns with chains in lanes, %.3g with rows",
                chains, rows);
  return {chains < rows ? Mapping::chains : Mapping::rows, reason};
}

int most_threads(const SampleSettings& settings) {
  return settings.threads > 0 ? settings.threads : ThreadPool::default_threads();
}

int lanes_of(const Density& density, const SampleSettings& settings) {
  return best_packing(density, settings, settings.mapping, most_threads(settings)).lanes;
}

}  // namespace tyche
