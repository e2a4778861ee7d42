#include "tyche/kernels/linear_map.hpp"

#include <type_traits>

#include "tyche/kernels/lane_memory.hpp"
#include "tyche/kernels/lane_widths.hpp"
#include "tyche/kernels/leapfrog.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

LinearMap lay_out(Memory& memory, int dimension, int lanes, int capacity, bool dense) {
  LinearMap map{.dimension = dimension, .lanes = lanes};
  map.scale = memory.rows(dimension, lanes);
  map.directions = memory.take<double>(capacity * padded(dimension) * lanes);
  map.stretch = memory.take<double>(capacity * lanes);
  map.factors = memory.take<double>(capacity * lanes);
  const int entries =
      lanes == 1 ? 2 * dimension * padded(dimension) : dimension * (dimension + 1) / 2 * lanes;
  map.lower = memory.take<double>(dense ? entries : 0);
  return map;
}

std::size_t size(int dimension, int lanes, int capacity, bool dense) {
  Memory memory(nullptr);
  lay_out(memory, dimension, lanes, capacity, dense);
  return memory.used();
}

LinearMap init(void* block, int dimension, int lanes, int capacity, bool dense) {
  Memory memory(block);
  const LinearMap map = lay_out(memory, dimension, lanes, capacity, dense);
  for (int i = 0; i < dimension * lanes; ++i) map.scale[i] = 1;
  return map;
}

/// W chains in lanes.
template <int W>
struct InLanes {
  using D = Lanes<double, W>;

  static void multiply(int d, const double* a, const double* b, double* to) {
    for (int i = 0; i < d; ++i) (D::load(a + W * i) * D::load(b + W * i)).store(to + W * i);
  }

  static int stride(int d) { return W * d; }
  static constexpr int block = 2;  // of directions whose sums fit the registers

  /// R components of x along directions, times their stretch.
  template <int R>
  static void along(int d, const double* u, const double* stretch, const double* x, double* to) {
    RowSum<W> sum[R];
    for_rows(d, [&](int i, auto k) __attribute__((always_inline)) {
      const D x_i = D::load(x + W * i);
#pragma clang loop unroll(full)
      for (int r = 0; r < R; ++r) sum[r].add(k, D::load(u + r * stride(d) + W * i), x_i);
    });
    for (int r = 0; r < R; ++r) (sum[r].total() * D::load(stretch + W * r)).store(to + W * r);
  }

  /// x += R directions, each so many times.
  template <int R>
  static void add(int d, const double* factors, const double* u, double* x) {
    D factor[R];
    for (int r = 0; r < R; ++r) factor[r] = D::load(factors + W * r);
    for (int i = 0; i < d; ++i) {
      D sum = D::load(x + W * i);
#pragma clang loop unroll(full)
      for (int r = 0; r < R; ++r) sum = fma(factor[r], D::load(u + r * stride(d) + W * i), sum);
      sum.store(x + W * i);
    }
  }

  /// R rows of L z, from row i on: `row` is where row i begins.
  template <int R>
  TYCHE_INLINE static const double* lower_rows(int i, const double* row, const double* z,
                                               double* q) {
    const double* rows[R];
    for (int r = 0; r < R; ++r) rows[r] = row + W * (r * i + r * (r + 1) / 2);
    D sum[R][2];  // by the parity of j: half the latency
    for (int r = 0; r < R; ++r) sum[r][0] = sum[r][1] = 0.0;
    int j = 0;
    auto add = [&]<int odd>(Index<odd>, int first) __attribute__((always_inline)) {
      const D z_j = D::load(z + W * j);
#pragma clang loop unroll(full)
      for (int r = 0; r < R; ++r) {
        if (r < first) continue;
        sum[r][odd] = fma(D::load(rows[r] + W * j), z_j, sum[r][odd]);
      }
      ++j;
    };
    while (j + 2 <= i) add(Index<0>{}, 0), add(Index<1>{}, 0);
#pragma clang loop unroll(full)
    for (int k = 0; k < R; ++k) {
      if (k % 2 == 0) {
        add(Index<0>{}, k);
      } else {
        add(Index<1>{}, k);
      }
    }
    for (int r = 0; r < R; ++r) (sum[r][0] + sum[r][1]).store(q + W * (i + r));
    return rows[R - 1] + W * (i + R);
  }

  static void lower(int d, const double* l, const double* z, double* q) {
    int i = 0;
    for (; i + 8 <= d; i += 8) l = lower_rows<8>(i, l, z, q);
    for (; i + 2 <= d; i += 2) l = lower_rows<2>(i, l, z, q);
    if (i < d) lower_rows<1>(i, l, z, q);
  }

  /// R elements of L' g, from element j on.
  template <int R>
  TYCHE_INLINE static void upper_rows(int d, int j, const double* l, const double* g, double* to) {
    D sum[R][2];
    for (int r = 0; r < R; ++r) sum[r][0] = sum[r][1] = 0.0;
    const double* row = l + W * (j * (j + 1) / 2 + j);
    int i = j;
    auto add = [&]<int odd>(Index<odd>, int count) __attribute__((always_inline)) {
      const D g_i = D::load(g + W * i);
#pragma clang loop unroll(full)
      for (int r = 0; r < R; ++r) {
        if (r >= count) continue;
        sum[r][odd] = fma(D::load(row + W * r), g_i, sum[r][odd]);
      }
      row += W * ++i;
    };
#pragma clang loop unroll(full)
    for (int k = 0; k < R; ++k) {
      if (k % 2 == 0) {
        add(Index<0>{}, k + 1);
      } else {
        add(Index<1>{}, k + 1);
      }
    }
    if (R % 2 == 0) {
      while (i + 2 <= d) add(Index<0>{}, R), add(Index<1>{}, R);
      if (i < d) add(Index<0>{}, R);
    }
    for (int r = 0; r < R; ++r) (sum[r][0] + sum[r][1]).store(to + W * (j + r));
  }

  static void upper(int d, const double* l, const double* g, double* to) {
    int j = 0;
    for (; j + 8 <= d; j += 8) upper_rows<8>(d, j, l, g, to);
    for (; j + 2 <= d; j += 2) upper_rows<2>(d, j, l, g, to);
    if (j < d) upper_rows<1>(d, j, l, g, to);
  }
};

/// One chain, its parameters in lanes.
struct InRows {
  using D = Lanes<double, 8>;

  static void multiply(int d, const double* a, const double* b, double* to) {
    for (int i = 0; i < d; i += 8) (D::load(a + i) * D::load(b + i)).store(to + i);
  }

  static int stride(int d) { return padded(d); }
  static constexpr int block = 10;

  template <int R>
  static void along(int d, const double* u, const double* stretch, const double* x, double* to) {
    D sum[R];
    for (int r = 0; r < R; ++r) sum[r] = 0.0;
    for (int i = 0; i < d; i += 8) {
      const D x_i = D::load(x + i);
#pragma clang loop unroll(full)
      for (int r = 0; r < R; ++r) sum[r] = fma(D::load(u + r * stride(d) + i), x_i, sum[r]);
    }
    int r = 0;
    for (; r + 8 <= R; r += 8) (tree_sums(sum + r) * D::load(stretch + r)).store(to + r);
    for (; r < R; ++r) to[r] = tree_sum(sum[r]) * stretch[r];
  }

  template <int R>
  static void add(int d, const double* factors, const double* u, double* x) {
    for (int i = 0; i < d; i += 8) {
      D sum = D::load(x + i);
#pragma clang loop unroll(full)
      for (int r = 0; r < R; ++r) sum = fma(D(factors[r]), D::load(u + r * stride(d) + i), sum);
      sum.store(x + i);
    }
  }

  /// R groups of eight elements of sum over j of x[j] column[j], j from begin to end.
  template <int R>
  TYCHE_INLINE static void combine(int stride, const double* columns, const double* x, int begin,
                                   int end, double* to) {
    D sum[R][2];  // by the parity of j; begin is even
    for (int r = 0; r < R; ++r) sum[r][0] = sum[r][1] = 0.0;
    int j = begin;
    auto add = [&]<int odd>(Index<odd>) __attribute__((always_inline)) {
      const D x_j = x[j];
#pragma clang loop unroll(full)
      for (int r = 0; r < R; ++r) {
        sum[r][odd] = fma(D::load(columns + j * stride + 8 * r), x_j, sum[r][odd]);
      }
      ++j;
    };
    while (j + 2 <= end) add(Index<0>{}), add(Index<1>{});
    if (j < end) add(Index<0>{});
    for (int r = 0; r < R; ++r) (sum[r][0] + sum[r][1]).store(to + 8 * r);
  }

  static void lower(int d, const double* l, const double* z, double* q) {
    const int stride = padded(d);
    int i = 0;
    for (; i + 16 <= stride; i += 16)
      combine<2>(stride, l + i, z, 0, i + 16 < d ? i + 16 : d, q + i);
    if (i < stride) combine<1>(stride, l + i, z, 0, d, q + i);
  }

  static void upper(int d, const double* l, const double* g, double* to) {
    const int stride = padded(d);
    const double* const rows = l + d * stride;
    int j = 0;
    for (; j + 16 <= stride; j += 16) combine<2>(stride, rows + j, g, j, d, to + j);
    if (j < stride) combine<1>(stride, rows + j, g, j, d, to + j);
  }
};

/// body(k, Index<R>) for directions k to k + R - 1, until there are `rank`.
template <int R>
TYCHE_INLINE void in_blocks(int rank, auto body) {
  int k = 0;
  for (; k + R <= rank; k += R) body(k, Index<R>{});
  if constexpr (R > 4) {
    for (; k + 4 <= rank; k += 4) body(k, Index<4>{});
  }
  for (; k < rank; ++k) body(k, Index<1>{});
}

/// x <- (I + U (S - I) U') x.
template <class In>
TYCHE_INLINE void stretch(const LinearMap& map, double* x) {
  const int d = map.dimension, lanes = map.lanes, stride = In::stride(d);
  in_blocks<In::block>(map.rank, [&]<int R>(int k, Index<R>) {
    In::template along<R>(d, map.directions + k * stride, map.stretch + k * lanes, x,
                          map.factors + k * lanes);
  });
  in_blocks<10>(map.rank, [&]<int R>(int k, Index<R>) {
    In::template add<R>(d, map.factors + k * lanes, map.directions + k * stride, x);
  });
}

template <class In>
void to_position_in(const LinearMap& map, const double* z, double* q) {
  const int d = map.dimension;
  if (map.form == MapForm::dense) return In::lower(d, map.lower, z, q);
  for (int i = 0; i < d * map.lanes; ++i) q[i] = z[i];
  if (map.form == MapForm::identity) return;
  stretch<In>(map, q);
  In::multiply(d, map.scale, q, q);
}

template <class In>
void pull_back_in(const LinearMap& map, const double* g, double* gradient) {
  const int d = map.dimension;
  if (map.form == MapForm::dense) return In::upper(d, map.lower, g, gradient);
  if (map.form == MapForm::identity) {
    for (int i = 0; i < d * map.lanes; ++i) gradient[i] = g[i];
    return;
  }
  In::multiply(d, map.scale, g, gradient);
  stretch<In>(map, gradient);
}

template <int W>
using In = std::conditional_t<W == 1, InRows, InLanes<W>>;

void to_position(const LinearMap& map, const double* z, double* q) {
  with_width(map.lanes, [&]<int W>() { to_position_in<In<W>>(map, z, q); });
}

void pull_back(const LinearMap& map, const double* g, double* gradient) {
  with_width(map.lanes, [&]<int W>() { pull_back_in<In<W>>(map, g, gradient); });
}

}  // namespace

extern const LinearMapKernels linear_map_kernels;
const LinearMapKernels linear_map_kernels = {size, init, to_position, pull_back};

}  // namespace tyche::TYCHE_LEVEL
