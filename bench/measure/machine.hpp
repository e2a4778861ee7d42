// What this machine can do at most, measured: the ground of every floor.
#pragma once

namespace bench {

/// Rates of one core with every vector unit of its instruction set.
struct Machine {
  double operations;   // double additions, multiplications or fused pairs, a nanosecond
  double latency;      // nanoseconds from one fma to the next that needs it
  double l1, l2, far;  // bytes read a nanosecond: 16 KiB, 512 KiB, 16 MiB
};
Machine measure_machine();

/// Takes 1200 cycles of the core's clock a call, whatever the clock is now: beside a rival in a
/// contest it tells the rival's cycles.
constexpr double cycles_a_call = 1200;
void pass_cycles(int calls);

/// A counted estimate of the least work one evaluation can do. An operation is one IEEE add,
/// multiply or fma of one row; exp counts 15 operations, log and log1p 20, a division or square
/// root 8.
struct Work {
  double operations;  // over all rows
  double bytes;       // data read once
  double chain;       // fma in the longest dependent chain
};
/// Nanoseconds below which no program on this machine can evaluate `work`.
double floor_ns(const Machine& machine, const Work& work);

}  // namespace bench
