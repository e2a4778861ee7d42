// A small run of awkward numbers, for the tests of sinks.
#pragma once
#include <gtest/gtest.h>

#include <vector>

#include "tyche/runtime/stream.hpp"

namespace tyche {

inline RunInfo two_chains() {
  return {.model = "toy",
          .variables = {{"mu", {}}, {"L", {2, 2}}},
          .started = {.chains = 2, .dimension = 5, .warmup = 3, .draws = 4, .seed = 7},
          .metric = "diagonal",
          .target_accept = 0.8,
          .max_depth = 10,
          .arithmetic = {.version = 1, .level = "avx2", .mapping = "chains"}};
}

/// Four draws of awkward numbers, told apart by chain and row.
inline std::vector<double> values(int chain) {
  std::vector<double> x = {(1 + chain) * 1e5};
  while (x.size() < 20) x.push_back(x.back() * (-1.0 / 3));
  return x;
}

inline void feed(Sink& sink, bool warmup = false) {
  ASSERT_TRUE(sink.start(two_chains()));
  for (int c = 0; c < 2; ++c) {
    const std::vector<double> x = values(c);
    const std::vector<Transition> t(4, {.log_density = -1.5, .leapfrogs = 7, .divergent = c == 1});
    if (warmup) {
      ASSERT_TRUE(sink.take(DrawBatch{.chain = c,
                                      .phase = Phase::warmup,
                                      .values = std::span(x).first(15),
                                      .transitions = std::span(t).first(3)}));
    }
    const std::vector<double> inverse_mass = {0.1 + c, 1.0 / 3, 2, 30, 1e-7};
    ASSERT_TRUE(sink.take(
        Adapted{.chain = c, .iteration = 3, .step_size = 0.7, .inverse_mass = inverse_mass}));
    ASSERT_TRUE(sink.take(DrawBatch{.chain = c, .values = x, .transitions = t}));
    ASSERT_TRUE(sink.take(Finished{.chain = c, .draws = 4}));
  }
  ASSERT_TRUE(sink.finish());
}

}  // namespace tyche
