// The No-U-Turn sampler, multinomial form: the reference that kernels are compared with.
// Hoffman & Gelman 2014 (doubling), Betancourt 2017 §A.4 (weights, generalized criterion).
#pragma once
#include <functional>
#include <utility>
#include <vector>

#include "math.hpp"

namespace oracle {

class Nuts {
 public:
  struct Settings {
    double step_size;
    Vector inv_mass;
    int max_depth = 10;
    double max_energy_error = 1000;
  };
  struct State {
    Vector q;
    Evaluation at_q;
  };
  /// The randomness of one step, handed in.
  struct Choices {
    std::function<Vector(std::size_t)> normal;  // n independent standard normals
    std::function<bool(int)> forward;           // whether doubling j goes forward in time
    std::function<double()> uniform;
  };
  enum class Stop { turning, subtree, diverging, depth };
  struct Leaf {
    Vector q;
    double log_weight;  // H₀ − H
  };
  struct Info {
    int depth = 0;
    int leapfrogs = 0;
    Stop stop = Stop::depth;
    double sum_accept = 0;     // Σ min(1, exp(H₀ − H)) over every state visited
    double closest_turn = 1;   // smallest |cosine| of a turn test: how near to a tie
    std::vector<Leaf> leaves;  // in the order they were made
    double accept_rate() const { return sum_accept / leapfrogs; }
  };

  Nuts(Density density, Settings settings);
  State init(Vector q) const;
  std::pair<State, Info> step(const Choices& choices, const State& state) const;
  std::pair<State, Info> step(Rng& rng, const State& state) const;

 private:
  Density density_;
  Settings settings_;
};

}  // namespace oracle
