#include "tyche/simulation/studies/validation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {
namespace {

constexpr double pi = 3.14159265358979323846;

/// P(K > x) of Kolmogorov's law: of its two series the one that ends soon.
double limit_law(double x) {
  double sum = 0;
  if (x < 1) {
    if (x < 0.04) return 1;
    for (int k = 1; k <= 5; ++k) {
      const double odd = (2 * k - 1) * pi / x;
      sum += std::exp(-odd * odd / 8);
    }
    return 1 - std::sqrt(2 * pi) / x * sum;
  }
  for (int k = 1; k <= 8; ++k) sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2 * k * k * x * x);
  return sum;
}

/// P(D_n >= d) far out, to all digits that matter (Marsaglia, Tsang and Wang 2003, section 3).
double far_tail(double d, double n) {
  return 2 * std::exp(-(2.000071 + 0.331 / std::sqrt(n) + 1.409 / n) * d * d * n);
}

/// Of many: far out as above, else by Vrbik's (2018) correction of the limit law's argument.
double one_sample_tail(double d, double n) {
  const double x = std::sqrt(n) * d;
  if (x * x > 3.76) return far_tail(d, n);
  return limit_law(x + 1 / (6 * std::sqrt(n)) + (x - 1) / (4 * n));
}

/// Of two, by Stephens' (1970), with n m / (n + m) observations.
double two_sample_tail(double distance, double n, double m) {
  const double root = std::sqrt(n * m / (n + m));
  return limit_law((root + 0.12 + 0.11 / root) * distance);
}

/// A square matrix times 2^exponent.
struct Scaled {
  std::size_t size;
  std::vector<double> values;
  int exponent = 0;

  double& at(std::size_t i, std::size_t j) { return values[i * size + j]; }
  double at(std::size_t i, std::size_t j) const { return values[i * size + j]; }
};

Scaled product(const Scaled& a, const Scaled& b) {
  const std::size_t n = a.size;
  Scaled out{n, std::vector<double>(n * n), a.exponent + b.exponent};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) {
      const double factor = a.at(i, k);
      if (factor == 0) continue;
      for (std::size_t j = 0; j < n; ++j) out.at(i, j) += factor * b.at(k, j);
    }
  }
  if (out.at(n / 2, n / 2) > 0x1p400) {
    for (double& x : out.values) x *= 0x1p-400;
    out.exponent += 400;
  }
  return out;
}

Scaled power(Scaled base, std::size_t exponent) {
  Scaled out{base.size, std::vector<double>(base.size * base.size)};
  for (std::size_t k = 0; k < base.size; ++k) out.at(k, k) = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) out = product(out, base);
    if (exponent > 1) base = product(base, base);
  }
  return out;
}

/// The matrix H of Marsaglia, Tsang and Wang 2003, section 2, for n d = k - h.
Scaled durbin_matrix(std::size_t k, double h) {
  const std::size_t m = 2 * k - 1;
  Scaled out{m, std::vector<double>(m * m)};
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j <= std::min(i + 1, m - 1); ++j) out.at(i, j) = 1;
  }
  double h_power = 1;
  for (std::size_t i = 0; i < m; ++i) {
    h_power *= h;
    out.at(i, 0) -= h_power;
    out.at(m - 1, m - 1 - i) -= h_power;
  }
  if (2 * h > 1) out.at(m - 1, 0) += std::pow(2 * h - 1, static_cast<double>(m));
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      for (std::size_t g = 2; g <= i - j + 1; ++g) out.at(i, j) /= static_cast<double>(g);
    }
  }
  return out;
}

/// P(D_n >= d).
double exact_tail(std::size_t n, double d) {
  const auto count = static_cast<double>(n);
  if (d * count <= 0.5) return 1;
  if (d >= 1) return 0;
  // A difference from 1 would lose its digits.
  if (d * d * count > 7.24) return far_tail(d, count);
  const auto k = static_cast<std::size_t>(count * d) + 1;
  const Scaled paths = power(durbin_matrix(k, static_cast<double>(k) - count * d), n);
  double below = paths.at(k - 1, k - 1);
  int exponent = paths.exponent;
  for (std::size_t i = 1; i <= n; ++i) {
    below *= static_cast<double>(i) / count;
    if (below < 0x1p-400) {
      below *= 0x1p400;
      exponent -= 400;
    }
  }
  return std::max(0.0, 1 - std::ldexp(below, exponent));
}

/// P(D >= c / (n m)): the share of the ways to mix the samples whose counts i and j somewhere have
/// |i m - j n| >= c. A way to (i, j) comes through (i - 1, j) with probability i / (i + j).
double exact_tail(std::int64_t n, std::int64_t m, std::int64_t c) {
  std::vector<double> inside(static_cast<std::size_t>(m) + 1, 0.0);  // by j, in row i
  for (std::int64_t i = 0; i <= n; ++i) {
    for (std::int64_t j = 0; j <= m; ++j) {
      const auto at = static_cast<std::size_t>(j);
      if (std::abs(i * m - j * n) >= c) {
        inside[at] = 0;
      } else if (i + j == 0) {
        inside[at] = 1;
      } else {
        const double last_of_first = static_cast<double>(i) / static_cast<double>(i + j);
        const double before = j > 0 ? inside[at - 1] * (1 - last_of_first) : 0;
        inside[at] = inside[at] * last_of_first + before;
      }
    }
  }
  return 1 - inside.back();
}

Result<std::vector<double>> sorted(std::span<const double> sample, const char* name) {
  if (sample.empty()) {
    return std::unexpected(Error{name, "1 observation or more", "none", "give observations"});
  }
  for (std::size_t k = 0; k < sample.size(); ++k) {
    if (std::isfinite(sample[k])) continue;
    return std::unexpected(Error{std::string(name) + ", observation " + std::to_string(k),
                                 "a finite number", decimals(sample[k]),
                                 "leave it out or mend it"});
  }
  std::vector<double> out(sample.begin(), sample.end());
  std::ranges::sort(out);
  return out;
}

/// The greatest |i m - j n| over all values, i and j observations of either being no larger.
std::int64_t greatest_gap(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<std::int64_t>(a.size()), m = static_cast<std::int64_t>(b.size());
  std::size_t i = 0, j = 0;
  std::int64_t greatest = 0;
  while (i < a.size() && j < b.size()) {
    const double x = std::min(a[i], b[j]);
    while (i < a.size() && a[i] == x) ++i;
    while (j < b.size() && b[j] == x) ++j;
    const std::int64_t gap = static_cast<std::int64_t>(i) * m - static_cast<std::int64_t>(j) * n;
    greatest = std::max(greatest, std::abs(gap));
  }
  return greatest;
}

}  // namespace

Result<KolmogorovSmirnov> kolmogorov_smirnov(std::span<const double> sample,
                                             const std::function<double(double)>& cdf) {
  constexpr std::size_t most_exact = 500;
  const Result<std::vector<double>> values = sorted(sample, "sample");
  if (!values) return std::unexpected(values.error());
  const auto n = static_cast<double>(values->size());
  double distance = 0;
  for (std::size_t k = 0; k < values->size(); ++k) {
    const double p = cdf((*values)[k]);
    if (!(p >= 0 && p <= 1)) {
      return std::unexpected(Error{"cdf", "a probability at " + decimals((*values)[k]), decimals(p),
                                   "give a distribution function"});
    }
    const auto before = static_cast<double>(k);
    distance = std::max({distance, p - before / n, (before + 1) / n - p});
  }
  const bool exact = values->size() <= most_exact;
  return KolmogorovSmirnov{
      distance, exact ? exact_tail(values->size(), distance) : one_sample_tail(distance, n), exact};
}

Result<KolmogorovSmirnov> kolmogorov_smirnov(std::span<const double> sample,
                                             std::span<const double> other) {
  constexpr double most_exact = 1e7;
  const Result<std::vector<double>> a = sorted(sample, "sample");
  if (!a) return std::unexpected(a.error());
  const Result<std::vector<double>> b = sorted(other, "other sample");
  if (!b) return std::unexpected(b.error());
  const auto n = static_cast<double>(a->size()), m = static_cast<double>(b->size());
  const std::int64_t gap = greatest_gap(*a, *b);
  const double distance = static_cast<double>(gap) / (n * m);
  if (n * m > most_exact) {
    return KolmogorovSmirnov{distance, two_sample_tail(distance, n, m), false};
  }
  const double p =
      exact_tail(static_cast<std::int64_t>(a->size()), static_cast<std::int64_t>(b->size()), gap);
  return KolmogorovSmirnov{distance, gap == 0 ? 1 : p, true};
}

}  // namespace tyche::simulation
