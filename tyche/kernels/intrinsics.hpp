// What a CPU does in an instruction of its own and the language cannot say.
#pragma once
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {

/// work() under rounding to nearest with subnormals kept and exceptions masked, whatever the caller
/// had set; that is put back afterwards. The work must not throw.
template <class Work>
TYCHE_INLINE u32 with_standard_rounding(Work work) {
#ifdef __SSE__
  const u32 before = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(0x1f80);
  const u32 result = work();
  __builtin_ia32_ldmxcsr(before);
  return result;
#else
  return work();
#endif
}

/// A lane of `few` in the first lanes of eight; the others hold anything.
template <class T, int W>
TYCHE_INLINE typename Lanes<T, 8>::Vector widened(Lanes<T, W> few) {
  if constexpr (W == 1) {
    return typename Lanes<T, 8>::Vector(few[0]);
  } else if constexpr (W == 2) {
    return __builtin_shufflevector(few.v, few.v, 0, 1, -1, -1, -1, -1, -1, -1);
  } else if constexpr (W == 4) {
    return __builtin_shufflevector(few.v, few.v, 0, 1, 2, 3, -1, -1, -1, -1);
  } else {
    return few.v;
  }
}

template <class T, int W>
TYCHE_INLINE Lanes<T, W> narrowed(typename Lanes<T, 8>::Vector eight) {
  if constexpr (W == 1) {
    return eight[0];
  } else if constexpr (W == 2) {
    return Lanes<T, W>(__builtin_shufflevector(eight, eight, 0, 1));
  } else if constexpr (W == 4) {
    return Lanes<T, W>(__builtin_shufflevector(eight, eight, 0, 1, 2, 3));
  } else {
    return Lanes<T, W>(eight);
  }
}

#ifdef __AVX512F__
template <int W>
TYCHE_INLINE Lanes<double, W> lookup_eight(const double (&table)[16], Lanes<u64, W> index) {
  using I = long long __attribute__((ext_vector_type(8)));
  const auto eight = __builtin_ia32_vpermi2varpd512(Lanes<double, 8>::load(table).v,
                                                    __builtin_bit_cast(I, widened(index)),
                                                    Lanes<double, 8>::load(table + 8).v);
  return narrowed<double, W>(eight);
}

/// In registers of four, eight numbers at a time.
TYCHE_INLINE Lanes<double, 4> lookup_four(const double (&table)[16], Lanes<u64, 4> index) {
  using D = Lanes<double, 4>;
  using U = Lanes<u64, 4>;
  using I = long long __attribute__((ext_vector_type(4)));
  const I at = __builtin_bit_cast(I, index.v);
  const D low(__builtin_ia32_vpermi2varpd256(D::load(table).v, at, D::load(table + 4).v)),
      high(__builtin_ia32_vpermi2varpd256(D::load(table + 8).v, at, D::load(table + 12).v));
  return select(Mask<double, 4>(((index & U(8)) != U(0)).v), high, low);
}
#endif

/// Few lanes, and four, take no wide instruction: one in flight slows a core's others down.
inline constexpr int few_lanes = 2;

/// table[index modulo 16].
template <int W>
TYCHE_INLINE Lanes<double, W> lookup(const double (&table)[16], Lanes<u64, W> index) {
#ifdef __AVX512F__
  if constexpr (W == 4) {
    return lookup_four(table, index);
  } else if constexpr (W > few_lanes) {
    return lookup_eight(table, index);
  }
#endif
  Lanes<double, W> out;
  for (int k = 0; k < W; ++k) out.set(k, table[index[k] & 15]);
  return out;
}

#ifdef __AVX512F__
/// a 2^floor(k), rounded once.
template <int W>
TYCHE_INLINE Lanes<double, W> scaled(Lanes<double, W> a, Lanes<double, W> k) {
  if constexpr (W <= few_lanes) {
    using Two = double __attribute__((ext_vector_type(2)));
    const Two x = {a[0], a[W - 1]}, n = {k[0], k[W - 1]};
    const Two out = __builtin_ia32_scalefpd128_mask(x, n, x, 0xff);
    Lanes<double, W> lanes;
    for (int l = 0; l < W; ++l) lanes.set(l, out[l]);
    return lanes;
  } else if constexpr (W == 4) {
    return Lanes<double, W>(__builtin_ia32_scalefpd256_mask(a.v, k.v, a.v, 0xff));
  }
  constexpr int as_set = 4;
  const auto x = widened(a), n = widened(k);
  return narrowed<double, W>(__builtin_ia32_scalefpd512_mask(x, n, x, 0xff, as_set));
}
#endif

}  // namespace tyche::TYCHE_LEVEL
