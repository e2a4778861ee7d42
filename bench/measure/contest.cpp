// Batches long enough that reading the clock costs nothing; medians, since others share the core.
#include "bench/measure/contest.hpp"

#include <time.h>

#include <algorithm>

namespace bench {
namespace {

double seconds_of(const Contender& contender, int calls) {
  const double start = cpu_seconds();
  contender(calls);
  return cpu_seconds() - start;
}

int calls_for(const Contender& contender, double batch_seconds) {
  int calls = 1;
  double seconds = seconds_of(contender, calls);
  while (seconds < batch_seconds / 4) {
    calls *= 2;
    seconds = seconds_of(contender, calls);
  }
  return std::max(1, static_cast<int>(calls * batch_seconds / seconds));
}

}  // namespace

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<double> contest(std::span<const Contender> contenders, int rounds,
                            double batch_seconds) {
  std::vector<int> calls;
  for (const auto& contender : contenders) calls.push_back(calls_for(contender, batch_seconds));
  std::vector<std::vector<double>> times(contenders.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < contenders.size(); ++i)
      times[i].push_back(1e9 * seconds_of(contenders[i], calls[i]) / calls[i]);
  std::vector<double> medians;
  for (auto& samples : times) medians.push_back(median(std::move(samples)));
  return medians;
}

}  // namespace bench
