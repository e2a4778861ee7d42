// Sampling in several chains, each with a warm-up of its own from an over-dispersed start.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tyche/base/cancellation.hpp"
#include "tyche/base/error.hpp"
#include "tyche/contracts/density.hpp"
#include "tyche/contracts/observer.hpp"
#include "tyche/infer/chain_state.hpp"
#include "tyche/infer/warmup.hpp"
#include "tyche/kernels/kernel.hpp"
#include "tyche/kernels/mapping.hpp"

namespace tyche {

/// When a run is good enough. Effective size and R-hat are asked for after 100 draws a chain, and
/// then each time there are a quarter more: a function of the draws alone. What is 0 is not asked
/// for.
struct Until {
  double ess = 0;   // at least: of every scalar of the user's, in the bulk and in the tails
  double rhat = 0;  // below it: of every scalar
  std::chrono::duration<double> time = {};  // warm-up included; what is drawn by then is kept

  bool asks() const { return ess > 0 || rhat > 0; }
  bool any() const { return asks() || time.count() > 0; }
};

struct SampleSettings {
  int chains = 4;
  std::int64_t warmup = 1000;
  std::int64_t draws = 1000;  // a chain; with `until` see max_draws
  Until until = {};
  std::int64_t max_draws = 0;  // with `until`, in the place of `draws`; 0: ten thousand
  std::uint64_t seed = 0;
  Kernel kernel = Kernel::nuts;
  std::optional<double> target_accept = {};  // none: usual_acceptance(kernel)
  /// Whether NUTS takes no step that is longer than is stable wherever the chain is likely to come:
  /// fewer divergences, for twice the gradients where curvature changes. None: where `recentre` has
  /// something to learn. A target that is named is kept in any case, and no bound is learnt with
  /// the metrics unit and diagonal.
  std::optional<bool> bound_step = {};
  int max_depth = 10;  // of NUTS; HMC takes at most 2^max_depth - 1 steps
  /// Of HMC: the time a trajectory takes, in the nearest number of steps, at least one. Of a normal
  /// density whose metric is learnt a quarter of its period makes draws independent.
  double trajectory_length = 1.5707963267948966;
  /// Of WALNUTS: a step is halved until the spread of the energy within it is at most this, at most
  /// so often; where that does not do the trajectory has diverged.
  double max_step_error = 2;
  int max_halvings = 10;
  Metric metric = Metric::automatic;
  /// Whether the windows that learn a metric from draws and gradients also learn how far to centre
  /// each parameter whose prior has a location and a scale that other parameters move.
  bool recentre = true;
  /// Whether a chain's warm-up ends once a window confirms the metric of the one before it, with a
  /// last share for the step size. The iterations left out count as made. Up to 64 dimensions.
  bool end_warmup_early = true;
  /// What the warm-up starts from: a variance for each unconstrained parameter, or, under
  /// Metric::dense, a covariance matrix by rows. None: the identity.
  std::vector<double> inverse_metric = {};
  /// Chains of an earlier fit (Fit::state) of the same model, perhaps of other data: a chain takes
  /// position, metric and step size of the one with its number, if it stands a probation, in the
  /// place of its warm-up.
  const RunState* warm_start = nullptr;
  Mapping mapping = Mapping::automatic;
  int threads = 0;  // 0: as many as this process may use. Draws do not depend on it
  /// Whether the result holds the draws: not needed where an observer takes them.
  bool keep_draws = true;
  /// One a chain, or none: a request ends that chain alone, at the draw in hand.
  std::vector<CancelToken> stop_chain = {};
  /// The host's clock, in seconds: with it a call of the kernel lasts about a millisecond, and a
  /// request to stop is soon seen; without it a call is 4,096 steps. Threads ask it together. Draws
  /// do not depend on it.
  std::function<double()> clock = {};
};

/// Draws a chain, unless something ends it before.
std::int64_t most_draws(const SampleSettings& settings);
/// Threads, unless there are fewer groups of chains.
int most_threads(const SampleSettings& settings);
/// What the step size is adapted to.
double accept_target(const SampleSettings& settings);

/// One chain after its run.
struct ChainResult {
  std::vector<double> positions;        // [draw][dimension], unconstrained
  std::vector<Transition> transitions;  // [draw]
  double step_size = 0;
  std::vector<double> inverse_mass;  // [dimension]
  std::int64_t draws = 0;            // of the sampling phase
  /// By the clock of the settings, the chain's share of the time of those that run with it; what
  /// the host does to adapt is of the warm-up.
  double warmup_seconds = 0, sampling_seconds = 0;
  bool interrupted = false;
  ChainState state = {};  // from which it can go on
};

struct MappingChoice {
  Mapping mapping = Mapping::rows;  // chains or rows
  std::string reason;               // in words
};
/// The mapping that a run uses on one thread: a function of the density and the settings, never of
/// the machine.
MappingChoice mapping_of(const Density& density, const SampleSettings& settings);
/// How many chains a group of the run has, 1, 4 or 8: what finishes soonest on its threads, by the
/// mapping that was asked for or by either. Draws do not depend on it.
int lanes_of(const Density& density, const SampleSettings& settings);

/// Runs all chains. Events of a chain come in order, from the thread that runs it. When `cancel` is
/// requested every chain ends at the draw in hand, and the result is what there is. Errors: a
/// setting out of range, `until` (which asks of quantities: see runtime/run.hpp), a chain without a
/// start or a step size, or what an observer returned.
Result<std::vector<ChainResult>> sample(const Density& density, const SampleSettings& settings,
                                        Observer& observer, CancelToken cancel = {});
Result<std::vector<ChainResult>> sample(const Density& density, const SampleSettings& settings);

}  // namespace tyche
