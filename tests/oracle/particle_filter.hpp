// A particle filter for any Feynman–Kac model (Chopin & Papaspiliopoulos 2020, Alg. 10.1).
#pragma once
#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "math.hpp"

namespace oracle {

template <class M>
concept FeynmanKac = requires(const M& m, Rng& rng, int t, const typename M::Particle& x) {
  { m.initial(rng) } -> std::same_as<typename M::Particle>;     // M₀(dx₀)
  { m.move(rng, t, x) } -> std::same_as<typename M::Particle>;  // Mₜ(xₜ₋₁, dxₜ)
  { m.log_potential(t, x) } -> std::same_as<double>;            // log Gₜ(xₜ)
};

/// Normalized weights with the two numbers the filter reads off them. Immutable.
struct Weights {
  std::vector<double> w;  // sums to one
  double log_mean;        // log (1/N) Σ exp(lw)
  double ess;             // 1 / Σ w²

  static Weights from_log(const std::vector<double>& lw) {
    const double high = *std::ranges::max_element(lw);
    std::vector<double> w(lw.size());
    std::ranges::transform(lw, w.begin(), [&](double l) { return std::exp(l - high); });
    const double sum = std::accumulate(w.begin(), w.end(), 0.0);
    double squares = 0;
    for (double& wi : w) {
      wi /= sum;
      squares += wi * wi;
    }
    return {std::move(w), high + std::log(sum / double(lw.size())), 1 / squares};
  }
};

/// Ancestors by systematic resampling: one uniform, N evenly spaced points.
inline std::vector<std::size_t> systematic(Rng& rng, const std::vector<double>& w) {
  std::vector<std::size_t> ancestors(w.size());
  double u = uniform(rng), cumulative = w[0] * double(w.size());
  for (std::size_t n = 0, a = 0; n < w.size(); ++n, u += 1) {
    while (cumulative < u && a + 1 < w.size()) cumulative += w[++a] * double(w.size());
    ancestors[n] = a;
  }
  return ancestors;
}

template <FeynmanKac Model>
struct ParticleFilter {
  using Particle = Model::Particle;
  struct State {
    int t = 0;
    std::vector<Particle> x;
    std::vector<double> lw;
    double log_likelihood = 0;
  };
  struct Info {
    double ess;
    bool resampled;
  };

  Model model;
  std::size_t particles;
  double ess_threshold = 0.5;

  std::pair<State, Info> init(Rng& rng) const {
    State s{0, std::vector<Particle>(particles), std::vector<double>(particles, 0.0), 0};
    for (auto& x : s.x) x = model.initial(rng);
    return reweight(std::move(s), 0.0, false);
  }

  std::pair<State, Info> step(Rng& rng, State s) const {
    Weights before = Weights::from_log(s.lw);
    const bool resample = before.ess < ess_threshold * double(particles);
    if (resample) {
      std::vector<Particle> chosen;
      for (auto a : systematic(rng, before.w)) chosen.push_back(s.x[a]);
      s.x = std::move(chosen);
      s.lw.assign(particles, 0.0);
    }
    ++s.t;
    for (auto& x : s.x) x = model.move(rng, s.t, x);
    return reweight(std::move(s), resample ? 0.0 : before.log_mean, resample);
  }

 private:
  std::pair<State, Info> reweight(State s, double log_mean_before, bool resampled) const {
    for (std::size_t n = 0; n < particles; ++n) s.lw[n] += model.log_potential(s.t, s.x[n]);
    const Weights now = Weights::from_log(s.lw);
    s.log_likelihood += now.log_mean - log_mean_before;
    return {std::move(s), Info{now.ess, resampled}};
  }
};

}  // namespace oracle
