#include "tyche/simulation/flows/check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation::flows {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// The traffic equations, by sweeps in the order of the steps: exact after one where no way leads
/// back.
class Traffic {
 public:
  Traffic(const Flow& flow, const Paths& paths) : flow_(flow), paths_(paths) {
    rates_.assign(flow.steps.size(), 0);
    known_.assign(flow.steps.size(), true);
    find_unknown();
    solve();
  }
  /// Tokens a unit of time that reach a step.
  double rate(std::size_t at) const { return known_[at] ? rates_[at] : not_a_number; }

 private:
  double births(std::size_t at) const {
    const auto* arrive = std::get_if<Arrive>(&flow_.steps[at]);
    if (arrive == nullptr || arrive->limit != no_limit || !arrive->at.empty()) return 0;
    return arrive->every.empty() ? mean(arrive->rate) : 1 / mean(arrive->every[0]);
  }

  /// Tokens that leave a step on its way number k for one that reaches it.
  double share(std::size_t at, std::size_t k) const {
    const Standing& standing = paths_.at[at];
    return std::visit(
        Overloaded{
            [&](const Route& s) { return s.branches[k].probability; },
            [](const Decide&) { return 0.5; },
            [](const Batch& s) { return 1.0 / s.size; },
            [&](const Split& s) {
              if (s.copies > 0) return paths_.ways[at][k].copies ? double(s.copies) : 1.0;
              return double(std::get<Batch>(flow_.steps[standing.batches.back()]).size);
            },
            [&](const Combine& s) {
              double count = 0;
              for (const Part& part : s.parts) count += part.count;
              if (!s.parts.empty()) return 1 / count;
              const Standing::Family& family = *standing.family;
              return family.copy ? 1.0 / (std::get<Split>(flow_.steps[family.split]).copies + 1)
                                 : 1;
            },
            [](const auto&) { return 1.0; },
        },
        flow_.steps[at]);
  }

  void find_unknown() {
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t at = 0; at < flow_.steps.size(); ++at) {
        if (std::isnan(births(at))) known_[at] = false;
        if (known_[at] && !std::holds_alternative<Decide>(flow_.steps[at])) continue;
        for (const Paths::Way& way : paths_.ways[at]) {
          changed = changed || known_[way.to];
          known_[way.to] = false;
        }
      }
    }
  }

  void solve() {
    constexpr int most_sweeps = 10'000;
    std::vector<std::vector<std::pair<std::size_t, double>>> from(flow_.steps.size());
    for (std::size_t at = 0; at < flow_.steps.size(); ++at) {
      const auto& ways = paths_.ways[at];
      for (std::size_t k = 0; k < ways.size(); ++k) from[ways[k].to].emplace_back(at, share(at, k));
    }
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      double change = 0;
      for (std::size_t at = 0; at < flow_.steps.size(); ++at) {
        if (!known_[at]) continue;
        double rate = births(at);
        for (const auto& [before, part] : from[at]) rate += part * rates_[before];
        change = std::max(change, std::abs(rate - rates_[at]) / std::max(rate, 1e-300));
        rates_[at] = rate;
      }
      if (change < 1e-13) return;
    }
  }

  const Flow& flow_;
  const Paths& paths_;
  std::vector<double> rates_;
  std::vector<bool> known_;
};

/// Unit-times of a resource that one token uses at a step.
double use(const Flow& flow, const Paths& paths, std::size_t at, std::uint32_t resource) {
  const std::uint32_t held = paths.at[at].held[resource];
  if (const auto* hold = std::get_if<Hold>(&flow.steps[at])) {
    return held > 0 ? held * mean(hold->time) : 0;
  }
  const auto* transport = std::get_if<Transport>(&flow.steps[at]);
  if (transport == nullptr) return 0;
  const double carried = held > 0 ? held * mean(transport->time) : 0;
  if (transport->vehicles != flow.resources[resource].name) return carried;
  return carried + mean(transport->time) + mean(transport->back);
}

double mean_capacity(const Flow& flow, std::uint32_t resource) {
  for (const Schedule& schedule : flow.schedules) {
    if (schedule.resource == flow.resources[resource].name) return mean(schedule.capacity);
  }
  return flow.resources[resource].capacity;
}

std::vector<Load> loads_of(const Flow& flow, const Paths& paths) {
  const Traffic traffic(flow, paths);
  std::vector<Load> loads;
  for (std::uint32_t r = 0; r < flow.resources.size(); ++r) {
    double busy = 0;
    for (std::size_t at = 0; at < flow.steps.size(); ++at) {
      const double times = use(flow, paths, at, r);
      if (times != 0) busy += traffic.rate(at) * times;
    }
    loads.push_back({flow.resources[r].name, busy / mean_capacity(flow, r)});
  }
  return loads;
}

}  // namespace

Result<Checked> check(const Flow& flow) {
  if (auto sound = check_parameters(flow); !sound) return std::unexpected(sound.error());
  auto names = names_of(flow);
  if (!names) return std::unexpected(names.error());
  auto paths = paths_of(flow, *names);
  if (!paths) return std::unexpected(paths.error());
  Checked checked{std::move(*names), std::move(*paths), {}, {}};
  checked.loads = loads_of(flow, checked.paths);
  for (const Load& load : checked.loads) {
    if (!(load.load >= 1)) continue;
    checked.warnings.push_back("resource " + load.resource + " has a load of " +
                               decimals(load.load) +
                               ": tokens come faster than it can serve them, and its queue grows "
                               "without bound");
  }
  return checked;
}

}  // namespace tyche::simulation::flows
