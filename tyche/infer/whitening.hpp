// A chain's metric as a change of coordinates: q = A z, A A' the inverse metric, so that in z the
// metric is the identity. What is learnt from the draws of a window and their gradients.
#pragma once
#include <cstdint>
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

/// Draws of one chain from which a metric is learnt: rows [draw][dimension].
struct Window {
  int dimension = 0;
  std::vector<std::int64_t> iterations = {};
  std::vector<double> positions = {}, gradients = {};

  std::int64_t count() const { return static_cast<std::int64_t>(iterations.size()); }
  void add(std::int64_t iteration, std::span<const double> position,
           std::span<const double> gradient);
  /// Drops the draws of earlier iterations.
  void begin_at(std::int64_t iteration);
};

/// The diagonal of least Fisher divergence: roots of variances over those of the gradients
/// (Seyboldt, Carlson and Carpenter 2026, section 3).
Whitening by_fisher(const Window& window);
/// The matrix of least Fisher divergence, the geometric mean of the draws' covariance and the
/// inverse of the gradients' (ibid.), along at most `rank` directions: those in which it differs
/// most from its diagonal. Without any where the window's products overflow.
Whitening by_directions(const Window& window, int rank);

}  // namespace tyche
