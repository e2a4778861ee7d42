// What a handler may do wrong, as a value: parallel engines meet faults in events that they later
// take back, so a fault becomes an Error only when its event is committed.
#pragma once
#include <cstdint>
#include <string>

#include "tyche/base/error.hpp"
#include "tyche/simulation/event.hpp"

namespace tyche::simulation {

struct Fault {
  enum Kind : std::uint8_t {
    none,
    bad_delay,         // negative, NaN or without end
    no_such_entity,    // a receiver beyond the last
    lookahead_broken,  // to another entity sooner than promised
    livelock,          // too long a chain of events at one instant
    too_many_sent,     // 2^40 events of one entity
    thrown,            // an exception
  };

  Kind kind = none;
  double time = 0;
  EntityId self = 0, to = 0;
  double delay = 0;
  std::string what = {};  // of an exception
};

struct Rules;

/// The Error of a fault: which entity, when, what was expected and what to do.
Error to_error(const Fault& fault, const Rules& rules);

}  // namespace tyche::simulation
