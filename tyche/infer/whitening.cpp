#include "tyche/infer/whitening.hpp"

#include <algorithm>
#include <cmath>

#include "tyche/numeric/symmetric_eigen.hpp"

namespace tyche {
namespace {

std::size_t at(auto i) { return static_cast<std::size_t>(i); }

/// x <- (I + U (f - I) U') x.
void stretch(std::span<double> x, const std::vector<double>& directions,
             std::span<const double> factors) {
  const std::size_t d = x.size();
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const double* const u = &directions[k * d];
    double along = 0;
    for (std::size_t i = 0; i < d; ++i) along += u[i] * x[i];
    along *= factors[k] - 1;
    for (std::size_t i = 0; i < d; ++i) x[i] += along * u[i];
  }
}

std::vector<double> inverses(std::vector<double> x) {
  for (double& value : x) value = 1 / value;
  return x;
}

void multiply(std::span<double> x, const std::vector<double>& by) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] *= by[i];
}

/// A square matrix by rows.
struct Matrix {
  std::size_t n;
  std::vector<double> a = std::vector<double>(n * n);
  double& operator()(std::size_t i, std::size_t j) { return a[i * n + j]; }
  double operator()(std::size_t i, std::size_t j) const { return a[i * n + j]; }
};

}  // namespace

void Whitening::to_position(std::span<double> z) const {
  if (!lower.empty()) {
    for (std::size_t i = z.size(); i-- > 0;) {
      z[i] *= lower[i * z.size() + i];
      for (std::size_t j = 0; j < i; ++j) z[i] += lower[i * z.size() + j] * z[j];
    }
    return;
  }
  tyche::stretch(z, directions, stretch);
  multiply(z, scale);
}

void Whitening::to_coordinates(std::span<double> q) const {
  if (!lower.empty()) {
    for (std::size_t i = 0; i < q.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) q[i] -= lower[i * q.size() + j] * q[j];
      q[i] /= lower[i * q.size() + i];
    }
    return;
  }
  multiply(q, inverses(scale));
  tyche::stretch(q, directions, inverses(stretch));
}

void Whitening::pull_back(std::span<double> gradient) const {
  const std::size_t d = gradient.size();
  if (!lower.empty()) {
    for (std::size_t j = 0; j < d; ++j) {
      gradient[j] *= lower[j * d + j];
      for (std::size_t i = j + 1; i < d; ++i) gradient[j] += lower[i * d + j] * gradient[i];
    }
    return;
  }
  multiply(gradient, scale);
  tyche::stretch(gradient, directions, stretch);
}

void Whitening::push_forward(std::span<double> gradient) const {
  const std::size_t d = gradient.size();
  if (!lower.empty()) {
    for (std::size_t j = d; j-- > 0;) {
      for (std::size_t i = j + 1; i < d; ++i) {
        // A zero takes nothing over, not even what is not a number.
        if (lower[i * d + j] != 0) gradient[j] -= lower[i * d + j] * gradient[i];
      }
      gradient[j] /= lower[j * d + j];
    }
    return;
  }
  tyche::stretch(gradient, directions, inverses(stretch));
  multiply(gradient, inverses(scale));
}

std::vector<double> Whitening::inverse_mass() const {
  const std::size_t d = scale.size();
  std::vector<double> out(d, 1.0);
  for (std::size_t k = 0; k < stretch.size(); ++k) {
    for (std::size_t i = 0; i < d; ++i) {
      const double u = directions[k * d + i];
      out[i] += (stretch[k] * stretch[k] - 1) * u * u;
    }
  }
  for (std::size_t i = 0; i < d; ++i) out[i] *= scale[i] * scale[i];
  return out;
}

bool Whitening::finite() const {
  const auto all = [](const std::vector<double>& x) {
    return std::ranges::all_of(x, [](double value) { return std::isfinite(value); });
  };
  return all(scale) && all(directions) && all(stretch);
}

Whitening Whitening::triangular() const {
  if (!lower.empty()) return *this;
  const std::size_t d = scale.size();
  Matrix m{d};
  if (stretch.empty()) {
    for (std::size_t i = 0; i < d; ++i) m(i, i) = scale[i];
    return {scale, directions, stretch, std::move(m.a)};
  }
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = i == j;
      for (std::size_t k = 0; k < stretch.size(); ++k) {
        sum += (stretch[k] * stretch[k] - 1) * directions[k * d + i] * directions[k * d + j];
      }
      m(i, j) = sum;
    }
  }
  for (std::size_t j = 0; j < d; ++j) {  // Cholesky, column by column
    for (std::size_t k = 0; k < j; ++k) m(j, j) -= m(j, k) * m(j, k);
    m(j, j) = std::sqrt(m(j, j));
    for (std::size_t i = j + 1; i < d; ++i) {
      for (std::size_t k = 0; k < j; ++k) m(i, j) -= m(i, k) * m(j, k);
      m(i, j) /= m(j, j);
    }
  }
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) m(i, j) *= scale[i];
  }
  return {scale, directions, stretch, std::move(m.a)};
}

double largest_factor(const Whitening& a, const Whitening& b) {
  const std::size_t d = a.scale.size();
  Matrix relative{d};  // a^-1 b, column by column
  std::vector<double> column(d);
  for (std::size_t j = 0; j < d; ++j) {
    std::ranges::fill(column, 0.0);
    column[j] = 1;
    b.to_position(column);
    a.to_coordinates(column);
    for (std::size_t i = 0; i < d; ++i) relative(i, j) = column[i];
  }
  Matrix variances{d};
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t k = 0; k < d; ++k) variances(i, j) += relative(i, k) * relative(j, k);
    }
  }
  double largest = 1;
  for (const double v : symmetric_eigen(static_cast<int>(d), variances.a).values) {
    largest = std::max(largest, std::max(v, 1 / v));
  }
  return largest;
}

Whitening identity(int dimension) { return {std::vector<double>(at(dimension), 1.0), {}, {}}; }

}  // namespace tyche
