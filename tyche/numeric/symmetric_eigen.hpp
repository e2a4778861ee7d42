// Eigenvalues and vectors of a symmetric matrix, the same bits on every machine.
#pragma once
#include <span>
#include <vector>

namespace tyche {

struct SymmetricEigen {
  std::vector<double> values;   // [n], in ascending order
  std::vector<double> vectors;  // [n][n]: vectors[k * n + i] is element i of the k-th, of length 1
};

/// Of a symmetric matrix [n][n] of finite numbers, of which the lower triangle is read: Householder
/// reduction to tridiagonal form, then QR steps with Wilkinson's shift (Golub and Van Loan 2013,
/// algorithms 8.3.1 and 8.3.3). All NaN where an element is not finite or a product overflows.
SymmetricEigen symmetric_eigen(int n, std::span<const double> matrix);

}  // namespace tyche
