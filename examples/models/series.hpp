// Time series: stochastic volatility, autoregression, ARMA, GARCH, hidden Markov models.
#pragma once
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "tyche/model/json.hpp"
#include "tyche/model/model.hpp"

namespace tyche::models {

/// s is a random walk from 0. Its steps are told as terms, since each looks back at another.
inline Model sv(const std::vector<double>& returns) {
  Model m;
  const std::int64_t T = std::int64_t(returns.size());
  const auto sigma = m.param("sigma", exponential(50));
  const auto nu = m.param("nu", exponential(0.1));
  const auto s = m.param("s", flat(), T);
  m.add(log_density(normal(0, sigma), s[0]));
  m.add(log_density(normal(s.slice(0, T - 1), sigma), s.slice(1, T - 1)));
  m.observe("returns", student_t(nu, 0, exp(s)), returns);
  return m;
}

/// The same, s drawn step by step: it can be simulated and filtered.
inline Model sv_scan(const std::vector<double>& returns) {
  Model m;
  const auto sigma = m.param("sigma", exponential(50));
  const auto nu = m.param("nu", exponential(0.1));
  const auto r = m.data("returns", returns);
  m.scan(r.size(), 0.0, [&](const Index& t, const Expression& before) {
    const auto s = m.param("s", normal(before, sigma));
    m.observe("returns", student_t(nu, 0, exp(s)), r[t]);
    return std::pair(s, s);
  });
  return m;
}

/// The first K values are only looked back at.
inline Model arK(const ir::DataSet& data) {
  Model m;
  const std::vector<double> series = reals(data, "y");
  const std::int64_t K = std::int64_t(real(data, "K")), T = std::int64_t(series.size());
  const auto y = m.data("y", series);
  const auto alpha = m.param("alpha", normal(0, 10));
  const auto beta = m.param("beta", normal(0, 10), K);
  const auto sigma = m.param("sigma", half_cauchy(2.5));
  Expression mean = alpha;
  for (std::int64_t k = 0; k < K; ++k) mean += beta[k] * y.slice(K - 1 - k, T - K);
  m.observe("y_later", normal(mean, sigma), std::vector(series.begin() + K, series.end()));
  return m;
}

inline Model garch11(const ir::DataSet& data) {
  Model m;
  const auto y = m.data("y", reals(data, "y"));
  const auto mu = m.param("mu", flat());
  const auto alpha0 = m.param("alpha0", flat(positive()));
  const auto alpha1 = m.param("alpha1", flat(interval(0, 1)));
  const auto beta1 = m.param("beta1", flat(interval(0, 1 - alpha1)));
  const double sigma1 = real(data, "sigma1");
  const auto [last, sd] =
      m.scan(y.size(), sigma1 * sigma1, [&](const Index& t, const Expression& variance) {
        const Expression next = alpha0 + alpha1 * square(y[t] - mu) + beta1 * variance;
        return std::pair(next, sqrt(variance));
      });
  m.observe("y", normal(mu, sd), y);
  return m;
}

/// The value before the series is mu, and no shock came before it.
inline Model arma11(const ir::DataSet& data) {
  Model m;
  const auto y = m.data("y", reals(data, "y"));
  const auto mu = m.param("mu", normal(0, 10));
  const auto phi = m.param("phi", normal(0, 2));
  const auto theta = m.param("theta", normal(0, 2));
  const auto sigma = m.param("sigma", half_cauchy(2.5));
  const auto [last, mean] = m.scan(y.size(), 0.0, [&](const Index& t, const Expression& shock) {
    const Expression before = where(t == 0, mu, y[max(t - 1, 0)]);
    const Expression next = mu + phi * before + theta * shock;
    return std::pair(y[t] - next, next);
  });
  m.observe("y", normal(mean, sigma), y);
  return m;
}

/// A chain of two states, the path summed out by the forward algorithm: rows of theta are the ways
/// out of a state, seen(k, t) the log density of what was seen at t in state k. Both states may be
/// the first.
template <class Seen>
void two_states(Model& m, std::int64_t steps, const std::array<Expression, 2>& theta,
                const Seen& seen) {
  const std::vector<Expression> first = {seen(0, 0), seen(1, 0)};
  const auto last =
      m.loop(steps - 1, first, [&](const Index& t, const std::vector<Expression>& before) {
        std::vector<Expression> after;
        for (int k = 0; k < 2; ++k) {
          after.push_back(seen(k, t + 1) + log_sum_exp(before[0] + log(theta[0][k]),
                                                       before[1] + log(theta[1][k])));
        }
        return after;
      });
  m.add(log_sum_exp(last[0], last[1]));
}

inline Model hmm_example(const ir::DataSet& data) {
  Model m;
  const auto y = m.data("y", reals(data, "y"));
  const auto theta1 = m.param("theta1", flat(simplex(2)));
  const auto theta2 = m.param("theta2", flat(simplex(2)));
  const auto mu = m.param("mu", flat(positive_ordered(2)));
  m.add(log_density(normal({3.0, 10.0}, 1), mu));
  two_states(m, y.size(), {theta1, theta2}, [&](int k, const Index& t) {
    return log_density(normal(mu[k], 1), y[t]);
  });
  return m;
}

/// Two exponential outputs: u, the inverse of a player's speed, and v, the way to the hoop.
inline Model hmm_drive(const ir::DataSet& data) {
  Model m;
  const auto u = m.data("u", reals(data, "u")), v = m.data("v", reals(data, "v"));
  const Expression alpha = matrix(data, "alpha");
  const auto theta1 = m.param("theta1", dirichlet(alpha[0]));
  const auto theta2 = m.param("theta2", dirichlet(alpha[1]));
  const auto phi = m.param("phi", flat(positive_ordered(2)));
  const auto lambda = m.param("lambda", flat(positive_ordered(2)));
  m.add(log_density(normal({0.0, 3.0}, 1), phi));
  m.add(log_density(normal({0.0, 3.0}, 1), lambda));
  two_states(m, u.size(), {theta1, theta2}, [&](int k, const Index& t) {
    return log_density(exponential(phi[k]), u[t]) + log_density(exponential(lambda[k]), v[t]);
  });
  return m;
}

}  // namespace tyche::models
