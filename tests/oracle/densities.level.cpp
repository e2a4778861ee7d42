#include "densities.hpp"

#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/leapfrog.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

const oracle::Target& target(void* context) { return *static_cast<const oracle::Target*>(context); }

template <int W>
Lanes<double, W> row(const double* q, int i) {
  return Lanes<double, W>::load(q + i * W);
}

/// Sum over parameters of term(q_i).
template <int W, class Term>
TYCHE_INLINE Lanes<double, W> sum(int n, Term term) {
  using D = Lanes<double, W>;
  if constexpr (W == 1) {  // the same partial sums, eight parameters at a time
    Lanes<double, 8> parts = 0.0;
    int i = 0;
    for (; i + 8 <= n; i += 8) {
      const auto [a, b] = term.template operator()<8>(i);
      parts = fma(a, b, parts);
    }
    for (int k = 0; i + k < n; ++k) {
      const auto [a, b] = term.template operator()<1>(i + k);
      parts.set(k, fma(a, b, D(parts[k]))[0]);
    }
    return D(tree_sum(parts));
  } else {
    RowSum<W> total;
    for_rows(n, [&](int i, auto k) __attribute__((always_inline)) {
      const auto [a, b] = term.template operator()<W>(i);
      total.add(k, a, b);
    });
    return total.total();
  }
}

template <int W>
struct Product {
  Lanes<double, W> a, b;
};

template <int W>
TYCHE_INLINE Lanes<double, W> sum_of_squares(int n, const double* q) {
  return sum<W>(n, [=]<int V>(int i) __attribute__((always_inline)) {
    const auto x = Lanes<double, V>::load(q + i * W);
    return Product<V>{x, x};
  });
}

template <int W>
void normal(void* context, const double* __restrict q, double* __restrict g,
            double* log_density) noexcept {
  const int d = target(context).dimension;
  for (int i = 0; i < d; ++i) (-row<W>(q, i)).store(g + i * W);
  (-0.5 * sum_of_squares<W>(d, q)).store(log_density);
}

template <int W>
void correlated(void* context, const double* __restrict q, double* __restrict g,
                double* log_density) noexcept {
  using D = Lanes<double, W>;
  const auto [d, rho] = target(context);
  const D total = sum<W>(d, [=]<int V>(int i) __attribute__((always_inline)) {
    return Product<V>{Lanes<double, V>::load(q + i * W), 1.0};
  });
  const D shift = D(rho / (1 + (d - 1) * rho)) * total;
  for (int i = 0; i < d; ++i) {
    ((shift - row<W>(q, i)) * D(1 / (1 - rho))).store(g + i * W);
  }
  const D product = sum<W>(d, [=]<int V>(int i) __attribute__((always_inline)) {
    return Product<V>{Lanes<double, V>::load(q + i * W), Lanes<double, V>::load(g + i * W)};
  });
  (0.5 * product).store(log_density);
}

template <int W>
void funnel(void* context, const double* __restrict q, double* __restrict g,
            double* log_density) noexcept {
  using D = Lanes<double, W>;
  const int d = target(context).dimension;
  const D y = row<W>(q, 0), precision = exp(-y);
  const D squares = 0.5 * precision * sum_of_squares<W>(d - 1, q + W);
  const D log_width = D(0.5 * (d - 1)) * y;
  (fma(y * y, -1.0 / 18, -log_width) - squares).store(log_density);
  (fma(y, -1.0 / 9, -0.5 * (d - 1)) + squares).store(g);
  for (int i = 1; i < d; ++i) (-row<W>(q, i) * precision).store(g + i * W);
}

double leapfrog(LaneEvaluate evaluate, oracle::Target& target, int steps, double eps,
                const double* scale, double* q, double* p) {
  using D = Lanes<double, 1>;
  const int d = target.dimension;
  double g[64], g_next[64], log_density, kinetic = 0;
  evaluate(&target, q, g, &log_density);
  for (int k = 0; k < steps; ++k) {
    drift<1>(d, D(0.5 * eps), scale, p, g, q, q);
    evaluate(&target, q, g_next, &log_density);
    for (int i = 0; i < d; ++i) {
      p[i] = kicked(D(0.5 * eps * scale[i]), D(p[i]), D(g[i]), D(g_next[i]))[0];
      g[i] = g_next[i];
    }
  }
  for (int i = 0; i < d; ++i) kinetic += 0.5 * p[i] * p[i];
  return kinetic - log_density;
}

}  // namespace

extern const oracle::TargetKernels target_kernels;
const oracle::TargetKernels target_kernels = {{normal<1>, normal<8>, normal<4>},
                                              {correlated<1>, correlated<8>, correlated<4>},
                                              {funnel<1>, funnel<8>, funnel<4>},
                                              leapfrog};

}  // namespace tyche::TYCHE_LEVEL
