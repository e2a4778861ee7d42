#include "tyche/numeric/random.hpp"

#include "tyche/kernels/elementary_lanes.hpp"
#include "tyche/kernels/random.hpp"
#include "tyche/numeric/stream_bits.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

using One = Lanes<double, 1>;

double exp(double x) { return exp(One(x))[0]; }
double log(double x) { return log(One(x))[0]; }
double log1p(double x) { return log1p(One(x))[0]; }
double sqrt(double x) { return sqrt(One(x))[0]; }
double floor(double x) { return floor(One(x))[0]; }
double lgamma(double x) { return lgamma(One(x))[0]; }
double size(double x) { return x < 0 ? -x : x; }

double draw_uniform(Stream& s) { return uniform(Lanes<u64, 1>(next_bits(s)))[0]; }
double draw_normal(Stream& s) { return normal(Lanes<u64, 1>(next_bits(s)))[0]; }
double draw_exponential(Stream& s) { return exponential(Lanes<u64, 1>(next_bits(s)))[0]; }

bool positive(double x) { return x > 0 && x < infinity; }

/// For shape >= 1: Marsaglia and Tsang 2000, section 4, without the squeeze.
double gamma_of_large_shape(Stream& s, double shape) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / sqrt(9 * d);
  for (;;) {
    const double x = draw_normal(s);
    const double root = 1 + c * x;
    const double u = draw_uniform(s);
    if (root <= 0) continue;
    const double v = root * root * root;
    if (log(u) < 0.5 * (x * x) + d * (1 - v + log(v))) return d * v;
  }
}

/// Below shape 1, gamma(a) = gamma(a + 1) u^(1/a) (section 6 there).
double draw_log_gamma(Stream& s, double shape) {
  if (!positive(shape)) return not_a_number;
  if (shape >= 1) return log(gamma_of_large_shape(s, shape));
  return log(gamma_of_large_shape(s, shape + 1)) - draw_exponential(s) / shape;
}

double draw_gamma(Stream& s, double shape) {
  return shape >= 1 && positive(shape) ? gamma_of_large_shape(s, shape)
                                       : exp(draw_log_gamma(s, shape));
}

/// x / (x + y) of two gammas, from their logarithms: small shapes would give 0 / 0.
double draw_beta(Stream& s, double a, double b) {
  const double x = draw_log_gamma(s, a);
  return inv_logit(One(x - draw_log_gamma(s, b)))[0];
}

/// Adds up probabilities from 0 on: `first`, then each from the one before by `ratio(k)`.
template <class Ratio>
double by_inversion(Stream& s, double first, double last, Ratio ratio) {
  double u = draw_uniform(s), p = first, k = 0;
  while (u > p && k < last) {
    u -= p;
    k += 1;
    p *= ratio(k);
  }
  return k;
}

/// A proposal of Hoermann's transformed rejection with squeeze: k, and the pair that decides.
struct Proposal {
  double k, us, v;
};
Proposal propose(Stream& s, double a, double b, double centre) {
  const double u = draw_uniform(s) - 0.5;
  const double v = draw_uniform(s);
  const double us = 0.5 - size(u);
  return {floor((2 * a / us + b) * u + centre), us, v};
}

double draw_poisson(Stream& s, double mean) {
  if (!(mean >= 0 && mean < infinity)) return not_a_number;
  if (mean < 10) {
    return by_inversion(s, exp(-mean), 1000, [&](double k) { return mean / k; });
  }
  const double log_mean = log(mean);
  const double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
  const double alpha = 1.1239 + 1.1328 / (b - 3.4), squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const auto [k, us, v] = propose(s, a, b, mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (log(v * alpha / (a / (us * us) + b)) <= k * log_mean - mean - lgamma(k + 1)) return k;
  }
}

/// For n p >= 10 and p <= 1/2.
double binomial_by_rejection(Stream& s, double n, double p) {
  const double q = 1 - p, root = sqrt(n * p * q);
  const double b = 1.15 + 2.53 * root, a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double alpha = (2.83 + 5.1 / b) * root, squeeze = 0.92 - 4.2 / b;
  const double mode = floor((n + 1) * p), log_odds = log(p / q);
  const double at_mode = lgamma(mode + 1) + lgamma(n - mode + 1);
  for (;;) {
    const auto [k, us, v] = propose(s, a, b, n * p + 0.5);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    const double log_ratio = at_mode - lgamma(k + 1) - lgamma(n - k + 1) + (k - mode) * log_odds;
    if (log(v * alpha / (a / (us * us) + b)) <= log_ratio) return k;
  }
}

double draw_binomial(Stream& s, double n, double p) {
  const bool whole = n >= 0 && n <= 0x1p31 && floor(n) == n;
  if (!whole || !(p >= 0 && p <= 1)) return not_a_number;
  if (p > 0.5) return n - draw_binomial(s, n, 1 - p);
  if (n * p >= 10) return binomial_by_rejection(s, n, p);
  const double odds = p / (1 - p);
  return by_inversion(s, exp(n * log1p(-p)), n, [&](double k) { return (n + 1 - k) / k * odds; });
}

}  // namespace

extern const RandomTable random_table;
const RandomTable random_table = {
    next_bits,
    draw_uniform,
    draw_normal,
    draw_exponential,
    draw_gamma,
    draw_log_gamma,
    draw_beta,
    draw_poisson,
    draw_binomial,
    [](std::uint64_t key, std::uint32_t purpose, std::uint64_t id) -> std::uint64_t {
      return derive(Lanes<u64, 1>(key), purpose, Lanes<u64, 1>(id))[0];
    },
};

}  // namespace tyche::TYCHE_LEVEL
