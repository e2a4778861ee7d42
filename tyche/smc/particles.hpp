// What a filter does to all particles at once: noise, weights, ancestors. One CPU level each.
#pragma once
#include <cstdint>

#include "tyche/kernels/level.hpp"

namespace tyche {

struct WeightSums {
  double log_sum = 0;         // log of the sum of exp(log weight)
  double effective_size = 0;  // 1 / sum of squares of the normalised weights
};

struct ParticleTable {
  /// Number k of the noise of eight particles from `first` on, as a Stream of (seed, propagate,
  /// time, particle) draws it: to[0..7].
  void (*noise)(std::uint64_t seed, std::uint32_t time, std::uint32_t first, std::uint32_t k,
                bool normal, double* to);
  /// weights[n]: normalised, from log_weights[n]. All -inf: log_sum is -inf, weights are 0.
  WeightSums (*normalise)(std::int64_t n, const double* log_weights, double* weights);
  /// Systematic resampling: ancestors[n] in order, from normalised weights and one uniform.
  void (*ancestors)(std::int64_t n, const double* weights, double uniform, std::int64_t* ancestors);
};

/// Of cpu_level().
const ParticleTable& particle_functions();

}  // namespace tyche
