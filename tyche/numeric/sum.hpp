// Sums over arrays, with the same bits as those of compiled code (tyche/kernels/sum.hpp).
#pragma once
#include <cassert>
#include <cstdint>
#include <span>

#include "tyche/kernels/level.hpp"

namespace tyche {

/// One CPU level's sums over n numbers; one function each for widths 1, 2, 4 and 8, all equal.
struct SumTable {
  double (*sum[4])(std::int64_t n, const double* a);
  double (*dot[4])(std::int64_t n, const double* a, const double* b);
  double (*log_sum_exp[4])(std::int64_t n, const double* a);
};

/// Code of a level must only be called where cpu_has(level).
const SumTable& sum_table(Level level);

namespace numeric {

/// sum_table(cpu_level()).
const SumTable& sums();

inline double sum(std::span<const double> a) {
  return sums().sum[3](std::int64_t(a.size()), a.data());
}
inline double dot(std::span<const double> a, std::span<const double> b) {
  assert(a.size() == b.size());
  return sums().dot[3](std::int64_t(a.size()), a.data(), b.data());
}
/// log(sum of exp(a)); of no numbers -inf. NaN if one is NaN.
inline double log_sum_exp(std::span<const double> a) {
  return sums().log_sum_exp[3](std::int64_t(a.size()), a.data());
}

}  // namespace numeric
}  // namespace tyche
