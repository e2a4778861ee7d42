// A Markov kernel is a pair: init makes a state from a position, step moves it.
#pragma once
#include <concepts>
#include <utility>

#include "math.hpp"

namespace oracle {

/// `step` returns the next state and what a diagnostic may want to know of the move.
/// It keeps nothing, prints nothing, and draws only from the generator it is handed.
template <class K>
concept Kernel = requires(const K& k, Rng& rng, Vector q, const typename K::State& s) {
  { k.init(q) } -> std::same_as<typename K::State>;
  { k.step(rng, s) } -> std::same_as<std::pair<typename K::State, typename K::Info>>;
};

}  // namespace oracle
