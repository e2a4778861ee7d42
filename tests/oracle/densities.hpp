// Hand-written densities for the tests and benchmarks of NUTS, in lanes and for one chain.
#pragma once
#include "tyche/kernels/sampler.hpp"

namespace oracle {

/// What a density is told: its context.
struct Target {
  int dimension = 0;
  double correlation = 0;
};

/// Of one CPU level; [0] takes one position, [1] eight in lanes. The same bits either way.
struct TargetKernels {
  tyche::LaneEvaluate normal[2];      // standard
  tyche::LaneEvaluate correlated[2];  // unit variances, every pair correlated alike
  tyche::LaneEvaluate funnel[2];      // q0 ~ N(0, 3), the others N(0, exp(q0 / 2))
  /// Leapfrog steps of size eps from (q, p), p scaled by the root of the metric. Returns the energy
  /// at the end.
  double (*leapfrog)(tyche::LaneEvaluate evaluate, Target& target, int steps, double eps,
                     const double* scale, double* q, double* p);
};

const TargetKernels& target_kernels(tyche::Level level = tyche::cpu_level());

}  // namespace oracle
