#include "tyche/simulation/processes/environment.hpp"

#include <algorithm>
#include <utility>

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/processes/condition.hpp"
#include "tyche/simulation/processes/process.hpp"

namespace tyche::simulation {

Environment::Environment(const EnvironmentSettings& settings)
    : most_at_instant_(settings.most_at_instant),
      streams_(settings.seed, settings.replication, settings.antithetic) {}

Environment::~Environment() {
  closing_ = true;
  for (bool some = true; some;) {  // what a process leaves may spawn others when it is destroyed
    some = false;
    frames_.for_each([&](ProcessState& process) {
      if (process.phase != ProcessState::alive && process.phase != ProcessState::ended) return;
      some = true;
      destroy(process);
    });
  }
}

Result<void> Environment::run(double stop) {
  if (running_ != nullptr) refuse(running_, "no run within a run", "env.run in a process", "");
  if (!error_ && !(stop >= now_)) {
    return std::unexpected(Error{"stop", "a time, " + decimals(now_) + " or later", decimals(stop),
                                 "the clock does not go back"});
  }
  if (!error_) go(stop);
  if (error_) return std::unexpected(*error_);
  if (!pending()) {
    if (std::optional<Error> ring = deadlock()) return std::unexpected(*std::move(ring));
  }
  if (stop < std::numeric_limits<double>::infinity()) now_ = stop;
  return {};
}

void Environment::go(double stop) {
  if (!(now_ < stop)) return;
  while (!faulty_) {
    Ready next;
    if (!ready_.empty()) {
      next = ready_.pop();
      if (resumptions_ - before_instant_ >= most_at_instant_) return livelock(*next.process);
    } else if (!next_instant(stop, next)) {
      return;
    }
    ++resumptions_;
    ProcessState& process = *next.process;
    if (process.due != next.order) {
      fire(process, next.order);
      continue;
    }
    process.due = ProcessState::nothing;
    running_ = &process;
    process.frame().resume();
    running_ = nullptr;
  }
}

/// The clock goes on, if something is due before `stop`. All of the new instant is then ready, so
/// that what is asked for within it comes after. What counts no more does not move the clock.
bool Environment::next_instant(double stop, Ready& next) {
  for (;;) {
    if (calendar_.empty() || !(calendar_.top().time < stop)) return false;
    const Resumption first = calendar_.pop();
    next = {first.order, first.process};
    if (live(first)) {
      now_ = first.time;
      break;
    }
    --stale_;
  }
  before_instant_ = resumptions_;
  while (!calendar_.empty() && calendar_.top().time == now_) {
    const Resumption other = calendar_.pop();
    ready_.push({other.order, other.process});
  }
  return true;
}

void Environment::livelock(const ProcessState& process) {
  refuse(&process, "time to go on", std::to_string(most_at_instant_) + " resumptions",
         "some processes wake each other without delay for ever; if so many are meant, raise "
         "`most_at_instant`");
}

/// A resumption that is not the process's own: of a timer in a group, or of nobody.
void Environment::fire(ProcessState& process, std::uint64_t order) {
  for (Timer* timer = process.timers; timer != nullptr; timer = timer->next_) {
    if (timer->order_ != order) continue;
    timer->unlist();
    timer->order_ = 0;
    timer->rang();
    timer->done();
    return;
  }
  --stale_;
}

/// `time` is finite and not in the past.
[[gnu::always_inline]] inline std::uint64_t Environment::enter(ProcessState& process, double time) {
  const std::uint64_t order = next_order();
  if (time > now_) {
    calendar_.push({time, order, &process});
  } else {
    ready_.push({order, &process});
  }
  return order;
}

std::uint64_t Environment::schedule(ProcessState& process, double delay) {
  const double time = now_ + delay;
  if (delay >= 0 && time <= std::numeric_limits<double>::max()) return enter(process, time);
  refuse(&process, "a delay that is finite and not negative", decimals(delay),
         "check the sampler's parameters, a bad one gives NaN; to wait without end, wait for a "
         "signal");
  return ProcessState::nothing;
}

std::uint64_t Environment::schedule_at(ProcessState& process, double time) {
  if (time >= now_ && time <= std::numeric_limits<double>::max()) return enter(process, time);
  refuse(&process, "a time that is finite and not in the past", decimals(time), "");
  return ProcessState::nothing;
}

void Hold::await_suspend(std::coroutine_handle<> frame) const {
  ProcessState& process = ProcessState::of(frame);
  process.due = process.environment->schedule(process, delay_);
}

void Environment::wake(ProcessState& process) {
  process.due = next_order();
  ready_.push({process.due, &process});
}

void Environment::forget(ProcessState& process) {
  if (process.due == ProcessState::nothing) return;
  process.due = ProcessState::nothing;
  count_stale();
}

void Environment::count_stale() {
  if (++stale_ > purge_above_ && stale_ > calendar_.size() / 2) purge();
}

/// Rebuilds the calendar from what counts: its cost is that of the pushes of what does not. What
/// is ready goes by itself.
void Environment::purge() {
  Calendar<Resumption> kept;
  calendar_.for_each([&](const Resumption& resumption) {
    if (live(resumption)) kept.push(resumption);
  });
  stale_ -= calendar_.size() - kept.size();
  calendar_ = std::move(kept);
  purge_above_ = std::max(least_purge, 2 * stale_);
}

bool Environment::live(const Resumption& resumption) const {
  if (resumption.process->due == resumption.order) return true;
  for (const Timer* timer = resumption.process->timers; timer != nullptr; timer = timer->next_) {
    if (timer->order_ == resumption.order) return true;
  }
  return false;
}

void Environment::ReadyRing::grow() {
  std::vector<Ready> items(std::max<std::size_t>(64, 2 * items_.size()));
  const std::size_t count = end_ - first_;
  for (std::size_t k = 0; k < count; ++k) items[k] = items_[(first_ + k) & mask_];
  items_.swap(items);
  first_ = 0;
  end_ = count;
  mask_ = items_.size() - 1;
}

void Environment::refuse(Error error) {
  if (!error_) error_ = std::move(error);
  faulty_ = true;
}

void Environment::refuse(const ProcessState* process, std::string expected, std::string found,
                         std::string remedy) {
  const std::string who = process != nullptr ? name(*process) : "outside of processes";
  refuse({who + " at time " + decimals(now_), std::move(expected), std::move(found),
          std::move(remedy)});
}

Result<void> Environment::snapshot() const {
  return std::unexpected(Error{
      "a simulation of processes", "entities or flows, whose state is plain data",
      "coroutines: their frames cannot be copied",
      "to save, branch or roll back (Time Warp), write the model as entities or as a flow; to "
      "repeat a run of processes, run it again with its seed"});
}

Place::Place(Environment& environment) : environment_(&environment), after_(environment.places_) {
  if (after_ != nullptr) after_->before_ = this;
  environment.places_ = this;
}

Place::~Place() {
  (before_ != nullptr ? before_->after_ : environment_->places_) = after_;
  if (after_ != nullptr) after_->before_ = before_;
}

}  // namespace tyche::simulation
