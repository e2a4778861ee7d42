// The engine of threads that never err: each goes only as far as nothing can reach it any more
// (Chandy and Misra 1979; the windows are those of Nicol 1993). How far that is follows from the
// lookahead. With none it is one step of one instant at a time: right, but slow.
#pragma once
#include <algorithm>
#include <vector>

#include "tyche/simulation/engines/team.hpp"

namespace tyche::simulation {

/// One thread's part.
template <Entity E>
class alignas(64) ConservativeWorker {
 public:
  using Message = typename E::Message;
  using Team = simulation::Team<Event<Message>>;

  ConservativeWorker(Team& team, int thread, std::vector<Resident<E>>& residents,
                     const RunSettings&)
      : team_(&team), residents_(&residents), thread_(thread) {}

  void receive(const Event<Message>& event) { calendar_.push(event); }

  Agreement run() {
    for (;;) {
      team_->rounds.gather();
      team_->post.take(thread_, [&](const Event<Message>& event) { calendar_.push(event); });
      const Agreement agreement = team_->rounds.agree(thread_, standing());
      if (agreement.over(team_->stop)) return agreement;
      if (fault_.kind != Fault::none) continue;  // others may have an earlier one
      fault_ = guarded(
          in_hand_, [&] { return handle_before(reach(agreement.others, team_->rules.lookahead)); });
    }
  }

  const Fault& fault() const { return fault_; }
  RunReport report() const {
    RunReport report = report_;
    report.pending = calendar_.size();
    return report;
  }
  ParallelReport parallel_report() const { return {.handled = report_.events}; }

 private:
  Standing standing() {
    if (fault_.kind != Fault::none) return {key_of(in_hand_), true};
    return {calendar_.empty() ? never() : key_of(calendar_.top()), false};
  }

  /// `bound` is the first moment at which another thread may reach this one; what this one sends
  /// to others may come back.
  Fault handle_before(Moment bound) {
    const Rules& rules = team_->rules;
    while (!calendar_.empty()) {
      const Event<Message>& next = calendar_.top();
      if (!(next.time < team_->stop && moment_of(next) < bound)) break;
      in_hand_ = calendar_.pop();
      fetch_ahead(calendar_, *residents_);
      const std::uint64_t word = trace_word(in_hand_);
      handle(rules, (*residents_)[in_hand_.to], in_hand_, outbox_);
      if (outbox_.fault.kind != Fault::none) return outbox_.fault;
      ++report_.events;
      report_.trace_hash += word;
      report_.last = in_hand_.time;
      for (const Event<Message>& sent : outbox_.events) {
        const int owner = team_->blocks.owner(sent.to);
        if (owner == thread_) {
          calendar_.push(sent);
        } else {
          team_->post.put(thread_, owner, sent);
          bound = std::min(bound, reach(moment_of(sent), rules.lookahead));
        }
      }
    }
    return {};
  }

  Team* team_;
  std::vector<Resident<E>>* residents_;
  int thread_;
  Calendar<Event<Message>> calendar_;
  Event<Message> in_hand_;
  Outbox<Message> outbox_;
  Fault fault_;
  RunReport report_;
};

/// Same events as those of the engine of one thread; an Error is that of the first fault.
template <Entity E>
Result<Run<E>> conservative(std::vector<E> entities, const RunSettings& settings) {
  return run_team<ConservativeWorker<E>>(std::move(entities), settings);
}

}  // namespace tyche::simulation
