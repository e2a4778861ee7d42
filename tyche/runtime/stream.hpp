// The stream of a run as sinks see it: what an Observer is told, in the user's own quantities.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "tyche/contracts/observer.hpp"
#include "tyche/draws/draws.hpp"

namespace tyche {

/// Said once, before any draw.
struct RunInfo {
  std::string model;
  std::vector<Variable> variables;  // what a draw holds, in order
  Started started;
  std::string arithmetic;  // CPU level: with it and the seed, draws are the same bits
};

/// Consecutive draws of one chain, as the user named them. Spans live only during the call.
struct DrawBatch {
  int epoch = 0;
  int chain = 0;
  Phase phase = Phase::sampling;
  std::int64_t first = 0;               // iteration of the first row, within its phase
  std::span<const double> values = {};  // [draw][scalar]
  std::span<const Transition> transitions = {};
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
  virtual Result<void> take(const Finished&) { return {}; }
  virtual Result<void> take(const Failed&) { return {}; }
  /// After the last chain, whatever happened.
  virtual Result<void> finish() { return {}; }
};

/// The statistics of a transition in the order in which Stan prints them.
const std::vector<std::string>& statistic_names();
std::vector<double> statistics(const Transition& transition);

}  // namespace tyche
