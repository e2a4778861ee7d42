// What an entity is: a plain state and a handler of events, from which all engines make a run.
//
//   struct Machine {
//     struct Message { std::uint32_t job; };               // trivially copyable
//     std::uint64_t done = 0;                              // any copyable state
//     void init(Now<Message>& now);                        // optional: before all events
//     void handle(const Message& job, Now<Message>& now);  // one event; sends others
//     void undo(const Message& job);                       // optional: takes the last handle back
//   };
//
// A handler knows its own state, its message and `now`, and nothing else: engines may handle events
// of different entities at once, or handle one, take it back and handle it again. Entities of
// several kinds are one type that holds a variant. With `undo` an optimistic engine does not copy
// the state; such a handler may keep what it needs in the message, which it then takes as Message&.
// `undo` does not throw, and a handler beside it that throws has changed nothing. What an
// optimistic engine hands over before it is certain may make no sense (a customer who leaves before
// they came): a handler may then throw, since it is taken back, but it must return.
#pragma once
#include <concepts>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tyche/simulation/event.hpp"
#include "tyche/simulation/fault.hpp"
#include "tyche/simulation/random.hpp"

namespace tyche::simulation {

/// What holds for every event of a run.
struct Rules {
  Streams streams;
  std::uint64_t entity_key = 0;  // of the entities' own streams
  EntityId entities = 0;
  double lookahead = 0;  // the least delay to another entity; sending earlier is an Error
  std::uint64_t most_depth = 0;
};

/// What an engine knows of an entity beside its state; taken back and saved with it.
struct Ledger {
  std::uint64_t drawn = 0;  // numbers of the entity's own stream
  std::uint64_t sent = 0;   // events
};

/// What a handler left: the events it sent, in order, or what it did wrong first.
template <class Message>
struct Outbox {
  std::vector<Event<Message>> events;
  Fault fault;
};

/// A handler's view of the moment: who and when it is, its random numbers, and a way to send.
template <class Message>
class Now {
 public:
  Now(const Rules& rules, const Event<Message>& event, Ledger& ledger, Outbox<Message>& outbox)
      : time_(event.time),
        depth_(event.rank.depth()),
        self_(event.to),
        rules_(&rules),
        ledger_(&ledger),
        outbox_(&outbox),
        random_(rules.streams.at(rules.entity_key, event.to, ledger.drawn)) {}
  Now(const Now&) = delete;
  Now& operator=(const Now&) = delete;
  /// Every event starts a block of random numbers of its own.
  ~Now() { ledger_->drawn = (random_.position() + 1) & ~std::uint64_t{1}; }

  double time() const { return time_; }
  EntityId self() const { return self_; }
  /// The entity's own stream: it goes on from event to event.
  Random& random() { return random_; }
  /// A stream by name, its index the customer's, machine's or whatever is counted: for common
  /// random numbers between variants of a model.
  Random random(std::string_view name, std::uint32_t index) const {
    return rules_->streams(name, index);
  }
  /// The same by a key that Streams of this run's seed gave, from the stream's number `next` on.
  Random random(std::uint64_t key, std::uint32_t index, std::uint64_t next) const {
    return rules_->streams.at(key, index, next);
  }

  /// `message` reaches `to` after `delay`, which is finite and not negative, and to another entity
  /// not below the run's lookahead. What breaks this ends the run with an Error.
  void send(EntityId to, double delay, const Message& message) {
    const double time = time_ + rounded(delay);
    const Rank rank = Rank::of(time > time_ ? 0 : depth_ + 1, ledger_->sent);
    const bool sound = delay >= 0 && time <= most_time && to < rules_->entities &&
                       (delay >= rules_->lookahead || to == self_) &&
                       rank.depth() <= rules_->most_depth && ledger_->sent < Rank::most_number;
    if (!sound) return refuse(to, delay, rank);
    ++ledger_->sent;
    outbox_->events.push_back({time, rank, self_, to, message});
  }
  void send_self(double delay, const Message& message) { send(self_, delay, message); }

 private:
  static constexpr double most_time = 1.7976931348623157e308;

  /// Keeps a compiler from fusing the caller's product with the sum: a draw's bits are the same
  /// whoever compiles the handler.
  static double rounded(double x) {
#if defined(__clang__)
    return __arithmetic_fence(x);
#else
    return __builtin_assoc_barrier(x);
#endif
  }
  void refuse(EntityId to, double delay, Rank rank) {
    if (outbox_->fault.kind != Fault::none) return;
    outbox_->fault = {
        .kind = fault_of(to, delay, rank), .time = time_, .self = self_, .to = to, .delay = delay};
  }
  Fault::Kind fault_of(EntityId to, double delay, Rank rank) const {
    if (!(delay >= 0 && time_ + delay <= most_time)) return Fault::bad_delay;
    if (to >= rules_->entities) return Fault::no_such_entity;
    if (delay < rules_->lookahead && to != self_) return Fault::lookahead_broken;
    return rank.depth() > rules_->most_depth ? Fault::livelock : Fault::too_many_sent;
  }

  double time_;
  std::uint64_t depth_;
  EntityId self_;
  const Rules* rules_;
  Ledger* ledger_;
  Outbox<Message>* outbox_;
  Random random_;
};

template <class E>
concept Entity = std::copyable<E> && std::is_trivially_copyable_v<typename E::Message> &&
                 requires(E entity, typename E::Message message, Now<typename E::Message>& now) {
                   entity.handle(message, now);
                 };

/// Whether the last handle can be taken back without a copy of the state.
template <class E>
concept Undoable =
    Entity<E> && requires(E entity, typename E::Message message) { entity.undo(message); };

template <class E>
concept Initialised =
    Entity<E> && requires(E entity, Now<typename E::Message>& now) { entity.init(now); };

}  // namespace tyche::simulation
