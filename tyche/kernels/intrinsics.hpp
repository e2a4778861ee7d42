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
#endif

/// Few lanes take no wide instruction: one in flight slows a core's scalars down.
inline constexpr int few_lanes = 2;

/// table[index modulo 16].
template <int W>
TYCHE_INLINE Lanes<double, W> lookup(const double (&table)[16], Lanes<u64, W> index) {
#ifdef __AVX512F__
  if constexpr (W > few_lanes) return lookup_eight(table, index);
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
  }
  constexpr int as_set = 4;
  const auto x = widened(a), n = widened(k);
  return narrowed<double, W>(__builtin_ia32_scalefpd512_mask(x, n, x, 0xff, as_set));
}
#endif

}  // namespace tyche::TYCHE_LEVEL
