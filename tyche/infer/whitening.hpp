// A chain's metric as a change of coordinates: q = A z, A A' the inverse metric, so that in z the
// metric is the identity.
#pragma once
#include <span>
#include <vector>

namespace tyche {

/// A = D (I + U (S - I) U'): D diagonal, U a few orthonormal directions, S factors along them. Or,
/// if there is one, a lower triangle L with the same A A'.
struct Whitening {
  std::vector<double> scale;       // [dimension]
  std::vector<double> directions;  // [rank][dimension]
  std::vector<double> stretch;     // [rank]
  std::vector<double> lower = {};  // [dimension][dimension] by rows

  int dimension() const { return static_cast<int>(scale.size()); }
  int rank() const { return static_cast<int>(stretch.size()); }
  /// Whether it is a map at all: what was learnt from extreme draws may not be.
  bool finite() const;

  /// In place: A z, A' g, and their inverses.
  void to_position(std::span<double> z) const;
  void to_coordinates(std::span<double> q) const;
  void pull_back(std::span<double> gradient) const;
  void push_forward(std::span<double> gradient) const;
  /// The diagonal of A A'.
  std::vector<double> inverse_mass() const;
  /// The same metric by its lower triangle.
  Whitening triangular() const;
};

Whitening identity(int dimension);

/// By how much the variances of two metrics differ, along the direction where they differ most: a
/// factor of at least 1. Takes d^3 operations.
double largest_factor(const Whitening& a, const Whitening& b);

}  // namespace tyche
