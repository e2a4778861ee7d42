#include "tyche/kernels/elementary.hpp"

#include "tyche/kernels/elementary_lanes.hpp"

namespace tyche::TYCHE_LEVEL {
namespace {

using One = Lanes<double, 1>;

// Written once a function by name: an overloaded template cannot be passed as an argument.
#define TYCHE_UNARY(name, function)                                    \
  struct name##_lanes {                                                \
    static double one(double a) { return function(One(a))[0]; }        \
    template <int W>                                                   \
    static Lanes<double, W> at(Lanes<double, W> a, Lanes<double, W>) { \
      return function(a);                                              \
    }                                                                  \
  };
#define TYCHE_BINARY(name, function)                                              \
  struct name##_lanes {                                                           \
    static double one(double a, double b) { return function(One(a), One(b))[0]; } \
    template <int W>                                                              \
    static Lanes<double, W> at(Lanes<double, W> a, Lanes<double, W> b) {          \
      return function(a, b);                                                      \
    }                                                                             \
  };
#include "tyche/kernels/elementary.def"

template <class Function, int W>
void map_lanes(std::size_t n, const double* a, const double* b, double* out) {
  std::size_t k = 0;
  for (; k + W <= n; k += W) {
    const auto x = Lanes<double, W>::load(a + k);
    Function::at(x, b == nullptr ? x : Lanes<double, W>::load(b + k)).store(out + k);
  }
  if constexpr (W > 1) {
    map_lanes<Function, 1>(n - k, a + k, b == nullptr ? nullptr : b + k, out + k);
  }
}

template <class Function>
void map_width(int width, std::size_t n, const double* a, const double* b, double* out) {
  switch (width) {
    case 1:
      return map_lanes<Function, 1>(n, a, b, out);
    case 2:
      return map_lanes<Function, 2>(n, a, b, out);
    case 4:
      return map_lanes<Function, 4>(n, a, b, out);
    default:
      return map_lanes<Function, 8>(n, a, b, out);
  }
}

}  // namespace

extern const ElementaryTable elementary_table;
extern const ElementaryMap elementary_map_table[];

const ElementaryTable elementary_table = {
#define TYCHE_UNARY(name, function) name##_lanes::one,
#define TYCHE_BINARY(name, function) name##_lanes::one,
#include "tyche/kernels/elementary.def"
    [](double a, double b, double c) { return fma(One(a), One(b), One(c))[0]; },
};

const ElementaryMap elementary_map_table[] = {
#define TYCHE_UNARY(name, function) {#name, 1, map_width<name##_lanes>},
#define TYCHE_BINARY(name, function) {#name, 2, map_width<name##_lanes>},
#include "tyche/kernels/elementary.def"
};

}  // namespace tyche::TYCHE_LEVEL
