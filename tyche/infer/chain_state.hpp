// A chain as a value: all that its next draws depend on beside density, settings and seed.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "tyche/draws/draws.hpp"
#include "tyche/infer/centring.hpp"
#include "tyche/infer/warmup.hpp"
#include "tyche/infer/whitening.hpp"

namespace tyche {

/// What a chain's coordinates are made of.
struct CoordinateFrame {
  Whitening whitening;
  Degrees degrees = {};  // of centring; empty where none are learnt
};

/// Of a chain past its warm-up; one that is not has no `point`.
struct ChainState {
  int chain = 0;               // its number: part of the key of its random numbers
  int epoch = 0;               // how often it was taken over
  std::int64_t iteration = 0;  // of the next draw, warm-up included
  /// The last draw in the chain's own coordinates, with the bits that the sampler goes on from.
  std::vector<double> point = {};
  double log_density = std::numeric_limits<double>::quiet_NaN();  // there; NaN: not known
  double step_size = 0;
  CoordinateFrame frame = {};  // of its coordinates
  bool stopped = false;        // alone, and so in every extension
};

/// The chains of a run, from which it can go on and others can start.
struct RunState {
  int dimension = 0;
  std::int64_t warmup = 0;
  Metric metric = Metric::unit;
  bool recentre = true;
  std::vector<Variable> parameters = {};  // what was sampled, where that is known by name
  std::vector<ChainState> chains = {};
};

}  // namespace tyche
