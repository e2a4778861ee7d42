// Hand-written densities for the tests and benchmarks of NUTS, in lanes and for one chain.
#pragma once
#include "tyche/kernels/sampler.hpp"

namespace oracle {

/// What a density is told: its context.
struct Target {
  int dimension = 0;
  double correlation = 0;
};

/// Of one CPU level; [0] takes one position, [1] eight in lanes, [2] four. The same bits each way.
struct TargetKernels {
  tyche::LaneEvaluate normal[3];      // standard
  tyche::LaneEvaluate correlated[3];  // unit variances, every pair correlated alike
  tyche::LaneEvaluate funnel[3];      // q0 ~ N(0, 3), the others N(0, exp(q0 / 2))
  /// Leapfrog steps of size eps from (q, p), p scaled by the root of the metric. Returns the energy
  /// at the end.
  double (*leapfrog)(tyche::LaneEvaluate evaluate, Target& target, int steps, double eps,
                     const double* scale, double* q, double* p);
};

constexpr int target_index(int lanes) { return lanes == 1 ? 0 : lanes == 8 ? 1 : 2; }

const TargetKernels& target_kernels(tyche::Level level = tyche::cpu_level());

}  // namespace oracle
