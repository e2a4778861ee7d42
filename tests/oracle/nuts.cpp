#include "nuts.hpp"

#include <algorithm>
#include <expected>
#include <tuple>

#include "hamiltonian.hpp"

namespace oracle {
namespace {

using Stop = Nuts::Stop;
enum class Draw { multinomial, biased };  // within a subtree; toward the newer half

/// A stretch of states: its ends, one draw from it, its total momentum and weight.
struct Trajectory {
  Phase left, right;  // earliest and latest state in time
  Phase draw;         // one state, drawn with probability ∝ exp(−H)
  Vector rho;         // Σ p
  double log_weight;  // log Σ exp(H₀ − H)

  const Phase& end(int direction) const { return direction > 0 ? right : left; }
};

/// All that stays fixed while one trajectory grows, so that `build` takes two arguments.
struct Doubling {
  Hamiltonian h;
  const Nuts::Settings& settings;
  const Nuts::Choices& choices;
  double h0 = 0;
  int direction = 1;
  Nuts::Info info = {};

  Trajectory start(const Nuts::State& state) {
    Phase z{state.q, choices.normal(state.q.size()) / std::sqrt(h.inv_mass), state.at_q};
    h0 = h.energy(z);
    return {z, z, z, z.p, 0.0};
  }

  std::expected<Trajectory, Stop> build(const Phase& from, int depth) {
    if (depth == 0) return leaf(from);
    auto near = build(from, depth - 1);
    if (!near) return near;
    auto far = build(near->end(direction), depth - 1);
    if (!far) return far;
    if (turning(*near, *far)) return std::unexpected(Stop::subtree);
    return join(Draw::multinomial, *near, *far);
  }

  std::expected<Trajectory, Stop> leaf(const Phase& from) {
    ++info.steps;
    const auto next = settings.division ? divided_step(from) : leapfrog_step(from);
    if (!next) return std::unexpected(next.error());
    const double error = h.energy(next->z) - h0;
    if (!(error < settings.max_energy_error)) return std::unexpected(Stop::diverging);
    info.leaves.push_back({next->z.q, -error, next->visited});
    return Trajectory{next->z, next->z, next->z, next->z.p, -error};
  }

  /// A state, and which of the visited it is.
  struct Next {
    Phase z;
    std::size_t visited;
  };

  double step_size() const { return direction * settings.step_size; }

  std::expected<Next, Stop> leapfrog_step(const Phase& from) {
    const Phase z = visit(h.leapfrog(from, step_size()));
    const double error = h.energy(z) - h0;
    info.sum_accept += std::isnan(error) ? 0 : std::min(1.0, std::exp(-error));
    return Next{z, info.visited.size() - 1};
  }

  /// What is chosen at the end, backwards in time, must be what was chosen here.
  std::expected<Next, Stop> divided_step(const Phase& from) {
    const double whole = h.energy(h.leapfrog(from, step_size())) - h.energy(from);
    info.sum_accept += std::isnan(whole) ? 0 : std::exp(-std::abs(whole));
    const auto there = fewest(from, step_size());
    if (!there) return std::unexpected(Stop::diverging);
    const std::size_t visited = info.visited.size() - 1;
    const auto back = fewest(there->z, -step_size());
    if (!back || back->leapfrogs != there->leapfrogs) return std::unexpected(Stop::subtree);
    info.visited.resize(info.visited.size() - there->leapfrogs);  // the way back is known
    return Next{there->z, visited};
  }

  struct Divided {
    Phase z;
    std::size_t leapfrogs;
  };

  std::optional<Divided> fewest(const Phase& from, double eps) {
    for (int halvings = 0; halvings <= settings.division->max_halvings; ++halvings) {
      const std::size_t n = std::size_t(1) << halvings;
      if (const auto z = run(from, n, eps / double(n))) return Divided{*z, n};
    }
    return {};
  }

  /// n leapfrogs, unless energies spread beyond the bound.
  std::optional<Phase> run(Phase z, std::size_t n, double eps) {
    const double bound = settings.division->max_step_error;
    double low = h.energy(z), high = low;
    for (std::size_t i = 0; i < n; ++i) {
      z = visit(h.leapfrog(z, eps));
      const double energy = h.energy(z);
      if (!std::isfinite(energy)) return {};
      low = std::min(low, energy), high = std::max(high, energy);
      info.closest_tie = std::min(info.closest_tie, std::abs(high - low - bound) / bound);
      if (high - low > bound) return {};
    }
    return z;
  }

  Phase visit(Phase z) {
    info.visited.push_back(z.q);
    return z;
  }

  /// `far` continues `near`; its draw is kept with the probability the rule gives it.
  Trajectory join(Draw rule, const Trajectory& near, const Trajectory& far) {
    const double total = log_sum_exp(near.log_weight, far.log_weight);
    const double against = rule == Draw::biased ? near.log_weight : total;
    const bool take_far = std::log(choices.uniform()) < far.log_weight - against;
    const auto& [early, late] = in_time_order(near, far);
    return {early.left, late.right, take_far ? far.draw : near.draw, near.rho + far.rho, total};
  }

  /// Across the whole, and across each seam between the two halves.
  bool turning(const Trajectory& near, const Trajectory& far) {
    const auto& [early, late] = in_time_order(near, far);
    return turns(early.left, late.right, early.rho + late.rho) ||
           turns(early.left, late.left, early.rho + late.left.p) ||
           turns(early.right, late.right, late.rho + early.right.p);
  }

  bool turns(const Phase& a, const Phase& b, const Vector& rho) {
    const double at_a = along(a, rho), at_b = along(b, rho);
    return at_a <= 0 || at_b <= 0;
  }

  /// v . rho; notes how near to a right angle the two are.
  double along(const Phase& z, const Vector& rho) {
    const double product = dot(h.velocity(z), rho);
    const double scale = std::sqrt(dot(h.velocity(z), z.p) * dot(Vector(h.inv_mass * rho), rho));
    info.closest_tie = std::min(info.closest_tie, std::abs(product) / scale);
    return product;
  }

  std::tuple<const Trajectory&, const Trajectory&> in_time_order(const Trajectory& near,
                                                                 const Trajectory& far) const {
    return direction > 0 ? std::tie(near, far) : std::tie(far, near);
  }
};

}  // namespace

Nuts::Nuts(Density density, Settings settings)
    : density_(std::move(density)), settings_(std::move(settings)) {}

Nuts::State Nuts::init(Vector q) const {
  Evaluation at_q = density_(q);
  return {std::move(q), std::move(at_q)};
}

std::pair<Nuts::State, Nuts::Info> Nuts::step(const Choices& choices, const State& state) const {
  Doubling doubling{{density_, settings_.inv_mass}, settings_, choices};
  Nuts::Info& info = doubling.info;
  Trajectory whole = doubling.start(state);
  while (info.depth < settings_.max_depth) {
    doubling.direction = choices.forward(info.depth) ? 1 : -1;
    auto more = doubling.build(whole.end(doubling.direction), info.depth);
    if (!more) {
      info.stop = more.error();
      break;
    }
    ++info.depth;
    const bool turning = doubling.turning(whole, *more);
    whole = doubling.join(Draw::biased, whole, *more);
    if (turning) {
      info.stop = Stop::turning;
      break;
    }
  }
  return {{whole.draw.q, whole.draw.at_q}, std::move(info)};
}

std::pair<Nuts::State, Nuts::Info> Nuts::step(Rng& rng, const State& state) const {
  const Choices choices{[&](std::size_t n) { return normal(rng, n); },
                        [&](int) { return uniform(rng) < 0.5; }, [&] { return uniform(rng); }};
  return step(choices, state);
}

}  // namespace oracle
