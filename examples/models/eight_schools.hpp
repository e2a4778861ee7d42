// Eight schools (Rubin 1981): effects of coaching, with known standard errors.
#pragma once
#include <vector>

#include "tyche/model/model.hpp"

namespace tyche::models {

inline const std::vector<double> schools_y = {28, 8, -3, 7, -1, 1, 18, 12};
inline const std::vector<double> schools_sigma = {15, 10, 16, 11, 9, 11, 10, 18};

/// Centred, with a half-normal scale: of the seven models.
inline Model eight_schools(const std::vector<double>& y = schools_y,
                           const std::vector<double>& sigma = schools_sigma) {
  Model m;
  const auto mu = m.param("mu", normal(0, 5));
  const auto tau = m.param("tau", half_normal(5));
  const auto theta = m.param("theta", normal(mu, tau), std::int64_t(y.size()));
  m.observe("y", normal(theta, sigma), y);
  return m;
}

/// Centred, with a half-Cauchy scale: of the known posteriors.
inline Model eight_schools_centered(const std::vector<double>& y = schools_y,
                                    const std::vector<double>& sigma = schools_sigma) {
  Model m;
  const auto mu = m.param("mu", normal(0, 5));
  const auto tau = m.param("tau", half_cauchy(5));
  const auto theta = m.param("theta", normal(mu, tau), std::int64_t(y.size()));
  m.observe("y", normal(theta, sigma), y);
  return m;
}

/// Non-centred by hand, with a half-Cauchy scale: of the known posteriors.
inline Model eight_schools_noncentered(const std::vector<double>& y = schools_y,
                                       const std::vector<double>& sigma = schools_sigma) {
  Model m;
  const auto eta = m.param("eta", normal(0, 1), std::int64_t(y.size()));
  const auto mu = m.param("mu", normal(0, 5));
  const auto tau = m.param("tau", half_cauchy(5));
  const auto theta = m.let("theta", mu + tau * eta);
  m.observe("y", normal(theta, sigma), y);
  return m;
}

/// The same model as `eight_schools_noncentered`: theta itself is the parameter, and the sampler
/// sees it on the scale (theta - mu) / tau.
inline Model eight_schools_offset(const std::vector<double>& y = schools_y,
                                  const std::vector<double>& sigma = schools_sigma) {
  Model m;
  const auto mu = m.param("mu", normal(0, 5));
  const auto tau = m.param("tau", half_cauchy(5));
  const auto theta = m.param("theta", non_centered(normal(mu, tau)), std::int64_t(y.size()));
  m.observe("y", normal(theta, sigma), y);
  return m;
}

}  // namespace tyche::models
