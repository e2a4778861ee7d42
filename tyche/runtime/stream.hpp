// The stream of a run as sinks see it: what an Observer is told, in the user's own quantities.
#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "tyche/base/bytes.hpp"
#include "tyche/contracts/observer.hpp"
#include "tyche/draws/draws.hpp"

namespace tyche {

/// How the numbers of a run are computed: with it, the program, its data and the seed, every bit of
/// every draw is given.
struct Arithmetic {
  std::uint32_t version = 0;  // kernels/arithmetic.hpp
  std::string level;          // of the CPU: plain, avx2 or avx512, of which the last two are equal
  std::string mapping;        // what a lane carries: chains or rows

  friend bool operator==(const Arithmetic&, const Arithmetic&) = default;
};

/// Said once, before any draw.
struct RunInfo {
  std::string model;
  std::vector<Variable> variables;  // what a draw holds, in order
  Started started;
  std::string kernel = "nuts";  // as its enumerator
  std::string metric = {};      // as its enumerator
  double target_accept = 0;
  int max_depth = 0;
  Arithmetic arithmetic = {};
};

/// Consecutive draws of one chain, as the user named them. Spans live only during the call.
struct DrawBatch {
  int epoch = 0;
  int chain = 0;
  Phase phase = Phase::sampling;
  std::int64_t first = 0;               // iteration of the first row, within its phase
  std::span<const double> values = {};  // [draw][scalar]
  std::span<const Transition> transitions = {};
  std::span<const double> position = {};  // of the last row, unconstrained: where the chain goes on
};

/// A chain was taken over, which began its epoch: after a failure, in a run that is extended, or
/// from an earlier fit.
struct Recovered {
  int epoch = 0;
  int chain = 0;
  Phase phase = Phase::sampling;
  std::int64_t iteration = 0;  // after which it goes on; -1: before the first of the phase
};

/// What a chain can be resumed from. The bytes live only during the call.
struct Checkpointed {
  int epoch = 0;
  int chain = 0;
  Phase phase = Phase::sampling;
  std::int64_t iteration = 0;  // after which it was taken
  ByteView state = {};         // in the byte form of its sampler
};

/// A sink takes a stream. Calls for one chain come one at a time, for several chains together; a
/// sink guards what its chains share. An Error ends the run; what was taken before is kept.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Result<void> start(const RunInfo&) { return {}; }
  virtual Result<void> take(const DrawBatch&) { return {}; }
  virtual Result<void> take(const Adapted&) { return {}; }
  virtual Result<void> take(const Diverged&) { return {}; }
  virtual Result<void> take(const Recovered&) { return {}; }
  virtual Result<void> take(const Checkpointed&) { return {}; }
  virtual Result<void> take(const Finished&) { return {}; }
  virtual Result<void> take(const Failed&) { return {}; }
  /// After the last chain, whatever happened.
  virtual Result<void> finish() { return {}; }
};

/// The statistics of a transition in the order in which Stan prints them.
const std::vector<std::string>& statistic_names();
std::array<double, 7> statistics(const Transition& transition);

}  // namespace tyche
