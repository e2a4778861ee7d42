// Exact values of the elementary functions, from MPFR, for the accuracy tests.
#pragma once
#include <string_view>

namespace tyche {

/// high + low, low the smaller: 106 bits of an exact value.
struct Exact {
  double high, low;
};

/// The value of the function of elementary.def called `name`; `computed` helps where the value is
/// known only through its inverse.
Exact exact_value(std::string_view name, double a, double b, double computed);

}  // namespace tyche
