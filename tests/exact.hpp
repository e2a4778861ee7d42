// Targets whose moments and quantiles are known exactly, for whatever samples them.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "examples/models/simple.hpp"
#include "tyche/infer/infer_test.hpp"
#include "tyche/numeric/random.hpp"
#include "tyche/runtime/sample.hpp"

namespace tyche::exact {

/// A function of a draw, and what is known of its distribution.
struct Law {
  std::string name;
  std::function<double(std::span<const double> row)> of;
  std::optional<double> mean = {}, sd = {};
  std::vector<std::pair<double, double>> quantiles = {};  // probability, value
};

/// Rows of [chain][draw], what laws are functions of.
struct Rows {
  std::vector<double> numbers;
  std::size_t width;
};

struct Target {
  std::string name;
  std::function<Rows(const SampleSettings&)> draw;
  std::vector<Law> laws;
};

/// Draws of a density, as positions.
inline std::function<Rows(const SampleSettings&)> from(std::shared_ptr<const Density> density) {
  return [density](const SampleSettings& settings) {
    const auto chains = sample(*density, settings);
    if (!chains) throw Failure(chains.error());
    Rows rows{{}, std::size_t(density->dimension())};
    for (const ChainResult& chain : *chains) {
      rows.numbers.insert(rows.numbers.end(), chain.positions.begin(), chain.positions.end());
    }
    return rows;
  };
}

/// Draws of a model, as its parameters.
inline std::function<Rows(const SampleSettings&)> from(const std::function<Model()>& model) {
  return [model](const SampleSettings& settings) {
    const Fit fit = sample(model(), settings);
    Rows rows{{}, std::size_t(fit.draws.scalars())};
    for (int chain = 0; chain < fit.draws.chains(); ++chain) {
      for (int n = 0; n < fit.draws.draws(); ++n) {
        const std::vector<double> row = fit.draws.row(chain, n);
        rows.numbers.insert(rows.numbers.end(), row.begin(), row.end());
      }
    }
    return rows;
  };
}

/// Quantiles of `of` that has the standard normal distribution times `scale`.
inline std::vector<std::pair<double, double>> normal_quantiles(double scale = 1) {
  return {{0.05, -1.6448536269514722 * scale},
          {0.25, -0.6744897501960817 * scale},
          {0.5, 0},
          {0.95, 1.6448536269514722 * scale}};
}
inline Law normal_law(std::string name, std::function<double(std::span<const double>)> of,
                      double scale = 1) {
  return {std::move(name), std::move(of), 0, scale, normal_quantiles(scale)};
}

inline constexpr std::size_t side = 10, plane = side * side;
using Square = std::array<double, plane>;  // by columns

/// Orthonormal columns, of random ones by Gram and Schmidt.
inline Square random_rotation(std::uint32_t substream) {
  Stream stream{.key = 100, .substream = substream};
  Square q;
  for (double& x : q) x = numeric::normal(stream);
  for (std::size_t j = 0; j < side; ++j) {
    double* const at = &q[j * side];
    for (std::size_t k = 0; k < j; ++k) {
      const double* const before = &q[k * side];
      const double along = std::inner_product(at, at + side, before, 0.0);
      for (std::size_t i = 0; i < side; ++i) at[i] -= along * before[i];
    }
    const double length = std::sqrt(std::inner_product(at, at + side, at, 0.0));
    for (std::size_t i = 0; i < side; ++i) at[i] /= length;
  }
  return q;
}

inline Square product(const Square& a, const Square& b) {
  Square c = {};
  for (std::size_t j = 0; j < side; ++j) {
    for (std::size_t k = 0; k < side; ++k) {
      for (std::size_t i = 0; i < side; ++i) c[j * side + i] += a[k * side + i] * b[j * side + k];
    }
  }
  return c;
}

inline Square transposed(const Square& a) {
  Square t;
  for (std::size_t k = 0; k < plane; ++k) t[k % side * side + k / side] = a[k];
  return t;
}

/// Normal in 100 dimensions; the variances along its axes are log-spaced from 0.01 to 100, and its
/// axes the Kronecker product of two random rotations of ten: a dense rotation that costs 2,000
/// products where any other costs 10,000.
struct Tilted {
  Square left = random_rotation(1), right = random_rotation(2);
  Square left_back = transposed(left), right_back = transposed(right);

  static double variance(std::size_t k) {
    return std::pow(10.0, 4.0 * double(k) / (plane - 1) - 2);
  }
  /// The coordinates of a position along the axes.
  Square along_axes(std::span<const double> x) const {
    Square at;
    std::ranges::copy(x.first(plane), at.begin());
    return product(product(left, at), right_back);
  }
  Square position(const Square& along) const { return product(product(left_back, along), right); }
};

/// Broken by leaves that are not drawn by exp of their energy, or by a metric whose map to the
/// density differs from that to the draws.
inline Target correlated_normal() {
  const Tilted tilted;
  Square precision;
  for (std::size_t k = 0; k < plane; ++k) precision[k] = 1 / Tilted::variance(k);
  const auto density = [=](const double* q, double* gradient) {
    Square along = tilted.along_axes({q, plane});
    double sum = 0;
    for (std::size_t k = 0; k < plane; ++k) {
      sum -= along[k] * along[k] * precision[k] / 2;
      along[k] *= -precision[k];
    }
    std::ranges::copy(tilted.position(along), gradient);
    return sum;
  };
  const auto square = [=](std::span<const double> x) {
    const Square along = tilted.along_axes(x);
    double sum = 0;
    for (std::size_t k = 0; k < plane; ++k) sum += along[k] * along[k] * precision[k];
    return sum;
  };
  std::vector<Law> laws = {
      {"chi-square of 100", square, double(plane), std::sqrt(2.0 * plane), {}}};
  for (const std::size_t k : {0u, 33u, 66u, 99u}) {
    laws.push_back({"axis " + std::to_string(k + 1),
                    [=](auto x) { return tilted.along_axes(x)[k]; },
                    0,
                    std::sqrt(Tilted::variance(k)),
                    {}});
  }
  return {"CorrelatedNormal", from(std::make_shared<FormulaDensity>(int(plane), density)), laws};
}

/// y is normal(x^2 / 2, 1) by a term that is no prior: nothing can centre it. Broken
/// by the same where chains are lanes.
inline Target banana() {
  const auto model = [] {
    Model m;
    const auto x = m.param("x", normal(0, 1)), y = m.param("y", flat());
    const auto off = y - 0.5 * x * x;
    m.add(-0.5 * off * off);
    return m;
  };
  return {"Banana",
          from(model),
          {normal_law("x", [](auto at) { return at[0]; }),
           normal_law("y off its place", [](auto at) { return at[1] - 0.5 * at[0] * at[0]; }),
           {"y", [](auto at) { return at[1]; }, 0.5, std::sqrt(1.5), {}}}};
}

/// Five of 3 degrees: the fourth moment does not exist, so that no error of an sd settles. Broken
/// by trajectories that turned within and go on, which favour the tails.
inline Target student() {
  const auto model = [] {
    Model m;
    m.param("x", student_t(3, 0, 1), 5);
    return m;
  };
  // F(x) = 1/2 + (u / (1 + u^2) + atan u) / pi, u = x / sqrt(3).
  const std::vector<std::pair<double, double>> known = {
      {0.01, -4.540702858698419}, {0.1, -1.6377443536962102}, {0.5, 0},
      {0.75, 0.764892328404345},  {0.95, 2.3533634348018264}, {0.99, 4.540702858698419}};
  std::vector<Law> laws = {{"first", [](auto x) { return x[0]; }, {}, {}, known},
                           {"last", [](auto x) { return x[4]; }, {}, {}, known}};
  for (const auto& [p, at] : known) {
    if (p <= 0.5) continue;
    const auto beyond = [at](std::span<const double> x) {
      return double(std::ranges::count_if(x, [at](double one) { return std::abs(one) > at; })) / 5;
    };
    laws.push_back({"beyond " + std::to_string(at), beyond, 2 - 2 * p, {}, {}});
  }
  return {"Student", from(model), laws};
}

/// Two modes of unequal width and weight beside a coordinate of another scale. Broken by subtrees
/// that are drawn without their weight.
inline Target mixture_of_two() {
  const auto model = [] {
    Model m;
    m.param("x", mixture(0.3, normal(-1.5, 0.6), normal(1.5, 1)));
    m.param("y", normal(0, 10));
    return m;
  };
  const double mean = 0.3 * -1.5 + 0.7 * 1.5, square = 0.3 * (2.25 + 0.36) + 0.7 * (2.25 + 1);
  const auto below = [](double t, double at, double scale) {
    return std::erfc((at - t) / scale / std::numbers::sqrt2) / 2;
  };
  const double left = 0.3 * below(-0.5, -1.5, 0.6) + 0.7 * below(-0.5, 1.5, 1);
  return {"Mixture",
          from(model),
          {{"x", [](auto at) { return at[0]; }, mean, std::sqrt(square - mean * mean), {}},
           {"left mode", [](auto at) { return double(at[0] < -0.5); }, left, {}, {}},
           normal_law("y", [](auto at) { return at[1]; }, 10)}};
}

/// E f(y) of y normal(0, 3), by the trapezoidal rule.
inline double funnel_expectation(const std::function<double(double)>& f) {
  double sum = 0;
  constexpr double step = 1.0 / 64;
  for (int k = -640; k <= 640; ++k) {
    const double z = k * step;
    sum += std::exp(-z * z / 2) * f(3 * z);
  }
  return sum * step / std::sqrt(2 * std::numbers::pi);
}

inline std::vector<Law> funnel_laws() {
  const auto within = [](double t) {
    return funnel_expectation(
        [t](double y) { return std::erf(t * std::exp(-y / 2) / std::numbers::sqrt2); });
  };
  return {normal_law(
              "y", [](auto at) { return at[0]; }, 3),
          normal_law("x[1] on its scale", [](auto at) { return at[1] * std::exp(-at[0] / 2); }),
          {"|x[9]| < 0.1", [](auto at) { return double(std::abs(at[9]) < 0.1); }, within(0.1)},
          {"|x[9]| < 10", [](auto at) { return double(std::abs(at[9]) < 10); }, within(10)}};
}

/// As it is written: for a sampler that learns how far to centre. Broken by coordinates without
/// their Jacobian.
inline Target funnel() { return {"Funnel", from(models::funnel), funnel_laws()}; }

inline Target standardised_funnel() {
  const auto model = [] {
    Model m;
    const auto y = m.param("y", normal(0, 3));
    m.param("x", non_centered(normal(0, exp(y / 2))), 9);
    return m;
  };
  return {"StandardisedFunnel", from(model), funnel_laws()};
}

}  // namespace tyche::exact
