// Resources: units that processes seize, use and release, with a queue and its statistics.
//
//   Resource barber(env, 1, "barber");
//   {
//     auto chair = co_await barber.seize();           // waits for a unit, first come first served
//     co_await env.hold(16);
//   }                                                 // releases it; or chair.release() before
//   auto drill = co_await machine.seize({.priority = 2, .preempted = Preempted::restart});
//   co_await drill.hold(8);    // eight of work: it stands still while others have preempted the
//   unit
//
// Balking: look at waiting() first. Reneging: within(delay, barber.seize()).
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tyche/simulation/processes/environment.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {

struct Request {
  double priority = 0;    // finite; the least is served first, the first come of those alike
  bool preempts = false;  // takes a unit from the holder of the greatest priority above its own
  Preempted preempted = Preempted::resume;
};

/// What became of work.
struct Worked {
  double left = 0;                // of the duration; not 0 only if the unit was lost for good
  std::uint32_t preemptions = 0;  // of the unit so far
  bool done() const { return left == 0; }
};

/// A unit of a resource that a process holds; its end releases it. Moves, does not copy.
class [[nodiscard]] Unit {
 public:
  Unit(Unit&& other) noexcept
      : claim_(std::exchange(other.claim_, nullptr)), environment_(other.environment_) {}
  Unit& operator=(Unit&& other) noexcept {
    std::swap(claim_, other.claim_);
    std::swap(environment_, other.environment_);
    return *this;
  }
  ~Unit() {
    if (claim_ != nullptr) give_back();
  }

  /// False while another has preempted it, and after its release.
  bool held() const { return claim_ != nullptr && claim_->standing == Claim::held; }
  std::uint32_t preemptions() const { return claim_ != nullptr ? claim_->preemptions : 0; }
  /// An Error of the run if there is nothing to release.
  void release();
  /// Works with the unit for a duration, which is finite and not negative. co_await gives Worked.
  Work hold(double duration);

 private:
  friend class Seize;
  friend class Work;
  Unit(Claim& claim, Environment& environment) : claim_(&claim), environment_(&environment) {}
  void give_back();

  Claim* claim_;
  Environment* environment_;
};

/// co_await resource.seize().
class Seize : public Wait, public Awaitable<Seize> {
 public:
  using Value = Unit;
  Seize(Resource& resource, const Request& request) : resource_(&resource), request_(request) {}
  Seize(Seize&& other) noexcept
      : Wait(other), resource_(other.resource_), request_(other.request_) {
    assert(other.claim_ == nullptr);
  }
  Seize& operator=(Seize&&) = delete;
  ~Seize() {
    if (claim_ != nullptr) cancel();
  }

  bool begin();
  void cancel();
  Unit take() { return {*std::exchange(claim_, nullptr), *process_->environment}; }

 private:
  friend class Resource;
  Resource* resource_;
  Claim* claim_ = nullptr;
  Request request_;
};

/// co_await unit.hold(duration).
class Work final : public Timer, public Awaitable<Work> {
 public:
  using Value = Worked;
  Work(Unit& unit, double duration) : unit_(&unit), duration_(duration) {}
  Work(Work&&) = default;
  ~Work() { cancel(); }

  bool begin();
  void cancel();
  Worked take();

 private:
  friend class Resource;
  void go_on();
  void stand_still();
  void lose();
  void rang() override;
  void finish();

  Unit* unit_;
  Claim* claim_ = nullptr;  // while it works or stands still
  double duration_;
  double left_ = 0, end_ = 0;
  std::uint32_t preemptions_ = 0;
  bool lost_ = false;
};

/// Over time: how many wait, how many units are at work, how many there are; and the wait of each
/// that was served, zeros included. Those taken back by preemption are not counted again.
struct ResourceStatistics {
  TimeWeighted queue, busy, capacity;
  Tally waits;
  std::uint64_t preemptions = 0;

  /// Units at work of those there were.
  double utilization(double now) const;
};

/// What becomes of units at work when there are to be fewer.
enum class Withdraw : std::uint8_t { when_released, at_once };

class Resource : public Place {
 public:
  /// A capacity below 1 is an Error of the run.
  Resource(Environment& environment, std::int64_t capacity, std::string name = "resource");
  ~Resource();

  Seize seize(const Request& request = {}) { return Seize(*this, request); }

  std::size_t waiting() const { return waiting_; }
  std::size_t in_use() const { return in_use_; }
  /// Units there are now: those that are down are not.
  std::size_t capacity() const { return capacity_; }
  const std::string& name() const { return name_; }
  const ResourceStatistics& statistics() const { return statistics_; }
  /// Forgets what was before now.
  void restart_statistics();

  /// 0 or more, as of shifts; units that are down are taken off it. Units withdrawn at once are
  /// preempted, those of the greatest priority first.
  void set_capacity(std::int64_t capacity, Withdraw withdraw = Withdraw::when_released);
  /// One unit fails, and one that has failed is repaired, whatever the shifts say meanwhile.
  void fail(Withdraw withdraw = Withdraw::at_once);
  /// An Error of the run if none is down.
  void repair();

 private:
  friend class Seize;
  friend class Unit;

  /// Those of one priority that wait, in the order of their requests.
  struct Line {
    double priority;
    Claim *first, *last;
  };

  void add_blocked(std::vector<Blocked>& all) const override;
  Claim* request(Seize& seize, ProcessState& process, const Request& request);
  void leave(Claim& claim);
  void enqueue(Claim& claim);
  void dequeue(Claim& claim);
  void hold(Claim& claim);
  void unhold(Claim& claim);
  void grant(Claim& claim);
  void serve();
  void take_away(Claim& claim);
  Claim* weakest() const;
  void note();
  void adjust_capacity(Withdraw withdraw);

  std::string name_;
  std::size_t planned_, down_ = 0;
  std::size_t capacity_;  // planned_ less down_, or 0
  std::size_t in_use_ = 0, waiting_ = 0;
  std::vector<Line> lines_;  // by priority; none is empty while some wait
  Claim* holders_ = nullptr;
  ResourceStatistics statistics_;
};

}  // namespace tyche::simulation
