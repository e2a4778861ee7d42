// The whole real line: x = u.
#pragma once
#include <string_view>

#include "tyche/transforms/transform.hpp"

namespace tyche::transforms {

template <class Real>
struct Identity {
  static constexpr std::string_view name = "real_line";
  Constrained<Real, Real> constrain(Real u) const { return {u, Real(0.0)}; }
  Real unconstrain(Real x) const { return x; }
};

}  // namespace tyche::transforms
