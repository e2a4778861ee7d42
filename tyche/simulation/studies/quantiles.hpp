// Quantiles of observations: exact of those that are kept, near of any number in a fixed space.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tyche::simulation {

/// Type 7 of Hyndman and Fan 1996, as R and NumPy have it. NaN of nothing, of a NaN, or where
/// `probability` is not in [0, 1].
double exact_quantile(std::span<const double> values, double probability);

/// Counts of observations in bins that are a 128th of an octave wide: its quantiles are off by at
/// most 1/256 of their own size, whatever the law (a log-linear histogram, as DDSketch of Masson,
/// Rim and Lee 2019, with the mantissa's leading bits for a logarithm). Merged sketches are that of
/// all observations, bit for bit, in any order. Space is 1 KiB an octave between the least and the
/// largest size, and never above 4 MiB.
class QuantileSketch {
 public:
  static constexpr double relative_error = 1.0 / 256;

  void add(double x);
  void merge(const QuantileSketch& other);

  std::uint64_t count() const { return count_; }
  /// Near the least observation that at least this share of all do not exceed. The ends are exact.
  /// NaN of nothing, of observations that are not all finite, or where `probability` is not in
  /// [0, 1].
  double quantile(double probability) const;

 private:
  /// Of numbers of one sign, by size.
  struct Side {
    std::uint64_t first = 0;  // the key of the first bin
    std::vector<std::uint64_t> counts;

    std::uint64_t& at(std::uint64_t key);
    void merge(const Side& other);
  };

  std::uint64_t count_ = 0, not_finite_ = 0;
  Side negative_, positive_;
  double least_ = std::numeric_limits<double>::infinity();
  double most_ = -std::numeric_limits<double>::infinity();
};

}  // namespace tyche::simulation
