#include "tyche/kernels/linear_algebra.hpp"

#include "tyche/kernels/linear_algebra_test.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

// No standard containers: their code must not be compiled for a level.
struct Buffer {
  double numbers[33 * 33 * 8];
};

/// Lanes [first, first + W) of `elements` numbers a lane.
template <int W>
Buffer narrow(long elements, const double* wide, int first) {
  Buffer out;
  for (long e = 0; e < elements; ++e) {
    for (int k = 0; k < W; ++k) out.numbers[e * W + k] = wide[e * 8 + first + k];
  }
  return out;
}

template <int W>
void widen(long elements, const Buffer& from, double* wide, int first) {
  for (long e = 0; e < elements; ++e) {
    for (int k = 0; k < W; ++k) wide[e * 8 + first + k] = from.numbers[e * W + k];
  }
}

template <int W>
unsigned cholesky_by(long n, const double* a, double* l) {
  unsigned definite = 0;
  for (int first = 0; first < 8; first += W) {
    const Buffer in = narrow<W>(n * n, a, first);
    Buffer out;
    definite |= cholesky<W>(n, in.numbers, out.numbers).bits() << first;
    widen<W>(n * n, out, l, first);
  }
  return definite;
}

template <int W>
void adjoint_by(long n, const double* l, const double* l_bar, double* a_bar) {
  for (int first = 0; first < 8; first += W) {
    const Buffer factor = narrow<W>(n * n, l, first), bar = narrow<W>(n * n, l_bar, first);
    Buffer out;
    cholesky_adjoint<W>(n, factor.numbers, bar.numbers, out.numbers);
    widen<W>(n * n, out, a_bar, first);
  }
}

template <int W, auto solve>
void solve_by(long n, long columns, const double* l, const double* b, double* x) {
  for (int first = 0; first < 8; first += W) {
    const Buffer factor = narrow<W>(n * n, l, first), right = narrow<W>(n * columns, b, first);
    Buffer out;
    solve(n, columns, factor.numbers, right.numbers, out.numbers);
    widen<W>(n * columns, out, x, first);
  }
}

template <int W>
constexpr LinearAlgebraProbe::Width width = {cholesky_by<W>, adjoint_by<W>,
                                             solve_by<W, solve_lower<W>>,
                                             solve_by<W, solve_lower_transposed<W>>};

}  // namespace

extern const LinearAlgebraProbe linear_algebra_probe;
const LinearAlgebraProbe linear_algebra_probe = {{width<1>, width<2>, width<4>, width<8>}};

}  // namespace tyche::TYCHE_LEVEL
