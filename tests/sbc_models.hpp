// Models to calibrate by simulation: each with parameters from its prior and data from those, made
// without the model language.
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "examples/models/eight_schools.hpp"
#include "tyche/numeric/random.hpp"

namespace tyche::sbc {

/// Scalars as the columns of Draws are ordered, and the data seen.
struct Simulated {
  std::vector<double> truth;
  ir::Array y;
};

/// A model of data named "y".
struct Subject {
  std::string name, described;
  /// Centred as it is written, or with the scale of its prior taken out by hand.
  std::function<Model(bool centred)> model;
  /// `distortion` of the data's spread or rate: other than 1 makes the posterior a wrong one.
  std::function<Simulated(Stream& stream, double distortion)> simulate;
  std::function<double(const std::vector<double>& at, const ir::Array& y)> log_likelihood;
};

inline ir::Array reals(std::vector<double> values) {
  return {.type = ir::Type::vector(std::int64_t(values.size())), .reals = std::move(values)};
}

/// Less its constant.
inline double normal_log_density(double x, double mean, double sd) {
  const double z = (x - mean) / sd;
  return -z * z / 2 - std::log(sd);
}

inline Subject schools() {
  const auto model = [](bool centred) {
    if (centred) return models::eight_schools();
    Model m;
    const auto mu = m.param("mu", normal(0, 5)), tau = m.param("tau", half_normal(5));
    const auto theta = m.param("theta", non_centered(normal(mu, tau)), 8);
    m.observe("y", normal(theta, models::schools_sigma), models::schools_y);
    return m;
  };
  const auto simulate = [](Stream& stream, double distortion) {
    const auto z = [&] { return numeric::normal(stream); };
    const double mu = 5 * z(), tau = 5 * std::abs(z());
    Simulated made{.truth = {mu, tau}, .y = reals({})};
    std::vector<double> y;
    for (double sigma : models::schools_sigma) {
      made.truth.push_back(mu + tau * z());
      y.push_back(made.truth.back() + distortion * sigma * z());
    }
    made.y = reals(y);
    return made;
  };
  const auto log_likelihood = [](const std::vector<double>& at, const ir::Array& y) {
    double sum = 0;
    for (std::size_t j = 0; j < 8; ++j) {
      sum += normal_log_density(y.reals[j], at[2 + j], models::schools_sigma[j]);
    }
    return sum;
  };
  return {"schools",
          "the eight schools of `examples/models` as they are written, centred; under `unit` and "
          "`diagonal`,\nwhich learn no centring, with theta on the scale of its prior",
          model, simulate, log_likelihood};
}

inline constexpr std::size_t rows = 20, slopes = 3;

/// Columns that share most of what they say.
inline Matrix predictors() {
  Stream stream{.key = 20};
  Matrix x{rows, slopes, std::vector<double>(rows * slopes)};
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const double shared = numeric::normal(stream);
    for (std::int64_t j = 0; j < x.cols; ++j) x(i, j) = shared + 0.3 * numeric::normal(stream);
  }
  return x;
}

inline Subject regression() {
  const auto place = [x = predictors()](const std::vector<double>& at, std::size_t i) {
    double sum = at[0];
    for (std::size_t j = 0; j < slopes; ++j) sum += x(std::int64_t(i), std::int64_t(j)) * at[1 + j];
    return sum;
  };
  const auto model = [](bool) {
    Model m;
    const auto alpha = m.param("alpha", normal(0, 2)), beta = m.param("beta", normal(0, 1), slopes);
    const auto sigma = m.param("sigma", exponential(1));
    m.observe("y", normal(alpha + m.data("x", predictors()) * beta, sigma),
              std::vector<double>(rows, 1.0));
    return m;
  };
  const auto simulate = [place](Stream& stream, double distortion) {
    std::vector<double> truth = {2 * numeric::normal(stream)}, y;
    for (std::size_t j = 0; j < slopes; ++j) truth.push_back(numeric::normal(stream));
    truth.push_back(numeric::exponential(stream));
    for (std::size_t i = 0; i < rows; ++i) {
      y.push_back(place(truth, i) + distortion * truth.back() * numeric::normal(stream));
    }
    return Simulated{truth, reals(y)};
  };
  const auto log_likelihood = [place](const std::vector<double>& at, const ir::Array& y) {
    double sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      sum += normal_log_density(y.reals[i], place(at, i), at.back());
    }
    return sum;
  };
  return {"regression", "a regression of 20 numbers on three columns that correlate at about 0.9",
          model, simulate, log_likelihood};
}

inline constexpr std::size_t sites = 3, visits = 4;

/// log abundance + log detection of a visit: `at` holds detection and then abundance.
inline double log_rate(const std::vector<double>& at, std::size_t visit) {
  return std::log(at[0]) + at[1 + visit / visits];
}

inline Subject counts() {
  const auto model = [](bool) {
    Model m;
    const auto detection = m.param("detection", beta(2, 3));
    const auto abundance = m.param("abundance", bounded(normal(1, 1), ordered(sites)));
    std::vector<int> site;
    for (std::size_t k = 0; k < sites * visits; ++k) site.push_back(int(k / visits));
    const auto at = m.data("site", site);
    m.observe("y", poisson_log(log(detection) + abundance[at]),
              std::vector<int>(sites * visits, 1));
    return m;
  };
  const auto simulate = [](Stream& stream, double distortion) {
    std::vector<double> truth = {numeric::beta(stream, 2, 3)};
    for (std::size_t k = 0; k < sites; ++k) truth.push_back(1 + numeric::normal(stream));
    std::sort(truth.begin() + 1, truth.end());
    Simulated made{truth, {.type = ir::Type::array(ir::Type::integer(), {sites * visits})}};
    for (std::size_t k = 0; k < sites * visits; ++k) {
      const double rate = distortion * std::exp(log_rate(truth, k));
      made.y.integers.push_back(std::int64_t(numeric::poisson(stream, rate)));
    }
    return made;
  };
  const auto log_likelihood = [](const std::vector<double>& at, const ir::Array& y) {
    double sum = 0;
    for (std::size_t k = 0; k < y.integers.size(); ++k) {
      sum += double(y.integers[k]) * log_rate(at, k) - std::exp(log_rate(at, k));
    }
    return sum;
  };
  return {
      "counts",
      "counts at three sites whose log abundances are ordered, seen with an unknown probability",
      model, simulate, log_likelihood};
}

inline std::vector<Subject> subjects() { return {schools(), regression(), counts()}; }

}  // namespace tyche::sbc
