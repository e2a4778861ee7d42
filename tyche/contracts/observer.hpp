// What a run tells: events, each chain's in order. Algorithms tell an observer and nothing else.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "tyche/base/error.hpp"
#include "tyche/kernels/mapping.hpp"

namespace tyche {

enum class Phase : std::uint8_t { warmup, sampling };

/// One transition of a sampler, as it is recorded beside its draw.
struct Transition {
  double log_density = 0;  // at the draw, up to what the density leaves out
  /// What the step size is adapted by. Of NUTS the mean of min(1, exp(H0 - H)) over the states
  /// visited; of WALNUTS that of exp(-|change of H|) over its steps, undivided; of the others the
  /// probability that the end of the trajectory was taken.
  double accept_rate = 0;
  double step_size = 0;
  double energy = 0;           // H of the draw; of the random walk -log_density
  std::int32_t depth = 0;      // doublings kept; of HMC, those that make as many steps; or 0
  std::int32_t leapfrogs = 0;  // gradients that the transition asked for
  bool divergent = false;
};

struct Started {
  int chains = 0;
  int dimension = 0;
  std::int64_t warmup = 0;
  std::int64_t draws = 0;
  std::uint64_t seed = 0;
  Mapping mapping = Mapping::automatic;  // in effect: chains or rows
};

/// Consecutive draws of one chain. Spans live only during the call.
struct Batch {
  int epoch = 0;  // how often the chain was taken over
  int chain = 0;
  Phase phase = Phase::sampling;
  std::int64_t first = 0;                  // iteration of the first row, within its phase
  std::span<const double> positions = {};  // [draw][dimension], unconstrained
  std::span<const Transition> transitions = {};
};

/// The end of a warm-up window, or, at iteration `warmup`, of the warm-up.
struct Adapted {
  int epoch = 0;
  int chain = 0;
  std::int64_t iteration = 0;
  double step_size = 0;
  std::span<const double> inverse_mass = {};
};

/// The end of the probation of a chain that starts from an earlier fit, of which no draw is told.
/// If it passed the chain goes on after its warm-up, else it begins one as if there had been no
/// such fit. Without leapfrogs: there was nothing to start from.
struct Probation {
  int epoch = 0;
  int chain = 0;
  std::int64_t leapfrogs = 0;
  std::string flaw = {};  // why it failed; empty: it passed
};

/// A trajectory left the bound on the energy error between two leapfrog steps, or no division of
/// WALNUTS' step met its own.
struct Diverged {
  int epoch = 0;
  int chain = 0;
  Phase phase = Phase::sampling;
  std::int64_t iteration = 0;
  std::span<const double> before = {};    // unconstrained, the last point within the bound
  std::span<const double> position = {};  // unconstrained, the first beyond it
};

struct Finished {
  int epoch = 0;
  int chain = 0;
  std::int64_t draws = 0;
  bool interrupted = false;
};

/// A chain that could not start, or could not go on.
struct Failed {
  int epoch = 0;
  int chain = 0;
  Error error = {};
  /// Where log density or gradient were not finite, with that gradient; empty if that was not why.
  std::span<const double> position = {};  // unconstrained
  std::span<const double> gradient = {};
};

/// Calls come from the threads that sample: one at a time for a chain, together for several.
/// An observer that cannot go on (a full disk) returns the Error; the run ends and reports it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual Result<void> on(const Started&) { return {}; }
  virtual Result<void> on(const Batch&) { return {}; }
  virtual Result<void> on(const Adapted&) { return {}; }
  virtual Result<void> on(const Probation&) { return {}; }
  virtual Result<void> on(const Diverged&) { return {}; }
  virtual Result<void> on(const Finished&) { return {}; }
  virtual Result<void> on(const Failed&) { return {}; }
};

}  // namespace tyche
