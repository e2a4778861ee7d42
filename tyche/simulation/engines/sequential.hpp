// The engine of one thread: it handles events in their order, one after another. What it does is
// what every other engine must do.
#pragma once
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "tyche/simulation/calendar.hpp"
#include "tyche/simulation/engines/saved.hpp"
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
    Sequential run(settings, entities.size());
    auto residents = awaken(run.rules_, std::move(entities),
                            [&](const Event<Message>& event) { run.calendar_.push(event); });
    if (!residents) return std::unexpected(residents.error());
    run.residents_ = *std::move(residents);
    return run;
  }

  /// Handles all events before `stop`. After an Error entities and report are those of the events
  /// before the one at fault, and of this one's entity what its handler left.
  Result<void> run(double stop) {
    Event<Message> event;
    if (failed_) return std::unexpected(*failed_);
    const Fault fault = guarded(event, [&] { return run_unguarded(stop, event); });
    if (fault.kind == Fault::none) return {};
    failed_ = to_error(fault, rules_);
    return std::unexpected(*failed_);
  }

  RunReport report() const {
    RunReport report = report_;
    report.pending = calendar_.size();
    return report;
  }
  const E& entity(EntityId id) const { return residents_[id].entity; }
  std::vector<E> entities() && { return entities_of(std::move(residents_)); }

  /// All that what comes depends on: a resumed run goes on as this one would, bit for bit. An
  /// entity must be trivially copyable, and then without pointers, or save itself.
  Bytes save() const
    requires Saveable<E>
  {
    ByteWriter to;
    save_start<E>(to, settings_);
    to.u64(residents_.size());
    for (const Resident<E>& resident : residents_) save_resident(to, resident);
    to.u64(calendar_.size());
    calendar_.for_each([&](const Event<Message>& event) { save_event(to, event); });
    save_report(to, report_);
    return seal(std::move(to));
  }
  /// What `save` gave, for the same type of entity; anything else, or less, is an Error.
  static Result<Sequential> resume(ByteView bytes)
    requires(Saveable<E> && !RestoresItself<E>)
  {
    return resume_by(
        bytes, [](std::size_t, ByteReader& from) -> Result<E> { return load_value<E>(from); });
  }
  /// The same of entities that restore themselves: `fresh` is what `start` was given.
  static Result<Sequential> resume(ByteView bytes, std::vector<E> fresh)
    requires RestoresItself<E>
  {
    return resume_by(bytes, [&](std::size_t k, ByteReader& from) -> Result<E> {
      if (k >= fresh.size()) {
        return std::unexpected(Error{"saved simulation", std::to_string(fresh.size()) + " entities",
                                     "more", "resume with the entities that it was started with"});
      }
      if (auto whole = fresh[k].restore(from); !whole) return std::unexpected(whole.error());
      return std::move(fresh[k]);
    });
  }

 private:
  Sequential(const RunSettings& settings, std::size_t entities)
      : settings_(settings), rules_(rules_of(settings, entities)) {}

  template <class Load>
  static Result<Sequential> resume_by(ByteView bytes, const Load& load) {
    const auto payload = unseal(bytes);
    if (!payload) return std::unexpected(payload.error());
    ByteReader from(*payload);
    const auto settings = load_start<E>(from);
    if (!settings) return std::unexpected(settings.error());
    const std::uint64_t entities = from.u64();
    if (!from.ok()) return std::unexpected(from.finish("saved simulation").error());
    if (auto sound = check(*settings, entities); !sound) return std::unexpected(sound.error());
    Sequential run(*settings, entities);
    for (std::uint64_t k = 0; k < entities && from.ok(); ++k) {
      auto entity = load(k, from);
      if (!entity) return std::unexpected(entity.error());
      run.residents_.push_back(load_resident<E>(std::move(*entity), from));
    }
    const std::uint64_t pending = from.u64();
    for (std::uint64_t k = 0; k < pending && from.ok(); ++k) {
      const auto event = load_event<Message>(from, run.rules_);
      if (!event) return std::unexpected(event.error());
      run.calendar_.push(*event);
    }
    run.report_ = load_report(from);
    if (auto whole = from.finish("saved simulation"); !whole) {
      return std::unexpected(whole.error());
    }
    return run;
  }

  Fault run_unguarded(double stop, Event<Message>& event) {
    while (!calendar_.empty() && calendar_.top().time < stop) {
      event = calendar_.pop();
      fetch_ahead(calendar_, residents_);
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

  RunSettings settings_;
  Rules rules_;
  std::vector<Resident<E>> residents_;
  Calendar<Event<Message>> calendar_;
  Outbox<Message> outbox_;
  RunReport report_;
  std::optional<Error> failed_;  // it cannot go on: the event at fault is lost
};

/// A whole run, up to `settings.stop`.
template <Entity E>
Result<Run<E>> sequential(std::vector<E> entities, const RunSettings& settings) {
  auto simulation = Sequential<E>::start(std::move(entities), settings);
  if (!simulation) return std::unexpected(simulation.error());
  if (auto done = simulation->run(settings.stop); !done) return std::unexpected(done.error());
  const RunReport report = simulation->report();
  return Run<E>{.entities = std::move(*simulation).entities(),
                .report = report,
                .parallel = {.handled = report.events}};
}

}  // namespace tyche::simulation
