// Bounds: above zero, above a number, below one, between two, and any location and scale.
#pragma once
#include <string_view>

#include "tyche/transforms/transform.hpp"

namespace tyche::transforms {

/// x = exp(u).
template <class Real>
struct Positive {
  static constexpr std::string_view name = "positive";
  Constrained<Real, Real> constrain(Real u) const { return {exp(u), u}; }
  Real unconstrain(Real x) const { return log(x); }
};

/// x = lower + exp(u).
template <class Real>
struct Lower {
  static constexpr std::string_view name = "lower";
  Real lower;
  Constrained<Real, Real> constrain(Real u) const { return {lower + exp(u), u}; }
  Real unconstrain(Real x) const { return log(x - lower); }
};

/// x = upper - exp(u).
template <class Real>
struct Upper {
  static constexpr std::string_view name = "upper";
  Real upper;
  Constrained<Real, Real> constrain(Real u) const { return {upper - exp(u), u}; }
  Real unconstrain(Real x) const { return log(upper - x); }
};

/// x = lower + (upper - lower) / (1 + exp(-u)). An interval without inside rejects the point.
template <class Real>
struct Interval {
  static constexpr std::string_view name = "interval";
  Real lower, upper;
  Constrained<Real, Real> constrain(Real u) const {
    const Real width = upper - lower;
    // log p (1 - p), p = inv_logit(u), without cancellation on either side
    const Real log_slope = -(u + 2.0 * log1p_exp(-u));
    const Real log_width = select(width > 0.0, log(width), Real(-infinity));
    return {lower + width * inv_logit(u), log_width + log_slope};
  }
  Real unconstrain(Real x) const { return log((x - lower) / (upper - x)); }
};

/// x = 1 / (1 + exp(-u)).
template <class Real>
struct UnitInterval {
  static constexpr std::string_view name = "unit_interval";
  Constrained<Real, Real> constrain(Real u) const {
    return {inv_logit(u), -(u + 2.0 * log1p_exp(-u))};
  }
  Real unconstrain(Real x) const { return log(x) - log1p(-x); }
};

/// x = offset + multiplier u: what a location-scale prior looks like from its own scale.
template <class Real>
struct OffsetMultiplier {
  static constexpr std::string_view name = "offset_multiplier";
  Real offset, multiplier;
  Constrained<Real, Real> constrain(Real u) const {
    const Real log_multiplier = select(multiplier > 0.0, log(multiplier), Real(-infinity));
    return {offset + multiplier * u, log_multiplier};
  }
  Real unconstrain(Real x) const { return (x - offset) / multiplier; }
};

}  // namespace tyche::transforms
