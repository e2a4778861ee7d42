// Stan's warm-up schedule: a fast phase, windows of doubling length in which the metric is learnt,
// and a last fast phase for the step size.
#pragma once
#include <cstdint>
#include <vector>

namespace tyche {

enum class Metric : std::uint8_t { unit, diagonal };

/// Iterations are counted from 0; an end is one past the last. Without windows only the step size
/// is learnt.
struct Schedule {
  std::int64_t windows_begin = 0;
  std::vector<std::int64_t> window_ends;
};

/// Buffers of 75 and 50 around a first window of 25; warm-ups shorter than that share out 15, 75
/// and 10 per cent, and those under 20 have no window (Stan reference manual, "Automatic parameter
/// tuning").
Schedule warmup_schedule(std::int64_t warmup, Metric metric);

}  // namespace tyche
