// The acceptance rule for draws of a known posterior: each statistic within the larger of 4
// combined standard errors of that statistic and a floor of 0.05 sd (mean), 5 % (sd), 0.1 sd
// (quantile).
#pragma once
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tyche/diagnostics/diagnostics.hpp"
#include "tyche/runtime/memory.hpp"
#include "tyche/runtime/run.hpp"

namespace tyche {

/// A statistic of a column: its value, its standard error and the effective size behind that.
struct Estimate {
  std::string name;
  double value, error, ess;
  double reference, floor;
};

/// A quantity's statistics against its entry of reference.json.
inline std::vector<Estimate> estimates(const Column& column, const nlohmann::json& reference) {
  const auto known = [&](const char* name) { return reference.at(name).get<double>(); };
  const double scale = known("sd");
  std::vector<Estimate> all = {
      {"mean", mean(column), mcse_mean(column), ess_mean(column), known("mean"), 0.05 * scale},
      {"sd", sd(column), mcse_sd(column), ess_sd(column), scale, 0.05 * scale}};
  for (const auto& [name, p] : {std::pair("q05", 0.05), {"q50", 0.5}, {"q95", 0.95}}) {
    all.push_back({name, quantile(column, p), mcse_quantile(column, p), ess_quantile(column, p),
                   known(name), 0.1 * scale});
  }
  return all;
}

/// Ours and the reference's standard error together. The reference gives that of its mean alone; of
/// its other statistics it follows from ours, the distribution being the same, by the ratio of
/// effective sizes.
inline double combined_error(const Estimate& ours, const nlohmann::json& reference) {
  const double ratio = reference.at("mcse_mean").get<double>() / reference.at("sd").get<double>();
  return std::hypot(ours.error, ours.error * std::sqrt(ours.ess) * ratio);
}

/// Every statistic that the rule refuses.
inline std::vector<std::string> refused(const Draws& draws, const nlohmann::json& quantities) {
  std::vector<std::string> all;
  for (const auto& [name, reference] : quantities.items()) {
    for (const Estimate& ours : estimates(*draws.column(name), reference)) {
      const double error = combined_error(ours, reference);
      if (std::abs(ours.value - ours.reference) <= std::max(4 * error, ours.floor)) continue;
      all.push_back(name + ", " + ours.name + ": " + std::to_string(ours.value) + ", reference " +
                    std::to_string(ours.reference) + ", standard error " + std::to_string(error) +
                    ", floor " + std::to_string(ours.floor));
    }
  }
  return all;
}

/// Why the draws cannot be judged, if they cannot.
inline std::optional<std::string> inconclusive(const Draws& draws,
                                               const nlohmann::json& quantities) {
  for (const auto& [name, reference] : quantities.items()) {
    const auto column = draws.column(name);
    if (!column) return to_string(column.error());
    if (!(rhat(*column) < 1.01)) return name + ": R-hat " + std::to_string(rhat(*column));
    const double ess = std::min(ess_bulk(*column), ess_tail(*column));
    if (!(ess > 400)) return name + ": effective size " + std::to_string(ess);
  }
  return {};
}

/// The draws of four chains of `length` + `length`.
inline Draws four_chains(const Posterior& posterior, std::int64_t length, std::uint64_t seed) {
  MemorySink memory;
  Sink* const sinks[] = {&memory};
  const auto report = run("known", posterior,
                          {.chains = 4, .warmup = length, .draws = length, .seed = seed}, sinks);
  if (!report) throw Failure(report.error());
  return memory.take_draws();
}

/// Why draws are not accepted: that they cannot be judged, or every statistic refused.
inline std::vector<std::string> objections(const Draws& draws, const nlohmann::json& quantities) {
  if (const auto why = inconclusive(draws, quantities)) return {*why};
  return refused(draws, quantities);
}

inline constexpr std::uint64_t acceptance_seeds[] = {1, 2, 3};

/// The rule: 1,000 + 1,000 and, if there are objections to those, what is objected to 4,000 + 4,000
/// (docs/decisions/0007).
inline std::vector<std::string> judged(const Posterior& posterior, const nlohmann::json& quantities,
                                       std::uint64_t seed) {
  if (objections(four_chains(posterior, 1000, seed), quantities).empty()) return {};
  return objections(four_chains(posterior, 4000, seed), quantities);
}

}  // namespace tyche
