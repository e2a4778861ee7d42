// Lanes: W numbers that advance together. A kernel is written once over Lanes<T, W>.
// Freestanding: no standard library. Every operation is one IEEE operation an element, so a lane's
// bits do not depend on W, on the other lanes or on the level (fma on `plain` apart).
#pragma once

#ifndef TYCHE_LEVEL
#error "kernels are compiled once a CPU level: name the file *.level.cpp"
#endif

#define TYCHE_INLINE inline __attribute__((always_inline))

namespace tyche::TYCHE_LEVEL {

using i32 = int;
using u32 = unsigned int;
using i64 = long;  // as std::int64_t, and what comparing vectors of double gives
using u64 = unsigned long;

template <class T>
struct BitsOf;
template <>
struct BitsOf<double> {
  using Int = i64;
};
template <>
struct BitsOf<float> {
  using Int = i32;
};
template <>
struct BitsOf<i64> {
  using Int = i64;
};
template <>
struct BitsOf<u64> {
  using Int = i64;
};
template <>
struct BitsOf<i32> {
  using Int = i32;
};
template <>
struct BitsOf<u32> {
  using Int = i32;
};

/// W numbers of type T (double, float, or 32- or 64-bit integers), W a power of two up to 16.
template <class T, int W>
struct Lanes {
  using Element = T;
  using Vector = T __attribute__((ext_vector_type(W)));
  static constexpr int width = W;

  Vector v;

  Lanes() = default;
  TYCHE_INLINE Lanes(T x) : v(x) {}  // NOLINT: a scalar is the same number in every lane
  TYCHE_INLINE explicit Lanes(Vector x) : v(x) {}

  TYCHE_INLINE T operator[](int lane) const { return v[lane]; }
  TYCHE_INLINE void set(int lane, T x) { v[lane] = x; }

  /// Aligned only to the element.
  TYCHE_INLINE static Lanes load(const T* from) {
    struct [[gnu::packed, gnu::may_alias]] Unaligned {
      Vector v;
    };
    return Lanes(reinterpret_cast<const Unaligned*>(from)->v);
  }
  TYCHE_INLINE void store(T* to) const {
    struct [[gnu::packed, gnu::may_alias]] Unaligned {
      Vector v;
    };
    reinterpret_cast<Unaligned*>(to)->v = v;
  }

  TYCHE_INLINE Lanes operator-() const { return Lanes(-v); }
  TYCHE_INLINE Lanes& operator+=(Lanes b) { return v += b.v, *this; }
  TYCHE_INLINE Lanes& operator-=(Lanes b) { return v -= b.v, *this; }
  TYCHE_INLINE Lanes& operator*=(Lanes b) { return v *= b.v, *this; }
  friend TYCHE_INLINE Lanes operator+(Lanes a, Lanes b) { return Lanes(a.v + b.v); }
  friend TYCHE_INLINE Lanes operator-(Lanes a, Lanes b) { return Lanes(a.v - b.v); }
  friend TYCHE_INLINE Lanes operator*(Lanes a, Lanes b) { return Lanes(a.v * b.v); }
  friend TYCHE_INLINE Lanes operator/(Lanes a, Lanes b) { return Lanes(a.v / b.v); }
  friend TYCHE_INLINE Lanes operator&(Lanes a, Lanes b) { return Lanes(a.v & b.v); }
  friend TYCHE_INLINE Lanes operator|(Lanes a, Lanes b) { return Lanes(a.v | b.v); }
  friend TYCHE_INLINE Lanes operator^(Lanes a, Lanes b) { return Lanes(a.v ^ b.v); }
  friend TYCHE_INLINE Lanes operator<<(Lanes a, int n) { return Lanes(a.v << T(n)); }
  friend TYCHE_INLINE Lanes operator>>(Lanes a, int n) { return Lanes(a.v >> T(n)); }
};

/// A yes or no a lane: all bits set, or none.
template <class T, int W>
struct Mask {
  using Int = typename BitsOf<T>::Int;
  using Vector = Int __attribute__((ext_vector_type(W)));
  Vector v;

  Mask() = default;
  TYCHE_INLINE Mask(bool x) : v(x ? Int(-1) : Int(0)) {}  // NOLINT: the same in every lane
  TYCHE_INLINE explicit Mask(Vector x) : v(x) {}
  TYCHE_INLINE bool operator[](int lane) const { return v[lane] != 0; }

  friend TYCHE_INLINE Mask operator&(Mask a, Mask b) { return Mask(a.v & b.v); }
  friend TYCHE_INLINE Mask operator|(Mask a, Mask b) { return Mask(a.v | b.v); }
  friend TYCHE_INLINE Mask operator^(Mask a, Mask b) { return Mask(a.v ^ b.v); }
  TYCHE_INLINE Mask operator!() const { return Mask(~v); }

  /// Bit k is lane k.
  TYCHE_INLINE u32 bits() const {
    using Bools = bool __attribute__((ext_vector_type(W)));
    const Bools b = __builtin_convertvector(v != Vector(0), Bools);
    u32 out = 0;
    if constexpr (W == 16) {
      out = __builtin_bit_cast(unsigned short, b);
    } else if constexpr (W == 8) {
      out = __builtin_bit_cast(unsigned char, b);
#ifdef __AVX512F__
    } else if constexpr (W == 4) {  // four bits alone, moved together
      using Eight = bool __attribute__((ext_vector_type(8)));
      const Eight eight = {b[0], b[1], b[2], b[3], false, false, false, false};
      out = __builtin_bit_cast(unsigned char, eight);
#endif
    } else {
      for (int k = 0; k < W; ++k) out |= u32(v[k] != 0) << k;
    }
    return out;
  }
  TYCHE_INLINE static Mask from_bits(u32 bits) {
    Vector x;
    for (int k = 0; k < W; ++k) x[k] = Int(1) << k;
    return Mask((x & Vector(Int(bits))) != Vector(0));
  }
};

template <class T, int W>
TYCHE_INLINE bool any(Mask<T, W> m) {
  return m.bits() != 0;
}
template <class T, int W>
TYCHE_INLINE bool all(Mask<T, W> m) {
  return m.bits() == (1u << W) - 1u;
}

#define TYCHE_COMPARISON(op)                                          \
  template <class T, int W>                                           \
  TYCHE_INLINE Mask<T, W> operator op(Lanes<T, W> a, Lanes<T, W> b) { \
    return Mask<T, W>(a.v op b.v);                                    \
  }                                                                   \
  template <class T, int W>                                           \
  TYCHE_INLINE Mask<T, W> operator op(Lanes<T, W> a, T b) {           \
    return a op Lanes<T, W>(b);                                       \
  }
TYCHE_COMPARISON(<)
TYCHE_COMPARISON(<=)
TYCHE_COMPARISON(>)
TYCHE_COMPARISON(>=)
TYCHE_COMPARISON(==)
TYCHE_COMPARISON(!=)
#undef TYCHE_COMPARISON

template <class T, int W>
TYCHE_INLINE Lanes<T, W> select(Mask<T, W> m, Lanes<T, W> yes, Lanes<T, W> no) {
  return Lanes<T, W>(m.v ? yes.v : no.v);
}
template <class T, int W>
TYCHE_INLINE Lanes<T, W> select(Mask<T, W> m, T yes, Lanes<T, W> no) {
  return select(m, Lanes<T, W>(yes), no);
}
template <class T, int W>
TYCHE_INLINE Lanes<T, W> select(Mask<T, W> m, Lanes<T, W> yes, T no) {
  return select(m, yes, Lanes<T, W>(no));
}

/// a b + c, rounded once; on `plain`, where no such instruction exists, rounded twice.
template <class T, int W>
TYCHE_INLINE Lanes<T, W> fma(Lanes<T, W> a, Lanes<T, W> b, Lanes<T, W> c) {
#ifdef __FMA__
  return Lanes<T, W>(__builtin_elementwise_fma(a.v, b.v, c.v));
#else
  return a * b + c;
#endif
}
template <class T, int W>
TYCHE_INLINE Lanes<T, W> fma(Lanes<T, W> a, T b, Lanes<T, W> c) {
  return fma(a, Lanes<T, W>(b), c);
}
template <class T, int W>
TYCHE_INLINE Lanes<T, W> fma(Lanes<T, W> a, Lanes<T, W> b, T c) {
  return fma(a, b, Lanes<T, W>(c));
}
template <class T, int W>
TYCHE_INLINE Lanes<T, W> fma(Lanes<T, W> a, T b, T c) {
  return fma(a, Lanes<T, W>(b), Lanes<T, W>(c));
}

template <class T, int W>
TYCHE_INLINE Lanes<T, W> sqrt(Lanes<T, W> a) {
  return Lanes<T, W>(__builtin_elementwise_sqrt(a.v));
}
template <class T, int W>
TYCHE_INLINE Lanes<T, W> abs(Lanes<T, W> a) {
  return Lanes<T, W>(__builtin_elementwise_abs(a.v));
}
/// The smaller; b where either is NaN.
template <class T, int W>
TYCHE_INLINE Lanes<T, W> min(Lanes<T, W> a, Lanes<T, W> b) {
  return select(a < b, a, b);
}
/// The larger; b where either is NaN.
template <class T, int W>
TYCHE_INLINE Lanes<T, W> max(Lanes<T, W> a, Lanes<T, W> b) {
  return select(a > b, a, b);
}

/// The same bits read as another type of the same size.
template <class To, class T, int W>
TYCHE_INLINE Lanes<To, W> bit_cast(Lanes<T, W> a) {
  return Lanes<To, W>(__builtin_bit_cast(typename Lanes<To, W>::Vector, a.v));
}
/// The same number in another type.
template <class To, class T, int W>
TYCHE_INLINE Lanes<To, W> convert(Lanes<T, W> a) {
  return Lanes<To, W>(__builtin_convertvector(a.v, typename Lanes<To, W>::Vector));
}

/// `magnitude`, which is not negative, with the sign of x (that of -0.0 too). A product and no bit
/// operation: of select(m, (x & sign) | magnitude, x) LLVM 19 makes a masked vpternlog whose
/// operands are swapped.
template <int W>
TYCHE_INLINE Lanes<double, W> with_sign(Lanes<double, W> magnitude, Lanes<double, W> x) {
  const auto sign = bit_cast<u64>(x) & Lanes<u64, W>(0x8000000000000000u);
  return magnitude * bit_cast<double>(sign | Lanes<u64, W>(0x3ff0000000000000u));
}

}  // namespace tyche::TYCHE_LEVEL
