// Resources whose capacity changes: shifts of staff, and machines that fail and are repaired.
//
//   env.spawn(shifts(desk, {.plan = {{8, 3}, {12, 1}, {13, 3}, {17, 0}}, .period = 24}));
//   env.spawn(breakdowns(lathe, [up = env.random("up")]() mutable { return up.weibull(2, 90); },
//                        [down = env.random("down")]() mutable { return down.exponential(4); }));
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "tyche/simulation/processes/process.hpp"
#include "tyche/simulation/processes/resource.hpp"

namespace tyche::simulation {

struct Shift {
  double from = 0;  // in the period
  std::int64_t capacity = 0;
};

struct ShiftPlan {
  std::vector<Shift> plan;  // by time
  double period = 0;        // after which it begins anew; 0: never
  Withdraw withdraw = Withdraw::when_released;
};

/// Sets the capacity as the plan says, from time 0 on. Times that descend or lie beyond the period
/// are an Error of the run.
Process shifts(Resource& resource, ShiftPlan plan);

/// One unit fails after a time up, is repaired after a time down, and so on. It is an idle one if
/// there is one; else work on it is preempted, that of the greatest priority first.
Process breakdowns(Resource& resource, std::function<double()> up, std::function<double()> down);

}  // namespace tyche::simulation
