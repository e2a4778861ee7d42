// When a warm-up learns the metric, and from which draws.
#pragma once
#include <cstdint>
#include <vector>

#include "tyche/kernels/kernel.hpp"

namespace tyche {

/// What a chain learns of its posterior's shape. `diagonal`: variances; `fisher`: a diagonal by
/// draws and gradients; `low_rank` and `dense`: such a diagonal, and ten directions or all;
/// `automatic`: those of all directions, of ten beyond 64 dimensions, that its draws confirm.
enum class Metric : std::uint8_t { automatic, unit, diagonal, fisher, low_rank, dense };

inline constexpr const char* metric_names[] = {"automatic", "unit",     "diagonal",
                                               "fisher",    "low_rank", "dense"};
inline const char* name(Metric metric) { return metric_names[static_cast<int>(metric)]; }

/// Before the draw of iteration `at` the metric is learnt anew, from the draws of iterations `from`
/// to `at`, the last not included.
struct Update {
  std::int64_t at, from;
  bool restart;  // of the step size: by a search; else from its mean so far
  friend bool operator==(const Update&, const Update&) = default;
};

/// In order. Without any only the step size is learnt.
using Schedule = std::vector<Update>;

/// Stan's: a fast phase, windows of doubling length, and a last fast phase for the step size.
/// Buffers of 75 and 50 around a first window of 25; warm-ups shorter than that share out 15, 75
/// and 10 per cent, and those under 20 have no window (Stan reference manual, "Automatic parameter
/// tuning").
Schedule doubling_windows(std::int64_t warmup);

/// Windows from the first draws on, each the last two thirds of what there is, up to 70 % of the
/// warm-up: the step size is then learnt with the metric that the draws will have.
Schedule growing_windows(std::int64_t warmup);

/// The iteration at which a warm-up ends whose metric has settled at iteration `at`: between the
/// two the step size has the share of the warm-up that it has after the last window.
std::int64_t end_after_settling(std::int64_t at);

/// The schedule of a metric. A kernel whose trajectories do not end where they turn learns none
/// while the chain is on its way to the posterior: the scales of the way would throw it out of
/// sight.
Schedule warmup_schedule(std::int64_t warmup, Metric metric, Kernel kernel = Kernel::nuts);

}  // namespace tyche
