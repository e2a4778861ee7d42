// A group of chains: its state, as a plain value over the caller's memory, and the kernels that
// move it. NUTS: Hoffman and Gelman 2014 (doubling), Betancourt 2017 A.4 (weights, criterion).
#pragma once
#include <cstddef>
#include <cstdint>

#include "tyche/kernels/kernel.hpp"
#include "tyche/kernels/level.hpp"

namespace tyche {

/// The same as in tyche/contracts/density.hpp: arrays are [dimension][lanes].
using LaneEvaluate = void (*)(void* context, const double* q, double* gradient,
                              double* log_density) noexcept;

/// Why a trajectory ended. `subtree` and `diverging` drop the last doubling; `turning` (across the
/// whole trajectory or its last seam) and `depth` keep it. `length`: it is as long as asked for.
enum class LaneStop : std::uint8_t { turning, subtree, diverging, depth, length };

/// What is known of a draw beside its position.
struct LaneDraw {
  double log_density;  // at the draw
  double accept;       // what the step size is adapted by: see Transition::accept_rate
  double step_size;
  double energy;  // H at the drawn leaf
  std::int32_t leapfrogs;
  std::int16_t depth;  // doublings kept; of HMC's steps, as many as would make them
  LaneStop stop;
};

/// Where a chain writes. A full buffer of either kind parks the chain.
struct LaneOutput {
  double* positions = nullptr;  // [capacity][dimension]
  LaneDraw* draws = nullptr;    // [capacity]
  int capacity = 0, count = 0;
  /// [capacity][2][dimension]: the last point within the energy bound and the one beyond it.
  double* divergences = nullptr;
  int divergence_capacity = 0, divergence_count = 0;
  double* gradients = nullptr;  // [capacity][dimension], of the log density; or null
};

struct LaneSettings {
  std::uint64_t seed = 0;
  double target_accept = 0.8;
  double max_energy_error = 1000;
  int max_depth = 10;  // 1 to 10; HMC takes at most 2^max_depth - 1 steps
  Kernel kernel = Kernel::nuts;
  double trajectory_length = 1;  // of HMC, in time: the nearest number of steps
  double max_step_error = 2;     // of WALNUTS: the bound on the spread of H within a step
  int max_halvings = 10;         // of WALNUTS' step, 0 to 20
};

inline constexpr int max_lanes = 8;

/// What a lane adapts while it runs: bits of LaneGroup::adapt.
inline constexpr std::uint64_t adapt_step_size = 1, adapt_metric = 2;

/// 1 / gamma of dual averaging: Stan's, with which step sizes soon follow a change of the metric,
/// but swing so widely that their mean is too small.
inline constexpr double first_step_gain = 1 / 0.05, settled_step_gain = 1 / 0.2;

/// `lanes` chains (1, 4 or 8) that advance together. The arrays are the chains' state between
/// draws: [lanes], or [dimension][lanes] where said; the host may change those of a parked chain
/// only.
struct LaneGroup {
  int dimension = 0;
  int lanes = 0;
  /// Of NUTS: a lane starts a trajectory only when the group's step count is a multiple of this
  /// power of two, so that leaves of all lanes align. Draws do not depend on it.
  int clock = 8;
  LaneSettings settings;

  std::uint64_t* chain;      // number of the chain: part of the key of its random numbers
  std::uint64_t* iteration;  // number of the next draw
  std::uint64_t* stop_at;    // the chain parks when `iteration` arrives here
  std::uint64_t* adapt;
  double* position;   // [dimension][lanes]: the last draw
  double* scale;      // [dimension][lanes]: root of the inverse metric
  double* step_size;  // of the next draw
  // Dual averaging (Hoffman and Gelman 2014, eq. 6): 1 / gamma, mu, H-bar, log of eps-bar, t.
  double *step_gain, *shrink_to, *error_mean, *log_step_mean, *step_count;
  // Welford's moments of the draws since the window began; both arrays [dimension][lanes].
  double *mean, *square, *moment_count;

  LaneOutput output[max_lanes];
  std::uint64_t steps = 0;  // gradient evaluations of the whole group so far
  void* flight = nullptr;   // trajectories under way
};

/// The kernels of one CPU level. None throws or allocates.
struct LaneKernels {
  /// Bytes that a group needs, aligned to 64.
  std::size_t (*size)(int dimension, int lanes);
  /// Lays out a group over zeroed memory: unit metric, step size 1, all chains parked.
  LaneGroup (*init)(void* memory, int dimension, int lanes);
  /// Moves every chain that is not parked by about `steps` leapfrog steps. Returns when they are
  /// spent, when no chain is left to move, or as soon as one parks; bit k: chain k parked now.
  std::uint32_t (*advance)(LaneGroup& group, LaneEvaluate evaluate, void* context,
                           std::int64_t steps);
  /// Doubles or halves the step size of the given (parked) chains until the acceptance of one step
  /// (of the random walk: without a gradient) crosses 0.8, and restarts dual averaging there.
  /// Returns the chains for which none was found.
  std::uint32_t (*find_step_size)(LaneGroup& group, LaneEvaluate evaluate, void* context,
                                  std::uint32_t chains);
  /// Sets a parked chain's metric to the regularised variances of its window; begins the next.
  void (*end_window)(LaneGroup& group, int lane);
  /// Fixes a parked chain's step size to the average of its dual averaging.
  void (*finish_adaptation)(LaneGroup& group, int lane);
  /// Restarts dual averaging at that average, with settled_step_gain.
  void (*settle_step_size)(LaneGroup& group, int lane);
  /// An over-dispersed start, uniform on (-2, 2), written to a lane's position.
  void (*draw_start)(LaneGroup& group, int lane, unsigned attempt);
  /// The momentum (of unit variance) that opens the chain's draw; `to` is [dimension].
  void (*momentum)(std::uint64_t seed, std::uint64_t chain, std::uint64_t iteration, int dimension,
                   double* to);
  /// Whether the given doubling of the chain's draw goes forward in time.
  bool (*forward)(std::uint64_t seed, std::uint64_t chain, std::uint64_t iteration, int doubling);
};

/// Those that move chains by `kernel`, which the settings of their groups must name too.
const LaneKernels& sampler_kernels(Kernel kernel, Level level = cpu_level());

/// The clock at which trajectories as long as these cost least: a longer one makes steps cheaper
/// and lanes wait longer.
int best_clock(const LaneDraw* draws, int count);

}  // namespace tyche
