// The passes of the fast Fourier transform, radix 4, on four series in lanes.
#include "tyche/diagnostics/level_functions.hpp"

#include <cstddef>

#include "tyche/diagnostics/correlogram.hpp"
#include "tyche/kernels/lanes.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

using Real = Lanes<double, correlogram_lanes>;
constexpr std::size_t width = correlogram_lanes;

struct Complex {
  Real re, im;

  friend TYCHE_INLINE Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
  friend TYCHE_INLINE Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
};

TYCHE_INLINE Complex times_minus_i(Complex a) { return {a.im, -a.re}; }

/// The work array, and the size-th roots of unity exp(-2 pi i k / size).
struct Work {
  std::size_t size;
  const double *cosine, *sine;
  double *re, *im;

  TYCHE_INLINE Complex get(std::size_t k) const {
    return {Real::load(re + width * k), Real::load(im + width * k)};
  }
  TYCHE_INLINE void put(std::size_t k, Complex a) const {
    a.re.store(re + width * k);
    a.im.store(im + width * k);
  }
  TYCHE_INLINE Complex turned(Complex a, std::size_t k) const {
    const Real c = cosine[k], s = sine[k];
    return {a.re * c + a.im * s, a.im * c - a.re * s};
  }
};

/// The transform of four numbers, with twiddles after it (frequency) or before it (time).
TYCHE_INLINE void butterfly(Complex (&a)[4]) {
  const Complex even = a[0] + a[2], odd = a[1] + a[3];
  const Complex even_difference = a[0] - a[2];
  const Complex odd_difference = times_minus_i(a[1] - a[3]);
  a[0] = even + odd;
  a[1] = even_difference + odd_difference;
  a[2] = even - odd;
  a[3] = even_difference - odd_difference;
}

TYCHE_INLINE void pairs(const Work& work) {
  for (std::size_t k = 0; k < work.size; k += 2) {
    const Complex a = work.get(k), b = work.get(k + 1);
    work.put(k, a + b);
    work.put(k + 1, a - b);
  }
}

void add_power(std::size_t size, const double* cosine, const double* sine, double* re, double* im,
               double* power) {
  const Work work{size, cosine, sine, re, im};
  const std::size_t half = size / 2;
  for (std::size_t k = 0; k < half; ++k) work.put(half + k, work.turned(work.get(k), k));
  std::size_t block = half;
  for (; block >= 4; block /= 4) {
    const std::size_t quarter = block / 4, root = size / block;
    for (std::size_t start = 0; start < size; start += block) {
      for (std::size_t j = 0; j < quarter; ++j) {
        Complex a[4];
        for (std::size_t r = 0; r < 4; ++r) a[r] = work.get(start + j + r * quarter);
        butterfly(a);
        work.put(start + j, a[0]);
        for (std::size_t r = 1; r < 4; ++r) {
          work.put(start + j + r * quarter, work.turned(a[r], r * j * root));
        }
      }
    }
  }
  if (block == 2) pairs(work);
  for (std::size_t k = 0; k < size; ++k) {
    const Complex a = work.get(k);
    (Real::load(power + width * k) + (a.re * a.re + a.im * a.im)).store(power + width * k);
  }
}

void back(std::size_t size, const double* cosine, const double* sine, double* re, double* im) {
  const Work work{size, cosine, sine, re, im};
  const std::size_t half = size / 2;
  std::size_t block = 4;
  if (__builtin_ctzl(half) % 2 == 1) {
    pairs(work);
    block = 8;
  }
  for (; block <= half; block *= 4) {
    const std::size_t quarter = block / 4, root = size / block;
    for (std::size_t start = 0; start < size; start += block) {
      for (std::size_t j = 0; j < quarter; ++j) {
        Complex a[4] = {work.get(start + j)};
        for (std::size_t r = 1; r < 4; ++r) {
          a[r] = work.turned(work.get(start + j + r * quarter), r * j * root);
        }
        butterfly(a);
        for (std::size_t r = 0; r < 4; ++r) work.put(start + j + r * quarter, a[r]);
      }
    }
  }
  for (std::size_t k = 0; k < half; ++k) {
    const Complex sum = work.get(k) + work.turned(work.get(half + k), k);
    sum.re.store(re + width * k);
  }
}

}  // namespace

extern const LevelFunctions level_functions;
const LevelFunctions level_functions = {.add_power = add_power, .back = back};

}  // namespace tyche::TYCHE_LEVEL
