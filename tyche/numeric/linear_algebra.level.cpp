#include "tyche/kernels/linear_algebra.hpp"

#include "tyche/numeric/linear_algebra.hpp"

namespace tyche::TYCHE_LEVEL {

extern const LinearAlgebraTable linear_algebra_table;
const LinearAlgebraTable linear_algebra_table{
    .cholesky = [](long n, const double* a, double* l) { return cholesky<1>(n, a, l)[0]; },
    .cholesky_adjoint = cholesky_adjoint<1>,
    .solve_lower = solve_lower<1>,
    .solve_lower_transposed = solve_lower_transposed<1>,
};

}  // namespace tyche::TYCHE_LEVEL
