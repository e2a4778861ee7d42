// Mean and variance of numbers that arrive one by one (Welford 1962), and of two such sets together
// (Chan, Golub and LeVeque 1983, equation 2.1).
#pragma once
#include <cstdint>

namespace tyche {

struct Moments {
  std::int64_t count = 0;
  double mean = 0;
  double squares = 0;  // sum of squared deviations from the mean

  friend bool operator==(const Moments&, const Moments&) = default;
};

inline Moments with(const Moments& m, double x) {
  const std::int64_t count = m.count + 1;
  const double step = x - m.mean;
  const double mean = m.mean + step / static_cast<double>(count);
  return {count, mean, m.squares + step * (x - mean)};
}

inline Moments together(const Moments& a, const Moments& b) {
  if (a.count == 0 || b.count == 0) return a.count == 0 ? b : a;
  const auto na = static_cast<double>(a.count), nb = static_cast<double>(b.count);
  const double step = b.mean - a.mean, share = nb / (na + nb);
  return {a.count + b.count, a.mean + step * share,
          a.squares + b.squares + step * step * na * share};
}

/// Of the population that the numbers were drawn from: squares / (count - 1), NaN below two.
inline double variance(const Moments& m) {
  return m.count < 2 ? __builtin_nan("") : m.squares / static_cast<double>(m.count - 1);
}

}  // namespace tyche
