// Time Warp (Jefferson 1985, "Virtual time"): threads that do not wait for each other. Each handles
// the least of its pending events; where one comes too late for its entity, what the entity did
// since is taken back: its state by `undo` or from a copy, what it sent by anti-messages. What lies
// before global virtual time is certain: it is counted in the report, its history forgotten.
//
// Events so near to global virtual time that nothing can reach them are certain when they are
// handled, and leave no history. Where memory is short, or much was in vain, a thread handles no
// others: it waits, and goes on, as global virtual time always does.
//
// A handler may meet messages that are later taken back. What it does wrong then is forgotten with
// them; the run ends at a fault once all before it is certain.
#pragma once
#include <cassert>
#include <optional>
#include <vector>

#include "tyche/simulation/engines/history.hpp"
#include "tyche/simulation/engines/pace.hpp"
#include "tyche/simulation/engines/team.hpp"

namespace tyche::simulation {

/// One thread's part.
template <Entity E>
class alignas(64) TimeWarpWorker {
 public:
  using Message = typename E::Message;
  using Team = simulation::Team<Signed<Message>>;

  TimeWarpWorker(Team& team, int thread, std::vector<Resident<E>>& residents,
                 const RunSettings& settings)
      : team_(&team),
        residents_(&residents),
        thread_(thread),
        first_(team.blocks.begin(thread)),
        most_bytes_(settings.most_bytes / std::uint64_t(team.blocks.threads())),
        patience_(patience(team.blocks.threads())),
        history_(team.blocks.end(thread) - first_) {}

  void receive(const Event<Message>& event) { calendar_.push({event, next_tag()}); }

  Agreement run() {
    for (;;) {
      team_->rounds.gather();
      take_mail();
      const Agreement agreement = team_->rounds.agree(thread_, standing());
      if (agreement.over(team_->stop)) {
        commit_before(moment_of(never()));
        return agreement;
      }
      const Moment gvt = moment_of(agreement.least.next);
      commit_before(gvt);
      certain_before_ = reach(gvt, team_->rules.lookahead);
      work();
      team_->rounds.call();
    }
  }

  const Fault& fault() const { return held_->fault; }
  RunReport report() const {
    RunReport report = report_;
    calendar_.for_each([&](const Signed<Message>& item) {
      report.pending += item.anti() ? ~std::uint64_t{0} : 1;
    });
    return report;
  }
  ParallelReport parallel_report() const {
    ParallelReport report = parallel_;
    report.peak_bytes = history_.peak_bytes();
    return report;
  }

 private:
  /// An event that went wrong. It stays pending until something before it turns up, or everything
  /// before it is certain.
  struct Held {
    std::uint64_t tag;
    Fault fault;
  };

  std::uint64_t next_tag() {
    const auto threads = std::uint64_t(team_->blocks.threads());
    return 2 * (sends_++ * threads + std::uint64_t(thread_)) + 1;
  }
  Resident<E>& resident(EntityId id) { return (*residents_)[id]; }

  void take_mail() noexcept {
    team_->post.take(thread_, [&](const Signed<Message>& item) { calendar_.push(item); });
  }
  void post(const Signed<Message>& item) {
    const int owner = team_->blocks.owner(item.to);
    if (owner == thread_) return calendar_.push(item);
    team_->post.put(thread_, owner, item);
  }

  Standing standing() {
    if (calendar_.empty()) return {};
    const Signed<Message>& next = calendar_.top();
    return {key_of(next), held_ && held_->tag == next.tag};
  }

  void commit_before(Moment moment) {
    history_.commit_before(
        moment, [&](const Deed<E>& deed) { commit(trace_word(deed.event), deed.event.time); });
  }
  void commit(std::uint64_t word, double time) {
    ++report_.events;
    report_.trace_hash += word;
    report_.last = std::max(report_.last, time);
  }

  /// From one round to the next.
  void work() {
    const std::uint64_t handled = parallel_.handled, taken_back = parallel_.taken_back;
    steps_left_ = pace_.steps();
    do {
      const Fault fault = guarded(in_hand_, [&] { return handle_some(); });
      if (fault.kind != Fault::none) hold(fault);
    } while (steps_left_ > 0 && news());
    pace_.learn(parallel_.handled - handled, parallel_.taken_back - taken_back);
  }

  /// Waits a while for something to do; false if a round is due.
  bool news() {
    for (int turn = 0; turn < patience_ && !team_->rounds.called(); ++turn) {
      take_mail();
      if (may_go_on()) return true;
      pause();
    }
    return false;
  }

  /// Only a handler, or the copy of a state, throws in here.
  Fault handle_some() {
    for (; steps_left_ > 0 && !team_->rounds.called(); --steps_left_) {
      take_mail();
      if (!may_go_on()) break;
      const Signed<Message> next = calendar_.pop();
      fetch_ahead(calendar_, *residents_);
      held_.reset();
      take_back_after(next);
      if (next.anti()) {
        annihilate(next);
      } else {
        handle_one(next);
        if (outbox_.fault.kind != Fault::none) return std::exchange(outbox_.fault, {});
      }
    }
    return {};
  }

  bool may_go_on() noexcept {
    if (calendar_.empty()) return false;
    const Signed<Message>& next = calendar_.top();
    if (!(next.time < team_->stop) || (held_ && held_->tag == next.tag)) return false;
    return next.anti() || moment_of(next) < certain_before_ ||
           (history_.size() < pace_.most_uncertain() && history_.bytes() < most_bytes_);
  }

  void handle_one(const Signed<Message>& event) {
    Resident<E>& self = resident(event.to);
    in_hand_ = event;
    deed_ = nullptr;
    if (!(moment_of(event) < certain_before_)) {
      Deed<E>& deed = history_.fresh();
      deed.event = event;
      deed.ledger = self.ledger;
      deed.memento.remember(self.entity);
      history_.append(event.to - first_, deed);
      deed_ = &deed;
    }
    ++parallel_.handled;
    handle(team_->rules, self, in_hand_, outbox_);
    if (outbox_.fault.kind == Fault::none) complete(event);
  }

  /// Sends what the event's handler sent.
  void complete(const Signed<Message>& event) noexcept {
    for (const Event<Message>& sent : outbox_.events) {
      const std::uint64_t tag = next_tag();
      if (deed_ != nullptr) deed_->sent.push_back({sent.time, sent.rank, tag, sent.to});
      post({sent, tag});
    }
    if (deed_ == nullptr) return commit(trace_word(event), event.time);
    deed_->memento.complete(in_hand_.message);
    history_.close(*deed_);
  }

  /// Takes back all that the entity has done after an event, or anti-message, that is for it: among
  /// that the event that the anti-message is against.
  void take_back_after(const Signed<Message>& item) noexcept {
    const std::size_t entity = item.to - first_;
    std::uint64_t count = 0;
    for (Deed<E>* deed = history_.latest(entity); deed != nullptr && before(item, deed->event);
         deed = history_.latest(entity)) {
      take_back(*deed);
      ++count;
    }
    parallel_.taken_back += count;
    parallel_.rollbacks += count > 0;
  }

  void take_back(Deed<E>& deed) {
    Resident<E>& self = resident(deed.event.to);
    deed.memento.restore(self.entity, false);
    self.ledger = deed.ledger;
    for (const Unsend& sent : deed.sent) {
      post({{sent.time, sent.rank, deed.event.to, sent.to, {}}, sent.tag - 1});
    }
    parallel_.anti_messages += deed.sent.size();
    calendar_.push(deed.event);
    history_.forget_latest(deed.event.to - first_, true);
  }

  /// What the anti-message is against is pending now, next in order.
  void annihilate(const Signed<Message>& anti) {
    const Signed<Message> twin = calendar_.pop();
    assert(twin.tag == anti.tag + 1);
    (void)twin, (void)anti;
  }

  /// Takes back the event in hand, which went wrong half way.
  void hold(const Fault& fault) {
    Resident<E>& self = resident(in_hand_.to);
    if (deed_ != nullptr) {
      const bool threw = fault.kind == Fault::thrown;
      deed_->memento.complete(in_hand_.message);
      deed_->memento.restore(self.entity, threw);
      self.ledger = deed_->ledger;
      in_hand_ = deed_->event;
      history_.forget_latest(in_hand_.to - first_, false);
      ++parallel_.taken_back;
    }
    held_ = {in_hand_.tag, fault};
    outbox_.fault = {};
    calendar_.push(in_hand_);
  }

  Team* team_;
  std::vector<Resident<E>>* residents_;
  int thread_;
  EntityId first_;  // of this thread's entities
  std::uint64_t most_bytes_;
  int patience_;
  std::uint64_t sends_ = 0;

  Calendar<Signed<Message>> calendar_;  // anti-messages too
  History<E> history_;
  Moment certain_before_;
  Pace pace_;
  std::uint32_t steps_left_ = 0;

  Signed<Message> in_hand_;  // being handled
  Deed<E>* deed_ = nullptr;  // of the event in hand, unless it is certain
  Outbox<Message> outbox_;
  std::optional<Held> held_;

  RunReport report_;  // of what is certain
  ParallelReport parallel_;
};

/// Same events as those of the engine of one thread; an Error is that of the first fault.
template <Entity E>
Result<Run<E>> time_warp(std::vector<E> entities, const RunSettings& settings) {
  return run_team<TimeWarpWorker<E>>(std::move(entities), settings);
}

}  // namespace tyche::simulation
