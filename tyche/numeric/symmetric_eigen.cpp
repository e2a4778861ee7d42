#include "tyche/numeric/symmetric_eigen.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

namespace tyche {
namespace {

/// Q' A Q = T: diagonal and off-diagonal of T, and Q' by rows.
struct Tridiagonal {
  std::vector<double> diagonal, off, rows;
};

struct Square {
  int n;
  std::vector<double> a;
  double& operator()(int i, int j) { return a[static_cast<std::size_t>(i * n + j)]; }
};

Square full(int n, std::span<const double> matrix) {
  Square a{n, {matrix.begin(), matrix.end()}};
  for (int i = 0; i < n; ++i) {
    for (int j = i + 1; j < n; ++j) a(i, j) = a(j, i);
  }
  return a;
}

/// v with (I - tau v v') x = (+-|x|, 0, ...), v[0] = 1, in place of x. Returns tau and the new
/// first element.
std::pair<double, double> reflector(std::span<double> x) {
  double tail = 0;
  for (std::size_t i = 1; i < x.size(); ++i) tail += x[i] * x[i];
  if (tail == 0) return {0, std::exchange(x[0], 1)};
  const double length = std::sqrt(x[0] * x[0] + tail);
  const double image = x[0] > 0 ? -length : length;
  const double first = x[0] - image;
  for (std::size_t i = 1; i < x.size(); ++i) x[i] /= first;
  x[0] = 1;
  return {-first / image, image};
}

/// A <- (I - tau v v') A (I - tau v v') on the rows and columns from `begin` on.
void reflect_both(Square& a, int begin, std::span<const double> v, double tau) {
  const int m = a.n - begin;
  std::vector<double> w(v.size());
  double along = 0;
  for (int j = 0; j < m; ++j) {  // along rows: columns of a symmetric matrix
    const double vj = tau * v[static_cast<std::size_t>(j)];
    const double* const row = &a(begin + j, begin);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] += vj * row[i];
  }
  for (std::size_t i = 0; i < w.size(); ++i) along += w[i] * v[i];
  for (std::size_t i = 0; i < w.size(); ++i) w[i] -= 0.5 * tau * along * v[i];
  for (int i = 0; i < m; ++i) {
    const double vi = v[static_cast<std::size_t>(i)], wi = w[static_cast<std::size_t>(i)];
    for (int j = 0; j < m; ++j) {
      const auto k = static_cast<std::size_t>(j);
      a(begin + i, begin + j) -= vi * w[k] + wi * v[k];
    }
  }
}

/// The rows of Q' from `begin` on, columns from `begin` on, are reflected.
void reflect_rows(Square& q, int begin, std::span<const double> v, double tau) {
  const auto n = static_cast<std::size_t>(q.n);
  std::vector<double> sum(n);
  double* row = &q(begin, 0);
  for (std::size_t j = 0; j < v.size(); ++j) {
    for (std::size_t i = 0; i < n; ++i) sum[i] += v[j] * row[j * n + i];
  }
  for (std::size_t j = 0; j < v.size(); ++j) {
    for (std::size_t i = 0; i < n; ++i) row[j * n + i] -= tau * v[j] * sum[i];
  }
}

Tridiagonal tridiagonal(int n, std::span<const double> matrix) {
  Square a = full(n, matrix), q{n, std::vector<double>(a.a.size())};
  for (int i = 0; i < n; ++i) q(i, i) = 1;
  Tridiagonal t{std::vector<double>(static_cast<std::size_t>(n)),
                std::vector<double>(static_cast<std::size_t>(n)),
                {}};
  for (int k = 0; k + 1 < n; ++k) {
    std::vector<double> v;
    for (int i = k + 1; i < n; ++i) v.push_back(a(i, k));
    const auto [tau, off] = reflector(v);
    t.off[static_cast<std::size_t>(k)] = off;
    if (tau == 0) continue;
    reflect_both(a, k + 1, v, tau);
    reflect_rows(q, k + 1, v, tau);
  }
  for (int i = 0; i < n; ++i) t.diagonal[static_cast<std::size_t>(i)] = a(i, i);
  t.rows = std::move(q.a);
  return t;
}

/// One QR step on rows lo to hi of T, whose bulge is chased down by rotations of neighbours.
void qr_step(Tridiagonal& t, std::size_t lo, std::size_t hi) {
  auto& d = t.diagonal;
  auto& e = t.off;
  const std::size_t n = d.size();
  const double half = 0.5 * (d[hi - 1] - d[hi]), last = e[hi - 1];
  const double root = std::sqrt(half * half + last * last);
  const double shift = d[hi] - last * (last / (half + (half < 0 ? -root : root)));
  double x = d[lo] - shift, bulge = e[lo];
  for (std::size_t k = lo; k < hi; ++k) {
    const double length = std::sqrt(x * x + bulge * bulge);
    if (length == 0) break;
    const double c = x / length, s = bulge / length;
    if (k > lo) e[k - 1] = length;
    const double a = d[k], b = d[k + 1], off = e[k];
    d[k] = c * c * a + 2 * c * s * off + s * s * b;
    d[k + 1] = s * s * a - 2 * c * s * off + c * c * b;
    e[k] = c * s * (b - a) + (c * c - s * s) * off;
    if (k + 1 < hi) {
      bulge = s * e[k + 1];
      e[k + 1] = c * e[k + 1];
    }
    x = e[k];
    double* const upper = &t.rows[k * n];
    double* const lower = upper + n;
    for (std::size_t i = 0; i < n; ++i) {
      const double u = upper[i], l = lower[i];
      upper[i] = c * u + s * l;
      lower[i] = c * l - s * u;
    }
  }
}

void diagonalise(Tridiagonal& t) {
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  const auto negligible = [&t](std::size_t k) {
    return std::abs(t.off[k]) <= epsilon * (std::abs(t.diagonal[k]) + std::abs(t.diagonal[k + 1]));
  };
  std::size_t hi = t.diagonal.size() - 1;
  const std::size_t most_steps = 64 * t.diagonal.size();
  for (std::size_t step = 0; hi > 0 && step < most_steps; ++step) {
    if (negligible(hi - 1)) {
      --hi;
      continue;
    }
    std::size_t lo = hi - 1;
    while (lo > 0 && !negligible(lo - 1)) --lo;
    qr_step(t, lo, hi);
  }
}

}  // namespace

SymmetricEigen symmetric_eigen(int n, std::span<const double> matrix) {
  if (n == 0) return {};
  const auto finite = [](double x) { return std::isfinite(x); };
  Tridiagonal t = tridiagonal(n, matrix);
  if (std::ranges::all_of(t.diagonal, finite) && std::ranges::all_of(t.off, finite)) {
    diagonalise(t);
  }
  if (!std::ranges::all_of(t.diagonal, finite)) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {std::vector<double>(t.diagonal.size(), nan), std::vector<double>(matrix.size(), nan)};
  }
  std::vector<std::size_t> order(t.diagonal.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&t](std::size_t a, std::size_t b) {
    return std::pair(t.diagonal[a], a) < std::pair(t.diagonal[b], b);
  });
  SymmetricEigen out;
  for (const std::size_t k : order) {
    out.values.push_back(t.diagonal[k]);
    const auto row = t.rows.begin() + static_cast<std::ptrdiff_t>(k * order.size());
    out.vectors.insert(out.vectors.end(), row, row + n);
  }
  return out;
}

}  // namespace tyche
