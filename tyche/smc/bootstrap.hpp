// The bootstrap particle filter: particles in lanes, a state that is a plain value.
#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/contracts/state_space.hpp"

namespace tyche {

struct FilterSettings {
  std::int64_t particles = 1000;
  double threshold = 0.5;  // resample where the effective size is below this part of the particles
  int lanes = 8;           // particles a call, 1 or 8; the answer does not depend on it
};

/// Everything that the next step needs. Fields are `stride` apart: particles, rounded up to eight.
struct FilterState {
  std::int64_t time = 0;  // steps done
  std::int64_t stride = 0;
  std::vector<double> particles;    // [state_size][stride]
  std::vector<double> log_weights;  // [particles], normalised
  std::vector<double> weights;      // exp of them
  double effective_size = 0;
  double log_evidence = 0;  // of the observations so far

  friend bool operator==(const FilterState&, const FilterState&) = default;
};

struct FilterInfo {
  double log_increment = 0;  // of the evidence; -inf: no particle explains the observation
  double effective_size = 0;
  bool resampled = false;  // before the step

  friend bool operator==(const FilterInfo&, const FilterInfo&) = default;
};

/// Chopin and Papaspiliopoulos 2020, "An introduction to sequential Monte Carlo", chapter 10: the
/// bootstrap filter with adaptive, systematic resampling. Random numbers are those of (`rng`,
/// purpose, time, particle), where `rng` is the seed or a derived key, so a step's are the same
/// whatever the lanes and the steps before. A filter holds nothing that a step changes: equal
/// arguments give equal answers, and threads may share it.
class BootstrapFilter {
 public:
  /// `parameters`: parameter_size() numbers, for all particles. Errors: a setting out of range.
  static Result<BootstrapFilter> create(std::shared_ptr<const StateSpace> model,
                                        std::vector<double> parameters,
                                        const FilterSettings& settings = {});

  FilterState init(std::uint64_t rng) const;
  /// Resamples if it must, moves, weighs. Of step state.time, which is below steps().
  std::pair<FilterState, FilterInfo> step(std::uint64_t rng, FilterState state) const;

 private:
  BootstrapFilter() = default;
  std::vector<double> noise_of(std::uint64_t rng, std::int64_t time, std::int64_t stride) const;
  bool resample(std::uint64_t rng, FilterState& state) const;
  void propagate(std::uint64_t rng, FilterState& state) const;
  FilterInfo weigh(FilterState& state) const;

  std::shared_ptr<const StateSpace> model_;
  std::vector<double> parameters_;
  FilterSettings settings_;
};

/// Mean of field `field` of the state.
double filter_mean(const FilterState& state, int field);

}  // namespace tyche
