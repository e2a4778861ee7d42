// Autocovariances of four series at once, by the fast Fourier transform.
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace tyche {

/// How many series advance together, one a vector lane.
inline constexpr std::size_t correlogram_lanes = 4;

/// Adds up the autocovariances of many pieces of equal length (the half chains) of four series.
/// Arrays are [time][lane]. The transform is padded with zeros to twice the length, so that no lag
/// wraps around, and two pieces go through one complex transform as its real and imaginary part:
/// the sum of their power spectra is that of the complex series, averaged over k and -k, and the
/// average does not change the real part of what comes back.
class Correlogram {
 public:
  explicit Correlogram(int length);

  int length() const { return length_; }
  void clear();
  /// The pieces a and b of [length][4], their means removed; both are used up.
  std::span<double> first() { return real_; }
  std::span<double> second() { return imaginary_; }
  /// Adds the pieces that lie in first() and second().
  void add();
  /// [length][4]: sum over pieces and over times of x[i] x[i + lag]. The sums are used up.
  std::span<const double> lagged_products();

 private:
  int length_;
  std::size_t size_;                              // of the transform, a power of two
  std::vector<double> cosine_, sine_;             // [size], of 2 pi k / size
  std::vector<double> real_, imaginary_, power_;  // [size][4]
};

}  // namespace tyche
