#include "tyche/infer/warmup.hpp"

#include <algorithm>

namespace tyche {

Schedule doubling_windows(std::int64_t warmup) {
  if (warmup < 20) return {};
  std::int64_t first = 75, window = 25, last = 50;
  if (warmup < first + window + last) {
    first = static_cast<std::int64_t>(0.15 * static_cast<double>(warmup));
    last = static_cast<std::int64_t>(0.1 * static_cast<double>(warmup));
    window = warmup - first - last;
  }
  Schedule schedule;
  const std::int64_t windows_end = warmup - last;
  std::int64_t begin = first, end = first + window;
  while (end < windows_end) {
    schedule.push_back({end, begin, true});
    begin = end;
    window *= 2;
    end += window;
    // A window that would leave less than one of twice its length takes the rest.
    if (end + 2 * window > windows_end) end = windows_end;
  }
  schedule.push_back({windows_end, begin, true});
  return schedule;
}

std::int64_t end_after_settling(std::int64_t at) { return at + at * 3 / 7; }

Schedule growing_windows(std::int64_t warmup) {
  constexpr std::int64_t shortest = 10;
  Schedule schedule;
  // Once the metric has nearly settled a new search would forget what is known of the step size.
  const std::int64_t end = warmup * 7 / 10, settled = end / 3;
  for (std::int64_t at = end; at >= shortest; at = at * 2 / 3) {
    schedule.push_back({at, at / 3, at <= settled});
  }
  std::reverse(schedule.begin(), schedule.end());
  return schedule;
}

Schedule warmup_schedule(std::int64_t warmup, Metric metric, Kernel kernel) {
  if (metric == Metric::unit) return {};
  const bool turns = kernel == Kernel::nuts || kernel == Kernel::walnuts;
  return metric == Metric::diagonal || !turns ? doubling_windows(warmup) : growing_windows(warmup);
}

}  // namespace tyche
