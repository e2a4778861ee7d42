#include "tyche/smc/particles.hpp"

#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/log.hpp"
#include "tyche/kernels/random.hpp"
#include "tyche/kernels/sum.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

void fill_noise(u64 seed, std::uint32_t time, std::uint32_t first, std::uint32_t k, bool is_normal,
                double* to) {
  Lanes<u64, 8> particle(0);
  for (int l = 0; l < 8; ++l) particle.set(l, first + u64(l));
  const auto at =
      counter<8>(Lanes<u64, 8>(k / 2), purpose::propagate, 0, Lanes<u64, 8>(time), particle);
  const auto bits = philox(PhiloxKeys(seed), at).pair(int(k % 2));
  const auto x = is_normal ? normal(bits) : uniform(bits);
  x.store(to);
}

WeightSums normalise(i64 n, const double* log_weights, double* weights) {
  double highest = -infinity;
  for (i64 i = 0; i < n; ++i) highest = log_weights[i] > highest ? log_weights[i] : highest;
  if (highest == -infinity) {
    for (i64 i = 0; i < n; ++i) weights[i] = 0;
    return {-infinity, 0};
  }
  using One = Lanes<double, 1>;
  using Eight = Lanes<double, 8>;
  i64 done = 0;
  for (; done + 8 <= n; done += 8) {
    exp(Eight::load(log_weights + done) - highest).store(weights + done);
  }
  for (; done < n; ++done) weights[done] = exp(One(log_weights[done] - highest))[0];
  const double sum = sum_of<8>(n, weights), squares = dot<8>(n, weights, weights);
  for (i64 i = 0; i < n; ++i) weights[i] /= sum;
  return {highest + log(One(sum))[0], sum * sum / squares};
}

void systematic(i64 n, const double* weights, double u, i64* ancestors) {
  double below = 0;  // n times the sum of the weights up to `from`
  i64 from = -1;
  for (i64 i = 0; i < n; ++i) {
    // Rounding may leave the last points above the sum; they are the last particle with weight.
    while (below <= double(i) + u && from + 1 < n) below += double(n) * weights[++from];
    while (weights[from] == 0 && from > 0) --from;
    ancestors[i] = from;
  }
}

}  // namespace

extern const ParticleTable particle_table;
const ParticleTable particle_table = {fill_noise, normalise, systematic};

}  // namespace tyche::TYCHE_LEVEL
