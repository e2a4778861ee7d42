// Data of a stated size, made from a seed: what gradients are timed on.
#pragma once
#include <cstdint>
#include <vector>

namespace bench {

/// The seed of every table, and the one that guards against tuning to it.
inline constexpr std::uint64_t first_seed = 20240607;
inline constexpr std::uint64_t second_seed = 1;

struct EightSchools {
  std::vector<double> y, sigma;
};
/// The effects and standard errors of Rubin (1981).
EightSchools eight_schools();

/// alpha ~ normal(0, 10); beta_j ~ normal(0, 10); y_i ~ bernoulli(logistic(alpha + x_i beta)).
struct Logistic {
  int n, p;
  std::vector<double> x;  // [n][p]
  std::vector<double> y;  // 0 or 1
};
Logistic logistic(int n, int p, std::uint64_t seed);

/// sigma ~ exponential(50); nu ~ exponential(0.1); s_1 ~ normal(0, sigma);
/// s_t ~ normal(s_{t-1}, sigma); returns_t ~ student_t(nu, 0, exp(s_t)).
struct Volatility {
  std::vector<double> returns;
};
Volatility volatility(int length, std::uint64_t seed);

/// mu_a, b ~ normal(0, 10); sd_a, sd_y ~ half_normal(1); a_j ~ normal(mu_a, sd_a);
/// y_i ~ normal(a_{group[i]} + b x_i, sd_y).
struct Radon {
  int groups;
  std::vector<int> group;  // from 0, rows in no order
  std::vector<double> x;   // 0 or 1
  std::vector<double> y;
};
/// 919 rows in 85 groups of 1 to 116 rows, sizes in a geometric law of their rank.
Radon radon(std::uint64_t seed);
Radon radon(int rows, int groups, int largest, std::uint64_t seed);

/// The k-th stated point of a model of `dimension` unconstrained parameters.
std::vector<double> point(int dimension, int k);

}  // namespace bench
