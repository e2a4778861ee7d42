// Small models of the seven: simple, medium, stress and funnel.
#pragma once
#include <vector>

#include "tyche/model/model.hpp"

namespace tyche::models {

inline Model simple(const std::vector<double>& y) {
  Model m;
  const auto mu = m.param("mu", normal(0, 10));
  const auto sigma = m.param("sigma", exponential(1));
  m.observe("y", normal(mu, sigma), y);
  return m;
}

inline Model medium(const std::vector<double>& y_a, const std::vector<double>& y_b) {
  Model m;
  const auto mu = m.param("mu_global", normal(0, 10));
  const auto sigma = m.param("sigma_global", exponential(1));
  const auto alpha = m.param("alpha", normal(mu, sigma));
  const auto beta = m.param("beta", normal(mu, sigma));
  const auto noise = m.param("sigma_obs", exponential(2));
  m.observe("y_a", normal(alpha, noise), y_a);
  m.observe("y_b", normal(beta, noise), y_b);
  return m;
}

inline Model stress(const std::vector<double>& y_1, const std::vector<double>& y_2,
                    const std::vector<double>& y_3) {
  Model m;
  const auto mu = m.param("mu_pop", normal(0, 10));
  const auto sigma = m.param("sigma_pop", exponential(0.5));
  const auto group = m.param("group", normal(mu, sigma), 3);
  const auto noise = m.param("noise", exponential(1), 3);
  m.observe("y_1", normal(group[0], noise[0]), y_1);
  m.observe("y_2", normal(group[1], noise[1]), y_2);
  m.observe("y_3", normal(group[2], noise[2]), y_3);
  return m;
}

/// Neal's funnel: E y = 0, Var y = 9, Var x = exp(4.5).
inline Model funnel() {
  Model m;
  const auto y = m.param("y", normal(0, 3));
  m.param("x", normal(0, exp(y / 2)), 9);
  return m;
}

}  // namespace tyche::models
