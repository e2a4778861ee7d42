// A group of chains that one thread runs from start to end: at most eight in lanes, or one.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "tyche/base/aligned_bytes.hpp"
#include "tyche/infer/coordinates.hpp"
#include "tyche/infer/sample.hpp"
#include "tyche/kernels/nuts.hpp"

namespace tyche {

/// What the groups of a run share.
struct Run {
  const Density& density;
  const SampleSettings& settings;
  Schedule schedule;
  Observer& observer;
  CancelToken cancel;
  std::atomic<bool> failed = false;  // in one group: the others end too

  bool must_stop() const { return cancel.requested() || failed.load(std::memory_order_relaxed); }
};

/// Of a metric along a few directions.
inline constexpr int most_directions = 10;

class ChainGroup {
 public:
  /// Chains first, first + 1, ...: one for each result, at most as many as lanes.
  ChainGroup(Run& run, int lanes, int first, std::span<ChainResult> results);
  Result<void> run();

 private:
  /// What a chain's coordinates are made of.
  struct Place {
    Whitening whitening;
    Degrees degrees;
  };
  struct Buffer {
    std::vector<double> positions, gradients, divergences;
    std::vector<NutsDraw> draws;
  };

  Result<void> find_starts();
  std::uint32_t finite_lanes(std::span<const double> log_density,
                             std::span<const double> gradient) const;
  Result<void> find_step_sizes(std::uint32_t chains);
  Result<void> fail_step_size(int lane);
  void advance();
  void keep_pace(double steps, double seconds);
  Result<void> drain(int lane);
  Result<void> tell_divergences(int lane, Phase phase, std::int64_t first);
  Result<void> pass_milestones();
  void begin_learning(int lane);
  Result<void> update_metric(int lane, const Update& update);
  Result<void> learn_metric(int lane, const Update& update);
  Whitening fitted(const Window& window) const;
  std::vector<double> position_of(int lane);
  void move_to(int lane, std::vector<double> position, Place place);
  void collect(int lane);
  Result<void> end_warmup(int lane);
  Result<void> finish(int lane);
  Result<void> fail_start(int lane, double log_density, std::span<const double> gradients);
  Result<void> fail(Failed failed);
  std::int64_t next_milestone(std::int64_t iteration) const;
  std::vector<double> inverse_mass(int lane) const;
  void tune_clock();
  int chains() const { return static_cast<int>(results_.size()); }
  int number(int lane) const { return first_ + lane; }

  Run& run_;
  const int first_;
  std::span<ChainResult> results_;
  const NutsKernels& kernels_;
  std::optional<Coordinates> coordinates_;    // unless the kernel's own scales say the metric:
  const std::unique_ptr<Evaluator> density_;  // then this
  const NutsEvaluate evaluate_;
  void* const context_;
  std::vector<Window> windows_;  // a lane: what its metric will be learnt from,
  std::int64_t window_stride_;   // of each so many draws one
  AlignedBytes memory_;
  NutsGroup group_;
  std::vector<Buffer> buffers_;
  std::vector<std::int64_t> passed_;  // the last border of each chain that was dealt with
  std::vector<Transition> transitions_;
  std::vector<NutsDraw> recent_;  // draws since the clock was tuned
  std::int64_t budget_;           // steps a call
};

}  // namespace tyche
