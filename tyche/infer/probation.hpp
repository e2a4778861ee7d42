// Whether a chain may go on with the position, metric and step size of an earlier fit.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "tyche/contracts/observer.hpp"

namespace tyche {

/// Iterations of a probation: enough to tell an acceptance of 0.6 from one of 0.8, few beside a
/// warm-up.
inline constexpr std::int64_t probation_length = 64;

/// What is wrong with a probation's transitions, in words; empty if they passed: the acceptance
/// says that the step size is between 1/4.5 and 1.4 times what the target asks for, the log density
/// does not drift, and at most 3 % diverge (docs/decisions/0012-*).
std::string probation_flaw(std::span<const Transition> transitions, double target_accept);

}  // namespace tyche
