#include "tyche/infer/whitening.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

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

std::vector<double> means(const Window& window, const std::vector<double>& rows) {
  const std::size_t d = at(window.dimension);
  std::vector<double> mean(d);
  const auto n = static_cast<double>(window.count());
  for (std::size_t k = 0; k < rows.size(); ++k) mean[k % d] += rows[k];
  for (double& x : mean) x /= n;
  return mean;
}

/// Rows less their mean.
std::vector<double> centred(const Window& window, std::vector<double> rows) {
  const std::size_t d = at(window.dimension);
  const std::vector<double> mean = means(window, rows);
  for (std::size_t k = 0; k < rows.size(); ++k) rows[k] -= mean[k % d];
  return rows;
}

std::vector<double> variances(const Window& window, const std::vector<double>& rows) {
  const std::size_t d = at(window.dimension);
  const std::vector<double> difference = centred(window, rows);
  std::vector<double> out(d);
  for (std::size_t k = 0; k < difference.size(); ++k) {
    out[k % d] += difference[k] * difference[k];
  }
  const auto n = static_cast<double>(window.count());
  for (double& x : out) x /= n - 1;
  return out;
}

/// A square matrix by rows.
struct Matrix {
  std::size_t n;
  std::vector<double> a = std::vector<double>(n * n);
  double& operator()(std::size_t i, std::size_t j) { return a[i * n + j]; }
  double operator()(std::size_t i, std::size_t j) const { return a[i * n + j]; }
};

/// R R' / count + I ridge for rows [count][n].
Matrix covariance(const std::vector<double>& rows, std::size_t n, double ridge) {
  Matrix c{n};
  const std::size_t count = rows.size() / n;
  for (std::size_t k = 0; k < count; ++k) {
    const double* const row = &rows[k * n];
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) c(i, j) += row[i] * row[j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) c(i, j) = c(j, i) = c(i, j) / double(count);
    c(i, i) += ridge;
  }
  return c;
}

/// V f(values) V' for the eigenvectors V; no value is less than `least`, but for rounding.
Matrix spectral(const SymmetricEigen& eigen, double least, double (*f)(double)) {
  Matrix out{eigen.values.size()};
  for (std::size_t k = 0; k < out.n; ++k) {
    const double value = f(std::max(eigen.values[k], least));
    const double* const v = &eigen.vectors[k * out.n];
    for (std::size_t i = 0; i < out.n; ++i) {
      for (std::size_t j = 0; j < out.n; ++j) out(i, j) += value * v[i] * v[j];
    }
  }
  return out;
}

/// a b a, for symmetric a and b.
Matrix congruence(const Matrix& a, const Matrix& b) {
  const auto product = [](const Matrix& x, const Matrix& y) {
    Matrix out{x.n};
    for (std::size_t i = 0; i < x.n; ++i) {
      for (std::size_t k = 0; k < x.n; ++k) {
        for (std::size_t j = 0; j < x.n; ++j) out(i, j) += x(i, k) * y(k, j);
      }
    }
    return out;
  };
  return product(product(a, b), a);
}

SymmetricEigen eigen_of(const Matrix& m) { return symmetric_eigen(static_cast<int>(m.n), m.a); }

double root(double x) { return std::sqrt(x); }
double inverse_root(double x) { return 1 / std::sqrt(x); }

/// The positive solution of s gradients s = positions, neither with a value below `ridge`.
Matrix geometric_mean(const Matrix& positions, const Matrix& gradients, double ridge) {
  const SymmetricEigen of_gradients = eigen_of(gradients);
  const Matrix half = spectral(of_gradients, ridge, root),
               back = spectral(of_gradients, ridge, inverse_root);
  return congruence(back, spectral(eigen_of(congruence(half, positions)), ridge * ridge, root));
}

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
      for (std::size_t i = j + 1; i < d; ++i) gradient[j] -= lower[i * d + j] * gradient[i];
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

Whitening identity(int dimension) { return {std::vector<double>(at(dimension), 1.0), {}, {}}; }

void Window::add(std::int64_t iteration, std::span<const double> position,
                 std::span<const double> gradient) {
  iterations.push_back(iteration);
  positions.insert(positions.end(), position.begin(), position.end());
  gradients.insert(gradients.end(), gradient.begin(), gradient.end());
}

void Window::begin_at(std::int64_t iteration) {
  const auto first = std::lower_bound(iterations.begin(), iterations.end(), iteration);
  const auto scalars = (first - iterations.begin()) * dimension;
  iterations.erase(iterations.begin(), first);
  positions.erase(positions.begin(), positions.begin() + scalars);
  gradients.erase(gradients.begin(), gradients.begin() + scalars);
}

Whitening by_fisher(const Window& window) {
  Whitening out{variances(window, window.positions), {}, {}};
  const std::vector<double> of_gradients = variances(window, window.gradients);
  for (std::size_t i = 0; i < out.scale.size(); ++i) {
    const double ratio = std::sqrt(std::sqrt(out.scale[i] / of_gradients[i]));
    out.scale[i] = std::isfinite(ratio) && ratio > 0 ? ratio : 1;
  }
  return out;
}

Whitening by_directions(const Window& window, int rank) {
  // Few draws say little of directions that they hardly differ in.
  const auto n = static_cast<double>(window.count());
  const double ridge = 1 / (n * n);
  constexpr double least = 1e-8;  // what rounding may leave of a smaller one is not to be believed
  Whitening out = by_fisher(window);
  const std::size_t d = out.scale.size();
  std::vector<double> positions = centred(window, window.positions),
                      gradients = centred(window, window.gradients);
  for (std::size_t k = 0; k < positions.size(); ++k) {
    positions[k] /= out.scale[k % d];
    gradients[k] *= out.scale[k % d];
  }
  const SymmetricEigen eigen = eigen_of(
      geometric_mean(covariance(positions, d, ridge), covariance(gradients, d, ridge), ridge));
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!std::ranges::all_of(eigen.values, finite)) return out;
  const auto away = [&](std::size_t k) {
    const double value = std::max(eigen.values[k], least);
    return std::max(value, 1 / value);
  };
  std::vector<std::size_t> order(d);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(-away(a), a) < std::pair(-away(b), b);
  });
  for (const std::size_t k : order) {
    if (out.rank() == rank) break;
    const auto v = eigen.vectors.begin() + static_cast<std::ptrdiff_t>(k * d);
    out.directions.insert(out.directions.end(), v, v + static_cast<std::ptrdiff_t>(d));
    out.stretch.push_back(std::sqrt(std::max(eigen.values[k], least)));
  }
  return out;
}

}  // namespace tyche
