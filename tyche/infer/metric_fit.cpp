#include "tyche/infer/metric_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ranges>

#include "tyche/numeric/symmetric_eigen.hpp"

namespace tyche {
namespace {

std::size_t at(auto i) { return static_cast<std::size_t>(i); }

/// Rows of `width` numbers, one after another. Loops below run along rows: what is added up in one
/// place is added in the order of the rows, however the loop is vectorised.
struct Rows {
  std::size_t width;
  std::vector<double> a = {};

  std::size_t count() const { return width == 0 ? 0 : a.size() / width; }
  double* operator[](std::size_t k) { return a.data() + k * width; }
  const double* operator[](std::size_t k) const { return a.data() + k * width; }
};

Rows zeros(std::size_t count, std::size_t width) {
  return {width, std::vector<double>(count * width)};
}

/// y += f x.
void add(std::size_t n, double f, const double* __restrict x, double* __restrict y) {
  for (std::size_t i = 0; i < n; ++i) y[i] += f * x[i];
}

double dot(std::size_t n, const double* x, const double* y) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += x[i] * y[i];
  return sum;
}

/// Rows less their mean.
Rows centred(std::size_t width, std::vector<double> values) {
  Rows rows{width, std::move(values)};
  std::vector<double> mean(width);
  for (std::size_t k = 0; k < rows.count(); ++k) add(width, 1, rows[k], mean.data());
  for (double& x : mean) x /= static_cast<double>(rows.count());
  for (std::size_t k = 0; k < rows.count(); ++k) add(width, -1, mean.data(), rows[k]);
  return rows;
}

/// Of centred rows.
std::vector<double> variances(const Rows& rows) {
  std::vector<double> out(rows.width);
  for (std::size_t k = 0; k < rows.count(); ++k) {
    const double* const row = rows[k];
    for (std::size_t i = 0; i < rows.width; ++i) out[i] += row[i] * row[i];
  }
  for (double& x : out) x /= static_cast<double>(rows.count()) - 1;
  return out;
}

std::vector<double> fisher_scale(const Rows& positions, const Rows& gradients) {
  std::vector<double> scale = variances(positions);
  const std::vector<double> of_gradients = variances(gradients);
  for (std::size_t i = 0; i < scale.size(); ++i) {
    const double ratio = std::sqrt(std::sqrt(scale[i] / of_gradients[i]));
    scale[i] = std::isfinite(ratio) && ratio > 0 ? ratio : 1;
  }
  return scale;
}

/// R B' for rows R and a basis B.
Rows projected(const Rows& rows, const Rows& basis) {
  Rows by_column = zeros(basis.width, basis.count()), out = zeros(rows.count(), basis.count());
  for (std::size_t k = 0; k < basis.count(); ++k) {
    for (std::size_t i = 0; i < basis.width; ++i) by_column[i][k] = basis[k][i];
  }
  for (std::size_t n = 0; n < rows.count(); ++n) {
    for (std::size_t i = 0; i < rows.width; ++i) {
      add(out.width, rows[n][i], by_column[i], out[n]);
    }
  }
  return out;
}

/// A' B, added over the rows from `first` to `last`, the last not included.
Rows product(const Rows& a, const Rows& b, std::size_t first, std::size_t last) {
  Rows out = zeros(a.width, b.width);
  for (std::size_t n = first; n < last; ++n) {
    for (std::size_t k = 0; k < a.width; ++k) add(b.width, a[n][k], b[n], out[k]);
  }
  return out;
}

/// An orthonormal basis of what the rows span, by Gram and Schmidt, each row twice.
Rows orthonormal(Rows rows) {
  Rows out{rows.width};
  for (std::size_t k = 0; k < rows.count(); ++k) {
    double* const row = rows[k];
    const double before = std::sqrt(dot(rows.width, row, row));
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < out.count(); ++j) {
        add(rows.width, -dot(rows.width, out[j], row), out[j], row);
      }
    }
    const double length = std::sqrt(dot(rows.width, row, row));
    if (!(length > 1e-8 * before)) continue;
    for (std::size_t i = 0; i < rows.width; ++i) row[i] /= length;
    out.a.insert(out.a.end(), row, row + rows.width);
  }
  return out;
}

/// A basis of nearly the `rank` directions in which rows vary most: subspace iteration from rows.
Rows leading(const Rows& rows, std::size_t rank) {
  constexpr int iterations = 3;
  const std::size_t n = rows.count(), wanted = std::min(rank, n);
  Rows basis{rows.width};
  for (std::size_t k = 0; k < wanted; ++k) {
    const double* const row = rows[k * n / wanted];
    basis.a.insert(basis.a.end(), row, row + rows.width);
  }
  basis = orthonormal(std::move(basis));
  for (int i = 0; i < iterations; ++i) {
    basis = orthonormal(product(projected(rows, basis), rows, 0, n));
  }
  return basis;
}

Rows identity_basis(std::size_t d) {
  Rows out = zeros(d, d);
  for (std::size_t i = 0; i < d; ++i) out[i][i] = 1;
  return out;
}

/// What the halves of a window say in a basis: sums of products of positions, and of gradients.
struct Halves {
  Rows positions[2], gradients[2];
  double count[2];
};

Halves halves(const Rows& positions, const Rows& gradients) {
  const std::size_t n = positions.count(), half = n / 2;
  return {{product(positions, positions, 0, half), product(positions, positions, half, n)},
          {product(gradients, gradients, 0, half), product(gradients, gradients, half, n)},
          {static_cast<double>(half), static_cast<double>(n - half)}};
}

/// The sum of both, over `count`, and I ridge.
Rows covariance(const Rows (&sums)[2], double count, double ridge) {
  Rows out = sums[0];
  add(out.a.size(), 1, sums[1].a.data(), out.a.data());
  for (double& x : out.a) x /= count;
  for (std::size_t i = 0; i < out.width; ++i) out[i][i] += ridge;
  return out;
}

/// The lower triangle of Cholesky.
Rows cholesky(Rows m) {
  for (std::size_t j = 0; j < m.width; ++j) {
    m[j][j] = std::sqrt(m[j][j] - dot(j, m[j], m[j]));
    for (std::size_t i = j + 1; i < m.width; ++i) {
      m[i][j] = (m[i][j] - dot(j, m[i], m[j])) / m[j][j];
      m[j][i] = 0;
    }
  }
  return m;
}

/// L'^-1 B.
Rows solved_above(const Rows& lower, Rows b) {
  for (std::size_t i = b.count(); i-- > 0;) {
    for (std::size_t k = i + 1; k < b.count(); ++k) add(b.width, -lower[k][i], b[k], b[i]);
    for (std::size_t j = 0; j < b.width; ++j) b[i][j] /= lower[i][i];
  }
  return b;
}

Rows transposed(const Rows& m) {
  Rows out = zeros(m.width, m.count());
  for (std::size_t i = 0; i < m.count(); ++i) {
    for (std::size_t j = 0; j < m.width; ++j) out[j][i] = m[i][j];
  }
  return out;
}

SymmetricEigen eigen_of(const Rows& m) { return symmetric_eigen(static_cast<int>(m.width), m.a); }

/// The positive S with S G S = C: L'^-1 (L' C L)^(1/2) L^-1 for G = L L'.
Rows geometric_mean(const Rows& c, const Rows& g, double ridge) {
  const Rows lower = cholesky(g);
  const std::size_t m = c.width;
  const SymmetricEigen inner = eigen_of(product(lower, product(c, lower, 0, m), 0, m));
  Rows root = zeros(m, m);
  for (std::size_t k = 0; k < m; ++k) {
    const double value = std::sqrt(std::max(inner.values[k], ridge * ridge));
    const double* const v = &inner.vectors[k * m];
    for (std::size_t i = 0; i < m; ++i) add(m, value * v[i], v, root[i]);
  }
  return solved_above(lower, transposed(solved_above(lower, std::move(root))));
}

/// v' M v.
double along(const Rows& m, const double* v) {
  double sum = 0;
  for (std::size_t i = 0; i < m.width; ++i) sum += v[i] * dot(m.width, m[i], v);
  return sum;
}

/// Whether the factor of the variance along v that each half finds suits the other half.
bool believed(const Halves& of, const double* v) {
  double c[2], g[2], factor[2], with = 0, without = 0;
  for (int k = 0; k < 2; ++k) {
    c[k] = along(of.positions[k], v) / of.count[k];
    g[k] = along(of.gradients[k], v) / of.count[k];
    factor[k] = std::sqrt(c[k] / g[k]);
  }
  for (int k = 0; k < 2; ++k) {
    with += c[k] / factor[1 - k] + g[k] * factor[1 - k];
    without += c[k] + g[k];
  }
  return with < without;
}

/// Adds the directions of a basis' eigenvectors in which the metric differs most from its diagonal.
void take(Whitening& out, const Rows& basis, const SymmetricEigen& eigen, int rank,
          const Halves* confirming) {
  constexpr double least = 1e-8;  // what rounding may leave of a smaller one is not to be believed
  constexpr double matters = 1.25;
  const std::size_t m = eigen.values.size();
  const auto away = [&](std::size_t k) {
    const double value = std::max(eigen.values[k], least);
    return std::max(value, 1 / value);
  };
  std::vector<std::size_t> order(m);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(-away(a), a) < std::pair(-away(b), b);
  });
  for (const std::size_t k : order) {
    const double* const v = &eigen.vectors[k * m];
    if (out.rank() == rank) break;
    if (confirming && (away(k) < matters || !believed(*confirming, v))) continue;
    std::vector<double> direction(basis.width);
    for (std::size_t j = 0; j < m; ++j) add(basis.width, v[j], basis[j], direction.data());
    out.directions.insert(out.directions.end(), direction.begin(), direction.end());
    out.stretch.push_back(std::sqrt(std::max(eigen.values[k], least)));
  }
}

}  // namespace

void Window::add(std::int64_t iteration, std::span<const double> position,
                 std::span<const double> gradient) {
  iterations.push_back(iteration);
  positions.insert(positions.end(), position.begin(), position.end());
  gradients.insert(gradients.end(), gradient.begin(), gradient.end());
}

Window Window::thinned(std::int64_t most) const {
  const std::size_t d = at(dimension);
  Window out{.dimension = dimension};
  for (std::int64_t k = 0; k < std::min(count(), most); ++k) {
    const std::size_t row = at(k * count() / std::min(count(), most));
    std::span<const double> gradient;
    if (!gradients.empty()) gradient = {&gradients[row * d], d};
    out.add(iterations[row], {&positions[row * d], d}, gradient);
  }
  return out;
}

void Window::begin_at(std::int64_t iteration) {
  const auto first = std::lower_bound(iterations.begin(), iterations.end(), iteration);
  const auto rows = first - iterations.begin(), scalars = rows * dimension;
  iterations.erase(iterations.begin(), first);
  positions.erase(positions.begin(), positions.begin() + scalars);
  if (!gradients.empty()) gradients.erase(gradients.begin(), gradients.begin() + scalars);
  if (!log_densities.empty()) {
    log_densities.erase(log_densities.begin(), log_densities.begin() + rows);
  }
}

void Window::begin_on_arrival() {
  const std::ptrdiff_t half = std::ssize(log_densities) / 2;
  if (half == 0) return;
  std::vector<double> second(log_densities.begin() + half, log_densities.end());
  const auto middle = second.begin() + std::ssize(second) / 2;
  std::ranges::nth_element(second, middle);
  const auto first_half =
      std::ranges::subrange(log_densities.begin(), log_densities.begin() + half);
  const auto arrived = std::ranges::find_if(first_half, [&](double x) { return x >= *middle; });
  begin_at(iterations[at(arrived - log_densities.begin())]);
}

Whitening by_fisher(const Window& window) {
  const std::size_t d = at(window.dimension);
  return {fisher_scale(centred(d, window.positions), centred(d, window.gradients)), {}, {}};
}

Whitening by_directions(const Window& window, int rank, Directions which) {
  const std::size_t d = at(window.dimension);
  const auto n = static_cast<double>(window.count());
  // Fewer draws than dimensions say nothing of directions that they do not differ in.
  const double ridge = n > 2 * static_cast<double>(d) ? 1e-10 : 1 / (n * n);
  Rows positions = centred(d, window.positions), gradients = centred(d, window.gradients);
  Whitening out{fisher_scale(positions, gradients), {}, {}};
  for (std::size_t k = 0; k < positions.count(); ++k) {
    for (std::size_t i = 0; i < d; ++i) {
      positions[k][i] /= out.scale[i];
      gradients[k][i] *= out.scale[i];
    }
  }
  Rows basis = identity_basis(0);
  if (at(rank) >= d) {
    basis = identity_basis(d);
  } else {
    basis = leading(positions, at(rank));
    const Rows others = leading(gradients, at(rank));
    basis.a.insert(basis.a.end(), others.a.begin(), others.a.end());
    basis = orthonormal(std::move(basis));
    positions = projected(positions, basis);
    gradients = projected(gradients, basis);
  }
  const Halves sums = halves(positions, gradients);
  const SymmetricEigen eigen = eigen_of(geometric_mean(
      covariance(sums.positions, n, ridge), covariance(sums.gradients, n, ridge), ridge));
  if (!std::ranges::all_of(eigen.values, [](double x) { return std::isfinite(x); })) return out;
  take(out, basis, eigen, rank, which == Directions::believed ? &sums : nullptr);
  return out;
}

}  // namespace tyche
