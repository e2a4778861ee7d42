// Intervals of means, and the quantiles of Student's t and Fisher's F behind them.
#pragma once
#include <cstdint>
#include <span>

#include "tyche/base/error.hpp"

namespace tyche::simulation {

/// A mean with what is known of it. What cannot be had is NaN: mean of nothing, the rest of fewer
/// than two values.
struct MeanInterval {
  std::uint64_t count = 0;  // independent values
  double mean = 0;
  double sd = 0;          // of one value, with n - 1
  double half_width = 0;  // of the t interval
  double level = 0;       // its confidence

  double low() const;
  double high() const;
  bool has(double x) const { return low() <= x && x <= high(); }
};

/// Of independent, alike and roughly normal values; summed in order.
MeanInterval t_interval(std::span<const double> values, double level);

/// t with P(T <= t) = p, for p in (0, 1) and freedom of 1 or more.
double student_quantile(double p, double freedom);
/// f with P(F <= f) = p, for p in (0, 1) and freedoms of 1 or more.
double fisher_quantile(double p, double above, double below);

/// An Error unless a confidence level is within (0, 1).
Result<void> check_level(double level);

}  // namespace tyche::simulation
