#include "tyche/simulation/processes/shifts.hpp"

#include <utility>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {

Process shifts(Resource& resource, ShiftPlan plan) {
  Environment& env = resource.environment();
  double last = 0;
  for (const Shift& shift : plan.plan) {
    const bool sound = shift.from >= last && (plan.period == 0 || shift.from < plan.period);
    if (!sound || !(plan.period >= 0)) {
      env.refuse(env.running(), "shifts by time, within a period of 0 or more",
                 decimals(shift.from) + " in a period of " + decimals(plan.period), "");
      co_return;
    }
    last = shift.from;
  }
  for (double cycle = 0; cycle == 0 || (plan.period > 0 && !plan.plan.empty()); ++cycle) {
    for (const Shift& shift : plan.plan) {
      const double time = cycle * plan.period + shift.from;
      if (time < env.now()) continue;
      co_await env.hold_until(time);
      resource.set_capacity(shift.capacity, plan.withdraw);
    }
  }
}

Process breakdowns(Resource& resource, std::function<double()> up, std::function<double()> down) {
  Environment& env = resource.environment();
  for (;;) {
    co_await env.hold(up());
    resource.fail();
    co_await env.hold(down());
    resource.repair();
  }
}

}  // namespace tyche::simulation
