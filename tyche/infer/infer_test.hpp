// Hand-written densities for the tests of this folder, and what they ask of a run.
#pragma once
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "tyche/contracts/density.hpp"
#include "tyche/infer/sample.hpp"

namespace tyche {

/// Numbers in (-1, 1) without a pattern: a sine of the seed would lie in two dimensions.
inline double number(int seed) {
  const double x = std::sin(12.9898 * seed + 4.1) * 43758.5453;
  return 2 * (x - std::floor(x)) - 1;
}

/// A density by a formula for one position: returns the log density, writes the gradient.
class FormulaDensity : public Density {
 public:
  using Formula = std::function<double(const double* q, double* gradient)>;
  FormulaDensity(int dimension, Formula formula)
      : dimension_(dimension), formula_(std::move(formula)) {}

  int dimension() const override { return dimension_; }
  std::unique_ptr<Evaluator> evaluator(int lanes) const override {
    return std::make_unique<One>(*this, lanes);
  }

 private:
  struct One : Evaluator {
    One(const FormulaDensity& density, int width)
        : Evaluator(evaluate_lanes, width),
          density(density),
          q(static_cast<std::size_t>(density.dimension_)),
          gradient(q) {}
    void* context() override { return this; }

    static void evaluate_lanes(void* context, const double* q, double* gradient,
                               double* log_density) noexcept {
      One& self = *static_cast<One*>(context);
      const auto lanes = static_cast<std::size_t>(self.lanes), d = self.q.size();
      for (std::size_t k = 0; k < lanes; ++k) {
        for (std::size_t i = 0; i < d; ++i) self.q[i] = q[i * lanes + k];
        log_density[k] = self.density.formula_(self.q.data(), self.gradient.data());
        for (std::size_t i = 0; i < d; ++i) gradient[i * lanes + k] = self.gradient[i];
      }
    }

    const FormulaDensity& density;
    std::vector<double> q, gradient;
  };

  int dimension_;
  Formula formula_;
};

/// Normals of mean 0 and variance 1, all of the same correlation.
inline FormulaDensity correlated_normal(int dimension, double correlation) {
  const double alone = 1 / (1 - correlation),
               together = correlation * alone / (1 + (dimension - 1) * correlation);
  return {dimension, [=](const double* q, double* gradient) {
            double total = 0, sum = 0;
            for (int i = 0; i < dimension; ++i) total += q[i];
            for (int i = 0; i < dimension; ++i) {
              gradient[i] = together * total - alone * q[i];
              sum += 0.5 * q[i] * gradient[i];
            }
            return sum;
          }};
}

/// Independent normals with mean i and sd 10^(i - 1).
inline FormulaDensity scaled_normal(int dimension) {
  return {dimension, [dimension](const double* q, double* gradient) {
            double sum = 0;
            for (int i = 0; i < dimension; ++i) {
              const double sd = std::pow(10.0, i - 1), z = (q[i] - i) / sd;
              gradient[i] = -z / sd;
              sum -= 0.5 * z * z;
            }
            return sum;
          }};
}

/// Neal's funnel: y of sd 3 first, the others of sd exp(y / 2).
inline FormulaDensity neals_funnel(int dimension) {
  return {dimension, [dimension](const double* q, double* gradient) {
            const double y = q[0], precision = std::exp(-y), others = dimension - 1;
            double squares = 0;
            for (int i = 1; i < dimension; ++i) {
              gradient[i] = -q[i] * precision;
              squares += q[i] * q[i];
            }
            gradient[0] = -y / 9 - 0.5 * others + 0.5 * squares * precision;
            return -y * y / 18 - 0.5 * others * y - 0.5 * squares * precision;
          }};
}

inline FormulaDensity standard_normal(int dimension) {
  return {dimension, [dimension](const double* q, double* gradient) {
            double sum = 0;
            for (int i = 0; i < dimension; ++i) {
              gradient[i] = -q[i];
              sum -= 0.5 * q[i] * q[i];
            }
            return sum;
          }};
}

inline std::vector<ChainResult> run(const Density& density, SampleSettings settings) {
  auto results = sample(density, settings);
  if (!results) throw Failure(results.error());
  return std::move(*results);
}

/// Mean and its standard error from batches of 50 draws.
template <class F>
std::pair<double, double> estimate(const std::vector<ChainResult>& chains, int d, F f) {
  std::vector<double> batches;
  for (const ChainResult& chain : chains) {
    for (std::int64_t first = 0; first + 50 <= chain.draws; first += 50) {
      double sum = 0;
      for (std::int64_t i = first; i < first + 50; ++i) {
        sum += f(&chain.positions[static_cast<std::size_t>(i * d)]);
      }
      batches.push_back(sum / 50);
    }
  }
  const auto n = static_cast<double>(batches.size());
  double mean = 0, square = 0;
  for (const double x : batches) mean += x / n;
  for (const double x : batches) square += (x - mean) * (x - mean);
  return {mean, std::sqrt(square / (n - 1) / n)};
}

inline double mean_accept(const std::vector<ChainResult>& chains) {
  double sum = 0, count = 0;
  for (const ChainResult& chain : chains) {
    for (const Transition& t : chain.transitions) sum += t.accept_rate, count += 1;
  }
  return sum / count;
}

inline bool same_draws(const ChainResult& a, const ChainResult& b) {
  return a.positions == b.positions && a.step_size == b.step_size &&
         a.inverse_mass == b.inverse_mass;
}

}  // namespace tyche
