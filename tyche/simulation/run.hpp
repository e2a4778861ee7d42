// A run of entities: its settings, what it reports, and how one event is handled; what every engine
// shares.
#pragma once
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/entity.hpp"

namespace tyche::simulation {

struct RunSettings {
  double stop = 0;  // events at this time or later do not happen
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  bool antithetic = false;
  double lookahead = 0;                  // the least delay of an event for another entity
  std::uint64_t most_depth = 1'000'000;  // events in a chain without delay; at most 2^24 - 2
};

/// What a run of any engine says. The first three are the same for every engine, bit for bit.
struct RunReport {
  std::uint64_t events = 0;      // handled and not taken back
  std::uint64_t trace_hash = 0;  // of these events: their sum of trace_word
  double last = 0;               // time of the last
  std::uint64_t pending = 0;     // events at `stop` or later
};

/// An Error if a setting is out of range.
Result<void> check(const RunSettings& settings, std::size_t entities);
Rules rules_of(const RunSettings& settings, std::size_t entities);

/// An entity with what the engine knows of it.
template <Entity E>
struct Resident {
  E entity;
  Ledger ledger;
};

/// Handles one event. What it sent, or did wrong, is in `outbox`, which is emptied first.
template <Entity E>
void handle(const Rules& rules, Resident<E>& resident, Event<typename E::Message>& event,
            Outbox<typename E::Message>& outbox) {
  outbox.events.clear();
  Now<typename E::Message> now(rules, event, resident.ledger, outbox);
  resident.entity.handle(event.message, now);
}

/// The events that an entity sends before time begins.
template <Entity E>
void initialise(const Rules& rules, EntityId self, Resident<E>& resident,
                Outbox<typename E::Message>& outbox) {
  outbox.events.clear();
  if constexpr (Initialised<E>) {
    Event<typename E::Message> dawn;
    dawn.to = self;
    Now<typename E::Message> now(rules, dawn, resident.ledger, outbox);
    resident.entity.init(now);
  }
}

/// The fault of an exception that a handler let out.
Fault thrown_at(double time, EntityId self, const std::exception* exception);

/// What `body` throws becomes a fault of the event in hand: call handlers through this once a
/// batch, not once an event.
template <class Message, class Body>
Fault guarded(const Event<Message>& in_hand, const Body& body) {
  try {
    return body();
  } catch (const std::exception& exception) {
    return thrown_at(in_hand.time, in_hand.to, &exception);
  } catch (...) {
    return thrown_at(in_hand.time, in_hand.to, nullptr);
  }
}

}  // namespace tyche::simulation
