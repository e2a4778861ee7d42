#include "tyche/simulation/processes/resource.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {

double ResourceStatistics::utilization(double now) const {
  return busy.area(now) / capacity.area(now);
}

void ClaimPool::grow() {
  const std::size_t count = std::clamp<std::size_t>(claims_, 32, 1 << 14);
  slabs_.push_back(std::make_unique<Claim[]>(count));
  claims_ += count;
  for (std::size_t k = count; k-- > 0;) give(slabs_.back()[k]);
}

bool Seize::begin() {
  claim_ = resource_->request(*this, *process_, request_);
  return claim_ != nullptr && claim_->standing == Claim::held;
}

void Seize::cancel() {
  if (claim_ != nullptr) take().release();
}

void Unit::release() {
  if (claim_ != nullptr) return give_back();
  environment_->refuse(environment_->running(), "a release of what is held",
                       "a unit that was released before", "release it once; its end releases it");
}

void Unit::give_back() {
  Claim& claim = *std::exchange(claim_, nullptr);
  if (claim.resource != nullptr) claim.resource->leave(claim);
  environment_->claims().give(claim);
}

Work Unit::hold(double duration) { return {*this, duration}; }

bool Work::begin() {
  Claim* claim = unit_->claim_;
  const bool sound = duration_ >= 0 && duration_ <= std::numeric_limits<double>::max();
  if (claim == nullptr || claim->work != nullptr || !sound) {
    environment().refuse(process_, "a unit that is held and a duration that is finite, 0 or more",
                         claim == nullptr         ? "a unit that was released"
                         : claim->work != nullptr ? "a unit that works already"
                                                  : "a duration of " + decimals(duration_),
                         "work with a unit between its seize and its release");
    return false;
  }
  left_ = duration_;
  preemptions_ = claim->preemptions;
  if (claim->standing == Claim::left || claim->resource == nullptr) return lost_ = true;
  claim_ = claim;
  claim_->work = this;
  if (claim_->standing == Claim::held) go_on();
  return false;
}

void Work::go_on() {
  end_ = environment().now() + left_;
  start(left_);
}

void Work::stand_still() {
  stop();
  left_ = claim_->preempted == Preempted::restart ? duration_ : end_ - environment().now();
}

void Work::lose() {
  if (started()) left_ = end_ - environment().now();
  stop();
  lost_ = true;
  finish();
  done();
}

void Work::rang() { finish(); }

void Work::finish() {
  preemptions_ = claim_->preemptions;
  std::exchange(claim_, nullptr)->work = nullptr;
}

void Work::cancel() {
  stop();
  if (claim_ != nullptr) finish();
}

Worked Work::take() {
  cancel();
  return {lost_ ? left_ : 0, preemptions_};
}

Resource::Resource(Environment& environment, std::int64_t capacity, std::string name)
    : Place(environment),
      name_(std::move(name)),
      planned_(static_cast<std::size_t>(std::max<std::int64_t>(capacity, 0))),
      capacity_(planned_) {
  if (capacity < 1) {
    environment.refuse({"resource " + name_, "a capacity of 1 or more", std::to_string(capacity),
                        "to begin without units, call set_capacity(0)"});
  }
  restart_statistics();
}

Resource::~Resource() {
  for (Claim* claim = holders_; claim != nullptr; claim = claim->after) claim->resource = nullptr;
  for (const Line& line : lines_) {
    for (Claim* claim = line.first; claim != nullptr; claim = claim->after) {
      claim->resource = nullptr;
    }
  }
}

void Resource::restart_statistics() {
  const double now = environment().now();
  statistics_ = {.queue = TimeWeighted(double(waiting_), now),
                 .busy = TimeWeighted(double(in_use_), now),
                 .capacity = TimeWeighted(double(capacity_), now),
                 .waits = {}};
}

Claim* Resource::request(Seize& seize, ProcessState& process, const Request& request) {
  if (process.environment != &environment() || !std::isfinite(request.priority)) {
    process.environment->refuse(
        &process, "a resource of its environment, and a finite priority",
        "a request for " + name_ + " with priority " + decimals(request.priority),
        "processes and resources live in one environment");
    return nullptr;
  }
  Claim& claim = environment().claims().take();
  ::new (&claim) Claim{.resource = this,
                       .process = &process,
                       .number = process.number,
                       .priority = request.priority,
                       .order = environment().next_order(),
                       .since = environment().now(),
                       .standing = Claim::waiting,
                       .preempts = request.preempts,
                       .preempted = request.preempted};
  if (in_use_ < capacity_) {
    grant(claim);
  } else {
    enqueue(claim);
    if (claim.preempts) serve();
    if (claim.standing == Claim::waiting) claim.seize = &seize;
  }
  note();
  return &claim;
}

void Resource::leave(Claim& claim) {
  if (claim.work != nullptr) claim.work->lose();
  if (claim.standing == Claim::held) {
    unhold(claim);
  } else if (claim.standing != Claim::left) {
    dequeue(claim);
  }
  serve();
  note();
}

void Resource::grant(Claim& claim) {
  const bool first_time = claim.standing == Claim::waiting;
  hold(claim);
  if (first_time) {
    statistics_.waits.add(environment().now() - claim.since);
    if (claim.seize != nullptr) std::exchange(claim.seize, nullptr)->done();
  } else if (claim.work != nullptr) {
    claim.work->go_on();
  }
}

void Resource::serve() {
  while (waiting_ > 0) {
    Claim& first = *lines_.front().first;
    if (in_use_ >= capacity_) {
      if (!first.preempts || in_use_ > capacity_) return;
      Claim* victim = weakest();
      if (victim == nullptr || !(victim->priority > first.priority)) return;
      take_away(*victim);
      continue;  // who lost it may have given up this request
    }
    dequeue(first);
    grant(first);
  }
}

void Resource::take_away(Claim& claim) {
  unhold(claim);
  ++claim.preemptions;
  ++statistics_.preemptions;
  const bool leaves = claim.preempted == Preempted::leave;
  claim.standing = leaves ? Claim::left : Claim::lost;
  if (!leaves) enqueue(claim);
  if (claim.work != nullptr) leaves ? claim.work->lose() : claim.work->stand_still();
}

/// Of the holders the one of the greatest priority, the last come of those alike.
Claim* Resource::weakest() const {
  Claim* found = nullptr;
  for (Claim* claim = holders_; claim != nullptr; claim = claim->after) {
    const bool weaker = found == nullptr || claim->priority > found->priority ||
                        (claim->priority == found->priority && claim->order > found->order);
    if (weaker) found = claim;
  }
  return found;
}

void Resource::set_capacity(std::int64_t capacity, Withdraw withdraw) {
  if (capacity < 0) {
    return environment().refuse(environment().running(), "a capacity of 0 or more",
                                std::to_string(capacity) + " for " + name_, "");
  }
  planned_ = static_cast<std::size_t>(capacity);
  adjust_capacity(withdraw);
}

void Resource::fail(Withdraw withdraw) {
  ++down_;
  adjust_capacity(withdraw);
}

void Resource::repair() {
  if (down_ == 0) {
    return environment().refuse(environment().running(), "a unit that is down", "none of " + name_,
                                "repair what has failed before");
  }
  --down_;
  adjust_capacity(Withdraw::when_released);
}

void Resource::adjust_capacity(Withdraw withdraw) {
  capacity_ = planned_ - std::min(planned_, down_);
  statistics_.capacity.set(environment().now(), double(capacity_));
  while (withdraw == Withdraw::at_once && in_use_ > capacity_) {
    take_away(*weakest());
  }
  serve();
  note();
}

void Resource::note() {
  const double now = environment().now();
  if (statistics_.queue.value() != double(waiting_)) statistics_.queue.set(now, double(waiting_));
  if (statistics_.busy.value() != double(in_use_)) statistics_.busy.set(now, double(in_use_));
}

/// A unit that was lost goes before those of its priority that came later.
void Resource::enqueue(Claim& claim) {
  if (waiting_++ == 0) lines_.assign(1, {claim.priority, nullptr, nullptr});
  auto line = lines_.begin();
  while (line != lines_.end() && line->priority < claim.priority) ++line;
  if (line == lines_.end() || line->priority != claim.priority) {
    claim.before = claim.after = nullptr;
    lines_.insert(line, {claim.priority, &claim, &claim});
    return;
  }
  Claim* before = line->last;
  while (before != nullptr && before->order > claim.order) before = before->before;
  claim.before = before;
  claim.after = before != nullptr ? before->after : line->first;
  (claim.before != nullptr ? claim.before->after : line->first) = &claim;
  (claim.after != nullptr ? claim.after->before : line->last) = &claim;
}

void Resource::dequeue(Claim& claim) {
  --waiting_;
  auto line = lines_.begin();
  while (line->priority != claim.priority) ++line;
  (claim.before != nullptr ? claim.before->after : line->first) = claim.after;
  (claim.after != nullptr ? claim.after->before : line->last) = claim.before;
  if (line->first == nullptr && waiting_ > 0) lines_.erase(line);
}

void Resource::hold(Claim& claim) {
  ++in_use_;
  claim.standing = Claim::held;
  claim.before = nullptr;
  claim.after = holders_;
  if (holders_ != nullptr) holders_->before = &claim;
  holders_ = &claim;
}

void Resource::unhold(Claim& claim) {
  --in_use_;
  (claim.before != nullptr ? claim.before->after : holders_) = claim.after;
  if (claim.after != nullptr) claim.after->before = claim.before;
}

void Resource::add_blocked(std::vector<Blocked>& all) const {
  for (const Line& line : lines_) {
    for (const Claim* claim = line.first; claim != nullptr; claim = claim->after) {
      if (claim->standing == Claim::lost && claim->work == nullptr) continue;
      for (const Claim* holder = holders_; holder != nullptr; holder = holder->after) {
        if (holder->process->number != holder->number) continue;  // passed on to another
        all.push_back({claim->process, holder->process, name_});
      }
    }
  }
}

}  // namespace tyche::simulation
