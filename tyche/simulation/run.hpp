// A run of entities: its settings, what it reports, and how one event is handled; what every engine
// shares.
#pragma once
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/entity.hpp"

namespace tyche::simulation {

/// All give the same committed events, bit for bit.
enum class Engine : std::uint8_t {
  sequential,    // one thread, no overhead: the one to begin with
  conservative,  // threads that never err; needs a lookahead to be fast
  time_warp,     // threads that run ahead and take back what was wrong
  check,         // one thread; handles every event twice, to find what cannot be taken back
};

struct RunSettings {
  double stop = 0;  // events at this time or later do not happen
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  bool antithetic = false;
  double lookahead = 0;                  // the least delay of an event for another entity
  std::uint64_t most_depth = 1'000'000;  // events in a chain without delay; at most 2^24 - 2
  Engine engine = Engine::sequential;
  int threads = 0;                      // of a parallel engine; 0: all that the process may use
  std::uint64_t most_bytes = 1u << 30;  // of what Time Warp keeps to take events back
};

/// What a run of any engine says; the same for every engine, bit for bit.
struct RunReport {
  std::uint64_t events = 0;      // handled and not taken back
  std::uint64_t trace_hash = 0;  // of these events: their sum of trace_word
  double last = 0;               // time of the last
  std::uint64_t pending = 0;     // events at `stop` or later

  friend bool operator==(const RunReport&, const RunReport&) = default;
};

/// How a parallel engine came by it; this differs from run to run.
struct ParallelReport {
  int threads = 1;
  std::uint64_t handled = 0;        // those taken back included
  std::uint64_t taken_back = 0;     // events
  std::uint64_t rollbacks = 0;      // times that an entity was taken back by one event or more
  std::uint64_t anti_messages = 0;  // each takes back one event that was sent
  std::uint64_t rounds = 0;         // meetings of all threads: windows, or estimates of GVT
  std::uint64_t peak_bytes = 0;     // of history: the most of each thread, summed

  /// The share of the work that was not in vain.
  double efficiency() const;
};

/// What a run leaves: the entities as they are after the last event before `stop`.
template <class E>
struct Run {
  std::vector<E> entities;
  RunReport report;
  ParallelReport parallel;
};

/// An Error if a setting is out of range.
Result<void> check(const RunSettings& settings, std::size_t entities);
Error unknown_engine(Engine engine);
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

/// Adds what one thread has seen.
void add(RunReport& report, const RunReport& share);
void add(ParallelReport& report, const ParallelReport& share);

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

/// Entities as they are when time begins. What they send before that goes to `send`, in order.
template <Entity E, class Send>
Result<std::vector<Resident<E>>> awaken(const Rules& rules, std::vector<E> entities,
                                        const Send& send) {
  std::vector<Resident<E>> residents;
  residents.reserve(entities.size());
  for (E& entity : entities) residents.push_back({std::move(entity), {}});
  Outbox<typename E::Message> outbox;
  for (EntityId self = 0; self < rules.entities; ++self) {
    Event<typename E::Message> dawn;
    dawn.to = self;
    const Fault fault = guarded(dawn, [&] {
      initialise(rules, self, residents[self], outbox);
      return outbox.fault;
    });
    if (fault.kind != Fault::none) return std::unexpected(to_error(fault, rules));
    for (const Event<typename E::Message>& event : outbox.events) send(event);
  }
  return residents;
}

template <Entity E>
std::vector<E> entities_of(std::vector<Resident<E>> residents) {
  std::vector<E> entities;
  entities.reserve(residents.size());
  for (Resident<E>& resident : residents) entities.push_back(std::move(resident.entity));
  return entities;
}

}  // namespace tyche::simulation
