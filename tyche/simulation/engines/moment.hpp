// Moments: what the threads of a parallel engine compare to know what may still come.
#pragma once
#include <compare>
#include <cstdint>
#include <limits>

#include "tyche/simulation/event.hpp"

namespace tyche::simulation {

/// A time, and a depth in the chains of events without delay at that time. Events of one moment
/// cannot cause each other.
struct Moment {
  double time = 0;
  std::uint64_t depth = 0;

  friend auto operator<=>(const Moment&, const Moment&) = default;
};

template <class Message>
Moment moment_of(const Event<Message>& event) {
  return {event.time, event.rank.depth()};
}

/// The first moment at which what is sent at `sent` may reach another entity.
Moment reach(Moment sent, double lookahead);

struct NoMessage {};
/// An event without what it says: its place in the order of all.
using Key = Event<NoMessage>;

template <class Message>
Key key_of(const Event<Message>& event) {
  return {event.time, event.rank, event.from, event.to, {}};
}

/// After every event.
inline Key never() {
  Key key;
  key.time = std::numeric_limits<double>::infinity();
  return key;
}

}  // namespace tyche::simulation
