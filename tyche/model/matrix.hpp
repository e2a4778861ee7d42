// A matrix of data, stored by columns.
#pragma once
#include <cstdint>
#include <vector>

namespace tyche {

struct Matrix {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<double> values = {};  // element (i, j) at i + j * rows

  double& operator()(std::int64_t i, std::int64_t j) { return values[std::size_t(i + j * rows)]; }
  double operator()(std::int64_t i, std::int64_t j) const {
    return values[std::size_t(i + j * rows)];
  }
  friend bool operator==(const Matrix&, const Matrix&) = default;
};

}  // namespace tyche
