#include "tyche/infer/warmup.hpp"

namespace tyche {

Schedule warmup_schedule(std::int64_t warmup, Metric metric) {
  if (metric == Metric::unit || warmup < 20) return {};
  std::int64_t first = 75, window = 25, last = 50;
  if (warmup < first + window + last) {
    first = static_cast<std::int64_t>(0.15 * static_cast<double>(warmup));
    last = static_cast<std::int64_t>(0.1 * static_cast<double>(warmup));
    window = warmup - first - last;
  }
  Schedule schedule{first, {}};
  const std::int64_t windows_end = warmup - last;
  std::int64_t end = first + window;
  while (end < windows_end) {
    schedule.window_ends.push_back(end);
    window *= 2;
    end += window;
    // A window that would leave less than one of twice its length takes the rest.
    if (end + 2 * window > windows_end) end = windows_end;
  }
  schedule.window_ends.push_back(windows_end);
  return schedule;
}

}  // namespace tyche
