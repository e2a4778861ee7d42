// Models on which all engines are compared: every event changes the state in a way that shows the
// order of events, and little of what they do is regular.
#pragma once
#include <bit>
#include <cstdint>
#include <vector>

#include "tyche/simulation/engines/engine.hpp"

namespace tyche::simulation {

/// What walkers do.
struct Ground {
  EntityId entities = 10;
  std::uint32_t events = 4;  // that each sends at first
  double remote = 0.5;       // the share sent to an entity chosen at random
  double at_once = 0;        // the share sent without delay
  double whole = 0;          // the share sent after a whole delay: ties
  double lookahead = 0;      // added to every delay
  bool branches = false;     // an event sends 0, 1 or 2
  bool hasty = false;        // to itself, an entity sends without regard to the lookahead
};

inline std::uint64_t mixed(std::uint64_t digest, std::uint64_t word) {
  digest = (digest ^ word) * 0x9E3779B97F4A7C15u;
  return digest ^ (digest >> 29);
}

/// What all walkers do. `digest` is of all that the entity has met, in order.
struct Steps {
  const Ground* ground = nullptr;
  std::uint64_t digest = 1;

  template <class Message>
  void send_on(Now<Message>& now, const Message& message) const {
    Random& random = now.random();
    const EntityId to =
        random.bernoulli(ground->remote) ? EntityId(random.below(ground->entities)) : now.self();
    double delay = ground->hasty && to == now.self() ? 0 : ground->lookahead;
    const double u = random.uniform();
    if (u >= ground->at_once + ground->whole) {
      delay += random.exponential(1);
    } else if (u >= ground->at_once) {
      delay += double(random.below(3));
    }
    now.send(to, delay, message);
  }
  template <class Message>
  void start(Now<Message>& now) const {
    for (std::uint32_t k = 0; k < ground->events; ++k) send_on(now, {now.self() + k * 1000ull});
  }
  template <class Message>
  void step(std::uint64_t token, Now<Message>& now) {
    digest = mixed(digest, token);
    digest = mixed(digest, std::bit_cast<std::uint64_t>(now.time()));
    digest = mixed(digest, now.random("luck", now.self()).below(UINT64_MAX));
    const std::uint64_t count = ground->branches ? now.random().below(3) : 1;
    for (std::uint64_t k = 0; k < count; ++k) send_on(now, {mixed(digest, k)});
  }
};

/// Taken back by a copy.
struct Walker {
  struct Message {
    std::uint64_t token;
  };
  Steps steps;

  void init(Now<Message>& now) { steps.start(now); }
  void handle(const Message& message, Now<Message>& now) { steps.step(message.token, now); }
  std::uint64_t digest() const { return steps.digest; }
};

/// Taken back by `undo`, from what the handler kept in the message.
struct Undoer {
  struct Message {
    std::uint64_t token;
    std::uint64_t kept = 0;
  };
  Steps steps;

  void init(Now<Message>& now) { steps.start(now); }
  void handle(Message& message, Now<Message>& now) {
    message.kept = steps.digest;
    steps.step(std::exchange(message.token, 0), now);
  }
  void undo(const Message& message) { steps.digest = message.kept; }
  std::uint64_t digest() const { return steps.digest; }
};

/// A state on the heap; it also writes in messages that it cannot need any more.
struct Collector {
  struct Message {
    std::uint64_t token;
  };
  Steps steps;
  std::vector<std::uint64_t> met;

  void init(Now<Message>& now) { steps.start(now); }
  void handle(Message& message, Now<Message>& now) {
    met.push_back(message.token);
    if (met.size() > 9) met.erase(met.begin(), met.begin() + 5);
    steps.step(mixed(met.front(), message.token), now);
    message.token = 0;
  }
  std::uint64_t digest() const { return steps.digest; }
};

template <class E>
std::vector<E> on(const Ground& ground) {
  E entity;
  entity.steps.ground = &ground;
  return std::vector<E>(ground.entities, entity);
}

/// What a run of any engine must agree on.
struct Outcome {
  RunReport report;
  std::vector<std::uint64_t> digests;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

template <class E>
Outcome outcome_of(const Run<E>& run) {
  Outcome outcome{run.report, {}};
  for (const E& entity : run.entities) outcome.digests.push_back(entity.digest());
  return outcome;
}

}  // namespace tyche::simulation
