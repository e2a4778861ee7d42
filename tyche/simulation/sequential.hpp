// The engine of one thread: it handles events in their order, one after another. What it does is
// what every other engine must do.
#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include "tyche/simulation/calendar.hpp"
#include "tyche/simulation/run.hpp"

namespace tyche::simulation {

/// A simulation as a value: a copy of it is a branch, which goes on as the original would.
template <Entity E>
class Sequential {
 public:
  using Message = typename E::Message;

  /// Sends what the entities' init sends; an Error if a setting is out of range or init is at
  /// fault.
  static Result<Sequential> start(std::vector<E> entities, const RunSettings& settings) {
    if (auto sound = check(settings, entities.size()); !sound) {
      return std::unexpected(sound.error());
    }
    Sequential run(rules_of(settings, entities.size()));
    for (E& entity : entities) run.residents_.push_back({std::move(entity), {}});
    for (EntityId k = 0; k < run.rules_.entities; ++k) {
      Event<Message> dawn;
      dawn.to = k;
      const Fault fault = guarded(dawn, [&] {
        initialise(run.rules_, k, run.residents_[k], run.outbox_);
        return run.outbox_.fault;
      });
      if (fault.kind != Fault::none) return std::unexpected(to_error(fault, run.rules_));
      for (const Event<Message>& event : run.outbox_.events) run.calendar_.push(event);
    }
    return run;
  }

  /// Handles all events before `stop`. After an Error entities and report are those of the events
  /// before the one at fault, and of this one's entity what its handler left.
  Result<void> run(double stop) {
    Event<Message> event;
    const Fault fault = guarded(event, [&] { return run_unguarded(stop, event); });
    if (fault.kind != Fault::none) return std::unexpected(to_error(fault, rules_));
    return {};
  }

  RunReport report() const {
    RunReport report = report_;
    report.pending = calendar_.size();
    return report;
  }
  const E& entity(EntityId id) const { return residents_[id].entity; }
  std::vector<E> entities() && {
    std::vector<E> all;
    all.reserve(residents_.size());
    for (Resident<E>& resident : residents_) all.push_back(std::move(resident.entity));
    return all;
  }

 private:
  explicit Sequential(const Rules& rules) : rules_(rules) { residents_.reserve(rules.entities); }

  Fault run_unguarded(double stop, Event<Message>& event) {
    while (!calendar_.empty() && calendar_.top().time < stop) {
      event = calendar_.pop();
      fetch_ahead();
      const std::uint64_t word = trace_word(event);  // before a handler writes in the message
      handle(rules_, residents_[event.to], event, outbox_);
      if (outbox_.fault.kind != Fault::none) return std::exchange(outbox_.fault, {});
      ++report_.events;
      report_.trace_hash += word;
      report_.last = event.time;
      for (const Event<Message>& sent : outbox_.events) calendar_.push(sent);
    }
    return {};
  }

  /// With many entities the next one's state is in no cache: the time of an event would be that of
  /// a miss.
  void fetch_ahead() const {
    constexpr std::size_t ahead = 3;
    if (const Event<Message>* next = calendar_.soon(ahead)) {
      __builtin_prefetch(&residents_[next->to], 1);
    }
  }

  Rules rules_;
  std::vector<Resident<E>> residents_;
  Calendar<Event<Message>> calendar_;
  Outbox<Message> outbox_;
  RunReport report_;
};

}  // namespace tyche::simulation
