// What every kernel's table draws for a chain from outside: its start, and for the tests the
// momentum and the directions of a draw.
#pragma once
#include "tyche/kernels/lane_memory.hpp"
#include "tyche/kernels/nuts_random.hpp"

namespace tyche::TYCHE_LEVEL {

inline void draw_start(LaneGroup& group, int lane, unsigned attempt) {
  using U = Lanes<u64, 1>;
  for (int i = 0; i < group.dimension; ++i) {
    const auto bits = philox(U(group.settings.seed), counter(U(u64(i / 2)), purpose::start, 0,
                                                             U(attempt), U(group.chain[lane])));
    const double u = uniform(bits.pair(i % 2))[0];
    group.position[i * group.lanes + lane] = 4.0 * u - 2.0;
  }
}

inline void momentum(std::uint64_t seed, std::uint64_t chain, std::uint64_t iteration,
                     int dimension, double* to) {
  using U = Lanes<u64, 1>;
  draw_momenta(dimension, PhiloxKeys(seed), U(chain), U(iteration), Opening::draw,
               [to](int i, Lanes<double, 1> value) { to[i] = value[0]; });
}

inline bool forward(std::uint64_t seed, std::uint64_t chain, std::uint64_t iteration,
                    int doubling) {
  using U = Lanes<u64, 1>;
  const u64 last = (u64(1) << doubling) - 1;  // the leaf before this doubling
  const auto bits = leaf_bits(PhiloxKeys(seed), U(chain), U(iteration), U(last / 2));
  return (last == 0 ? bits.first_forward() : bits.forward())[0];
}

}  // namespace tyche::TYCHE_LEVEL
