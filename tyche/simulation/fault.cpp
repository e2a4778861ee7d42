#include "tyche/simulation/fault.hpp"

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/entity.hpp"

namespace tyche::simulation {
namespace {

std::string number(std::uint64_t x) { return std::to_string(x); }

std::string an_event_after(const Fault& fault) {
  return "one for entity " + number(fault.to) + " after a delay of " + decimals(fault.delay);
}

}  // namespace

Error to_error(const Fault& fault, const Rules& rules) {
  const std::string where = "entity " + number(fault.self) + " at time " + decimals(fault.time);
  switch (fault.kind) {
    case Fault::bad_delay:
      return {where, "events at a finite time, not in the past", an_event_after(fault),
              "a delay is 0 or more: check the sampler's parameters, a bad one gives NaN"};
    case Fault::no_such_entity:
      return {where, "a receiver from 0 to " + number(rules.entities - 1),
              "entity " + number(fault.to), "entities are counted from 0"};
    case Fault::lookahead_broken:
      return {
          where,
          "events for another entity no sooner than the lookahead of " + decimals(rules.lookahead),
          an_event_after(fault), "lower `lookahead`, or add it to the delay"};
    case Fault::livelock:
      return {
          where, "time to go on",
          "a chain of " + number(rules.most_depth) + " events without delay",
          "some entities send to each other without delay for ever; if so many are meant, raise "
          "`most_depth`"};
    case Fault::too_many_sent:
      return {where, "at most 2^40 events sent by one entity", "more",
              "spread the work over more entities"};
    case Fault::thrown:
      return {where, "a handler that returns", "an exception: " + fault.what,
              "the state is that before this event"};
    case Fault::none:
      break;
  }
  return {where, "no fault", "none", ""};
}

}  // namespace tyche::simulation
