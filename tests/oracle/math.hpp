// Vectors, random numbers and log-space sums: the few words every sampler speaks.
#pragma once
#include <cmath>
#include <functional>
#include <random>
#include <valarray>

namespace oracle {

using Vector = std::valarray<double>;
using Rng = std::mt19937_64;

inline double dot(const Vector& a, const Vector& b) { return (a * b).sum(); }

inline double log_sum_exp(double a, double b) {
  const double high = std::max(a, b), low = std::min(a, b);
  return std::isinf(high) ? high : high + std::log1p(std::exp(low - high));
}

inline double uniform(Rng& rng) { return std::uniform_real_distribution<>{}(rng); }
inline double normal(Rng& rng) { return std::normal_distribution<>{}(rng); }

inline Vector normal(Rng& rng, std::size_t n) {
  Vector z(n);
  for (double& zi : z) zi = normal(rng);
  return z;
}

/// What a target answers: its log density, up to a constant, and the gradient.
struct Evaluation {
  double log_density;
  Vector gradient;
};
using Density = std::function<Evaluation(const Vector&)>;

}  // namespace oracle
