// The No-U-Turn sampler, multinomial form: the reference that kernels are compared with.
// Hoffman & Gelman 2014 (doubling), Betancourt 2017 §A.4 (weights, generalized criterion);
// with divided steps WALNUTS (Bou-Rabee, Carpenter, Kleppe & Liu 2025).
#pragma once
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "math.hpp"

namespace oracle {

class Nuts {
 public:
  /// A step is divided into 1, 2, 4, ... leapfrogs until its energies spread by no more than this.
  struct Division {
    double max_step_error;
    int max_halvings;
  };
  struct Settings {
    double step_size;
    Vector inv_mass;
    int max_depth = 10;
    double max_energy_error = 1000;
    std::optional<Division> division = {};
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
    double log_weight;    // H₀ − H
    std::size_t visited;  // which of the visited
  };
  struct Info {
    int depth = 0;
    int steps = 0;  // leaves made or tried
    Stop stop = Stop::depth;
    double sum_accept = 0;        // over steps: min(1, exp(H₀ − H)); divided: exp(−|ΔH|) undivided
    double closest_tie = 1;       // smallest |cosine| of a turn test, or distance from the bound
    std::vector<Leaf> leaves;     // in the order they were made
    std::vector<Vector> visited;  // positions whose gradient the trajectory asked for
    int leapfrogs() const { return int(visited.size()); }
    double accept_rate() const { return sum_accept / steps; }
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
