// What formulas over vectors need: one set of loops for doubles, another that records loops.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "tyche/transforms/scalar.hpp"

namespace tyche::transforms {

/// A small matrix of doubles by columns.
struct Dense {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<double> values = {};
  double& operator()(std::int64_t i, std::int64_t j) { return values[std::size_t(i + j * rows)]; }
  double operator()(std::int64_t i, std::int64_t j) const {
    return values[std::size_t(i + j * rows)];
  }
};

/// Loops over doubles. A recorded counterpart has the same members over expressions; formulas are
/// templates over either. Sizes are numbers in both. Formulas are called later when recorded, so
/// they capture by value.
struct Sequences {
  using Real = double;
  using Index = std::int64_t;
  using Matrix = Dense;

  class Vector {
   public:
    explicit Vector(std::vector<double> values) : values_(std::move(values)) {}
    std::int64_t size() const { return std::int64_t(values_.size()); }
    double operator[](std::int64_t i) const { return values_[std::size_t(i)]; }
    const std::vector<double>& values() const { return values_; }

   private:
    std::vector<double> values_;
  };

  template <class F>
  static Vector tabulate(std::int64_t n, const F& element) {
    std::vector<double> out;
    for (std::int64_t i = 0; i < n; ++i) out.push_back(element(i));
    return Vector(std::move(out));
  }
  /// Row i of the matrix is row(i), a vector of length cols.
  template <class F>
  static Matrix by_rows(std::int64_t rows, std::int64_t cols, const F& row) {
    Matrix out{rows, cols, std::vector<double>(std::size_t(rows * cols))};
    for (std::int64_t i = 0; i < rows; ++i) {
      const Vector values = row(i);
      for (std::int64_t j = 0; j < cols; ++j) out(i, j) = values[j];
    }
    return out;
  }
  template <class F>
  static double sum(std::int64_t n, const F& element) {
    double total = 0;
    for (std::int64_t i = 0; i < n; ++i) total += element(i);
    return total;
  }
  /// step(i, carried) gives (next carried, output i); the scan is (last carried, outputs).
  template <class F>
  static std::pair<double, Vector> scan(std::int64_t n, double carried, const F& step) {
    std::vector<double> out;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::pair<double, double> next = step(i, carried);
      carried = next.first;
      out.push_back(next.second);
    }
    return {carried, Vector(std::move(out))};
  }
  static Vector gathered(std::vector<double> elements) { return Vector(std::move(elements)); }
  static double real(std::int64_t i) { return double(i); }
  static std::int64_t index(double x) { return std::int64_t(x); }
  static std::int64_t half(std::int64_t i) { return i / 2; }
  static std::int64_t min(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
  static std::int64_t max(std::int64_t a, std::int64_t b) { return a > b ? a : b; }
  /// L^-1 b, L lower triangular.
  static Vector solve_lower(const Matrix& L, const Vector& b);
};

inline Sequences::Vector Sequences::solve_lower(const Matrix& L, const Vector& b) {
  std::vector<double> x;
  for (std::int64_t i = 0; i < L.rows; ++i) {
    double rest = b[i];
    for (std::int64_t j = 0; j < i; ++j) rest -= L(i, j) * x[std::size_t(j)];
    x.push_back(rest / L(i, i));
  }
  return Vector(std::move(x));
}

/// log(sum of exp of v's elements), the largest taken out.
template <class S>
typename S::Real log_sum_exp_of(const typename S::Vector& v) {
  const auto step = [=](auto i, typename S::Real carried) {
    return std::pair(max(carried, v[i]), v[i]);
  };
  const typename S::Real largest = S::scan(v.size(), typename S::Real(-infinity), step).first;
  return largest + log(S::sum(v.size(), [=](auto i) { return exp(v[i] - largest); }));
}

}  // namespace tyche::transforms
