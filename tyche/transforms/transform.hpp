// What a transform is: constrained to unconstrained values and back, with the log Jacobian.
//
// A transform is a small value that holds its bounds, written once over its scalar type `Real`:
// double, a lane, or a recorded expression. Functions are found by argument-dependent look-up, for
// doubles in tyche::numeric. No `if` on values, only select.
#pragma once
#include "tyche/transforms/scalar.hpp"

namespace tyche::transforms {

/// x and log |det dx/du|.
template <class X, class Real>
struct Constrained {
  X x;
  Real log_jacobian;
};

/// Of scalars:
///   constrain(u)   -> Constrained<Real, Real>
///   unconstrain(x) -> u
template <class T, class Real>
concept ScalarTransform = requires(const T t, Real r) {
  { t.constrain(r) } -> std::same_as<Constrained<Real, Real>>;
  { t.unconstrain(r) } -> std::same_as<Real>;
};

}  // namespace tyche::transforms
