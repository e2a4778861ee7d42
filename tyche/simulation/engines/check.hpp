// The engine that trusts no entity: it handles every event, takes it back and handles it again, and
// compares. What passes here may run on Time Warp: a handler that reads or writes what is not its
// own, or an `undo` that does not take all back, is found where it first shows.
#pragma once
#include <concepts>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "tyche/simulation/calendar.hpp"
#include "tyche/simulation/run.hpp"

namespace tyche::simulation {

/// Whether two values can be told apart: by ==, or by their bytes where those are their value.
template <class T>
concept Comparable = std::equality_comparable<T> || std::is_empty_v<T> ||
                     std::has_unique_object_representations_v<T>;

/// True also of what cannot be compared, or is not equal to itself (NaN).
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (std::equality_comparable<T>) {
    return a == b || !(a == a);
  } else if constexpr (Comparable<T> && !std::is_empty_v<T>) {
    return std::memcmp(&a, &b, sizeof a) == 0;
  }
  return true;
}

/// In words, how two lists of events that a handler sent differ; empty if they do not.
template <class Message>
std::string difference(const std::vector<Event<Message>>& a, const std::vector<Event<Message>>& b) {
  if (a.size() != b.size()) {
    return std::to_string(b.size()) + " events sent instead of " + std::to_string(a.size());
  }
  for (std::size_t k = 0; k < a.size(); ++k) {
    const std::string one = "event " + std::to_string(k + 1) + " of those sent with another ";
    if (a[k].to != b[k].to) return one + "receiver";
    if (a[k].time != b[k].time) return one + "time";
    if (a[k].rank.bits != b[k].rank.bits) return one + "rank";
    if (!same(a[k].message, b[k].message)) return one + "message";
  }
  return {};
}

/// The Error of an event that could not be taken back, or came out otherwise the second time.
Error not_repeatable(double time, EntityId self, std::string expected, std::string found,
                     std::string remedy);

/// One event, handled twice.
template <Entity E>
class TwiceHandled {
 public:
  using Message = typename E::Message;

  TwiceHandled(const Rules& rules, Resident<E>& self, const Event<Message>& event)
      : rules_(rules), self_(self), event_(event), before_(self) {}

  /// What it sent is in `outbox`, with a fault that ends the run as in any engine.
  Result<void> handle_twice(Outbox<Message>& outbox) {
    Event<Message> scratch = event_;
    handle(rules_, self_, scratch, outbox);
    if (outbox.fault.kind != Fault::none) return {};
    const Resident<E> after = self_;
    if (auto back = take_back(scratch.message); !back) return back;

    Outbox<Message> again;
    scratch = event_;
    handle(rules_, self_, scratch, again);
    return compare(after, outbox, again);
  }

 private:
  Result<void> take_back(Message& scratch) {
    if constexpr (Undoable<E>) {
      self_.entity.undo(scratch);
      if (!same(self_.entity, before_.entity)) {
        return wrong("`undo` to restore the state before the event", "another state",
                     "`undo` takes back all that `handle` changes");
      }
    } else {
      self_.entity = before_.entity;
    }
    self_.ledger = before_.ledger;
    return {};
  }

  Result<void> compare(const Resident<E>& after, const Outbox<Message>& first,
                       const Outbox<Message>& again) const {
    std::string found = again.fault.kind != Fault::none ? to_string(to_error(again.fault, rules_))
                                                        : difference(first.events, again.events);
    if (found.empty() && after.ledger.drawn != self_.ledger.drawn) {
      found = "another count of random numbers";
    }
    if (found.empty() && !same(after.entity, self_.entity)) found = "another state";
    if (found.empty()) return {};
    return wrong("the same when the event is taken back and handled again", std::move(found),
                 "a handler depends on its entity, its message and `now` alone: no globals, no "
                 "pointers to what others change; and `undo` or a copy takes all back");
  }

  Result<void> wrong(std::string expected, std::string found, std::string remedy) const {
    return std::unexpected(not_repeatable(event_.time, event_.to, std::move(expected),
                                          std::move(found), std::move(remedy)));
  }

  const Rules& rules_;
  Resident<E>& self_;
  const Event<Message>& event_;
  Resident<E> before_;
};

/// Same events as those of the engine of one thread, or an Error that says what an event did
/// otherwise.
template <Entity E>
Result<Run<E>> checked(std::vector<E> entities, const RunSettings& settings) {
  using Message = typename E::Message;
  if (auto sound = check(settings, entities.size()); !sound) return std::unexpected(sound.error());
  const Rules rules = rules_of(settings, entities.size());
  Calendar<Event<Message>> calendar;
  auto residents = awaken(rules, std::move(entities),
                          [&](const Event<Message>& event) { calendar.push(event); });
  if (!residents) return std::unexpected(residents.error());

  Run<E> run;
  Outbox<Message> outbox;
  while (!calendar.empty() && calendar.top().time < settings.stop) {
    const Event<Message> event = calendar.pop();
    Result<void> repeatable;
    const Fault fault = guarded(event, [&] {
      repeatable = TwiceHandled<E>(rules, (*residents)[event.to], event).handle_twice(outbox);
      return outbox.fault;
    });
    if (fault.kind != Fault::none) return std::unexpected(to_error(fault, rules));
    if (!repeatable) return std::unexpected(repeatable.error());
    ++run.report.events;
    run.report.trace_hash += trace_word(event);
    run.report.last = event.time;
    for (const Event<Message>& sent : outbox.events) calendar.push(sent);
  }
  run.report.pending = calendar.size();
  run.parallel = {.handled = 2 * run.report.events, .taken_back = run.report.events};
  run.entities = entities_of(*std::move(residents));
  return run;
}

}  // namespace tyche::simulation
