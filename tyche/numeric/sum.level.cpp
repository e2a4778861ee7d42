#include "tyche/kernels/sum.hpp"

#include "tyche/numeric/sum.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

template <int W>
double sum(i64 n, const double* a) {
  return sum_of<W>(n, a);
}
template <int W>
double product(i64 n, const double* a, const double* b) {
  return dot<W>(n, a, b);
}
template <int W>
double log_sum_exp(i64 n, const double* a) {
  return log_sum_exp_of<W>(n, a);
}

}  // namespace

extern const SumTable sum_table;
const SumTable sum_table = {
    {sum<1>, sum<2>, sum<4>, sum<8>},
    {product<1>, product<2>, product<4>, product<8>},
    {log_sum_exp<1>, log_sum_exp<2>, log_sum_exp<4>, log_sum_exp<8>},
};

}  // namespace tyche::TYCHE_LEVEL
