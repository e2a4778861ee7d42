// Rival functions timed in turn, in one thread's CPU time, so that a busy machine slows all alike.
#pragma once
#include <functional>
#include <span>
#include <vector>

namespace bench {

/// Seconds of CPU this thread has used.
double cpu_seconds();

/// Does its work `calls` times.
using Contender = std::function<void(int calls)>;

/// Median over `rounds` of the nanoseconds a call of each; in a round each runs for about
/// `batch_seconds`, one after the other.
std::vector<double> contest(std::span<const Contender> contenders, int rounds = 31,
                            double batch_seconds = 1e-3);

double median(std::vector<double> values);

}  // namespace bench
