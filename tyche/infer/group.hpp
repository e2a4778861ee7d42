// A group of chains that one thread runs from start to end: at most eight in lanes, or one.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "tyche/base/aligned_bytes.hpp"
#include "tyche/infer/coordinates.hpp"
#include "tyche/infer/probation.hpp"
#include "tyche/infer/sample.hpp"
#include "tyche/kernels/sampler.hpp"

namespace tyche {

/// What the groups of a run share.
struct Run {
  const Density& density;
  const SampleSettings& settings;
  Schedule schedule;
  Observer& observer;
  CancelToken cancel;
  std::optional<Whitening> given = {};  // what warm-ups start from, if not the identity
  std::int64_t end = 0;                 // the iteration, warm-up included, at which chains stop
  std::optional<double> deadline = {};  // by the clock of the settings
  std::atomic<bool> failed = false;     // in one group: the others end too

  bool out_of_time() const { return deadline && settings.clock() >= *deadline; }
  bool must_stop() const {
    return cancel.requested() || failed.load(std::memory_order_relaxed) || out_of_time();
  }
};

/// Of a metric along a few directions.
inline constexpr int most_directions = 10;

class ChainGroup {
 public:
  /// Chains first, first + 1, ...: one for each result, at most as many as lanes. A chain whose
  /// result has a state goes on from there.
  ChainGroup(Run& run, int lanes, int first, std::span<ChainResult> results);
  Result<void> run();

 private:
  struct Buffer {
    std::vector<double> positions, gradients, divergences;
    std::vector<LaneDraw> draws;
  };

  Result<void> begin();
  Result<void> check_points(std::uint32_t going_on);
  const ChainState* warm_start(int lane) const;
  void take_up(int lane, const ChainState& state, std::int64_t iteration);
  void restore(int lane);
  void begin_probation(int lane, const ChainState& earlier);
  Result<void> end_probation(int lane);
  Result<void> start_over(int lane, std::string flaw);
  std::int64_t probation_leapfrogs(int lane) const;
  CoordinateFrame unknown_frame() const;
  CoordinateFrame frame_of(int lane) const;
  void set_frame(int lane, const CoordinateFrame& frame);
  void enter_given(int lane);
  std::vector<double> column(int lane) const;
  void remember_start(int lane);
  void remember(int lane);
  void stop_alone();
  bool at_end(int lane) const;
  Result<void> find_starts(std::uint32_t wanted);
  std::uint32_t finite_lanes(std::span<const double> log_density,
                             std::span<const double> gradient) const;
  Result<void> find_step_sizes(std::uint32_t chains);
  Result<void> fail_step_size(int lane);
  void advance();
  double now() const { return run_.settings.clock ? run_.settings.clock() : 0; }
  std::uint32_t sampling() const;
  void take_time(std::uint32_t sampling);
  void keep_pace(double steps, double seconds);
  Result<void> drain(int lane);
  Result<void> tell_divergences(int lane, Phase phase, std::int64_t first);
  Result<void> pass_milestones();
  Result<void> pass_milestone(int lane);
  void begin_learning(int lane);
  Result<void> update_metric(int lane, const Update& update);
  Result<void> learn_metric(int lane, const Update& update);
  bool settled(const Window& window, const CoordinateFrame& before, const CoordinateFrame& next,
               const Update& update) const;
  bool diverged_in(const Window& window, const Update& update) const;
  void end_learning(int lane);
  Whitening fitted(const Window& window) const;
  bool bounds_steps() const;
  void bound_step(int lane, const Window& window);
  std::vector<double> position_of(int lane);
  void move_to(int lane, std::vector<double> position, const CoordinateFrame& frame);
  void collect(int lane);
  Result<void> end_warmup(int lane, std::int64_t iterations);
  void finish(int lane);
  Result<void> fail_start(int lane, double log_density, std::span<const double> gradients);
  Result<void> fail(Failed failed);
  std::int64_t next_milestone(int lane) const;
  std::vector<double> inverse_mass(int lane) const;
  void tune_clock();
  int chains() const { return static_cast<int>(results_.size()); }
  int number(int lane) const { return first_ + lane; }
  int epoch(int lane) const { return results_[static_cast<std::size_t>(lane)].state.epoch; }

  Run& run_;
  const int first_;
  std::span<ChainResult> results_;
  const LaneKernels& kernels_;
  std::optional<Coordinates> coordinates_;    // unless the kernel's own scales say the metric:
  const std::unique_ptr<Evaluator> density_;  // then this
  const LaneEvaluate evaluate_;
  void* const context_;
  std::vector<Window> windows_;  // a lane: what its metric will be learnt from,
  std::int64_t window_stride_;   // of each so many draws one
  AlignedBytes memory_;
  LaneGroup group_;
  std::vector<Buffer> buffers_;
  std::vector<double> longest_step_;     // [lane], of those that are stable: see bound_step
  std::vector<std::int64_t> passed_;     // the last border of each chain that was dealt with
  std::vector<std::int64_t> end_early_;  // where a chain's warm-up ends before its time, or 0
  std::uint32_t stopped_ = 0;            // lanes: alone
  std::uint32_t on_probation_ = 0;
  std::uint32_t learning_ = 0;  // lanes whose draws a metric will be learnt from
  std::vector<std::vector<Transition>> probation_;  // [lane], what it did so far
  std::vector<Transition> transitions_;
  std::vector<LaneDraw> recent_;  // draws since the clock was tuned
  std::int64_t budget_;           // steps a call
  double timed_ = 0;              // when time was last taken
};

}  // namespace tyche
