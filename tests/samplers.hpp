// Every way to sample that is tested against exact laws and by simulation.
#pragma once
#include <string>
#include <vector>

#include "tyche/infer/sample.hpp"

namespace tyche {

struct Sampler {
  std::string name;
  SampleSettings settings;
  int thin = 20;  // draws this far apart are as good as independent
};

/// NUTS under every metric, and the other kernels under the one that is chosen while warming up.
inline std::vector<Sampler> samplers() {
  std::vector<Sampler> all;
  for (const Metric metric : {Metric::automatic, Metric::unit, Metric::diagonal, Metric::fisher,
                              Metric::low_rank, Metric::dense}) {
    all.push_back({name(metric), {.metric = metric}});
  }
  all.push_back({"walnuts", {.kernel = Kernel::walnuts}});
  all.push_back({"hmc", {.kernel = Kernel::hmc}});
  all.push_back({"mala", {.kernel = Kernel::mala}, 60});
  all.push_back({"random_walk", {.kernel = Kernel::random_walk}, 400});
  return all;
}

/// Metrics that leave models as they are written cannot reach the neck of a funnel.
inline bool learns_centring(const Sampler& sampler) {
  const Metric metric = sampler.settings.metric;
  return sampler.settings.recentre && metric != Metric::unit && metric != Metric::diagonal;
}

}  // namespace tyche
