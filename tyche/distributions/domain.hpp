// Where data and parameters may lie, as a model states it: no formula, so that users may include
// it.
#pragma once
#include <string_view>

#include "tyche/numeric/infinity.hpp"

namespace tyche::distributions {

/// Values that data may take, whatever the parameters: whole numbers or reals, in [lower, upper].
struct Domain {
  std::string_view text;
  double lower = -infinity;
  double upper = infinity;
  bool open = false;  // the bounds themselves are outside
  bool whole = false;

  constexpr bool contains(double x) const {
    const bool finite = -infinity < x && x < infinity;
    return finite && (open ? lower < x && x < upper : lower <= x && x <= upper);
  }
};

/// Between which the parameters leave x; NaN: not known.
struct Ends {
  double low = -infinity;
  double high = infinity;
};

inline constexpr Domain real_line{"a finite real"};
inline constexpr Domain positive_reals{"a real above 0", 0.0, infinity, true};
inline constexpr Domain nonnegative_reals{"a finite real, 0 or more", 0.0};
inline constexpr Domain unit_interval{"a real in (0, 1)", 0.0, 1.0, true};
inline constexpr Domain zero_or_one{"0 or 1", 0.0, 1.0, false, true};
inline constexpr Domain probability{"a probability, 0 to 1", 0.0, 1.0};
inline constexpr Domain counts{"a whole number, 0 or more", 0.0, infinity, false, true};

}  // namespace tyche::distributions
