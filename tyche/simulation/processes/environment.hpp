// The world of processes: its clock, what is to happen and when, its random numbers, and one thread
// that lets it happen.
//
//   Environment env({.seed = 1});
//   Resource barber(env, 1, "barber");
//   env.spawn(customers(env, barber));
//   const Result<void> ran = env.run(10'000);
//
// Resumptions happen in the order of time, then of a number that one counter of the environment
// gives when they are asked for: a run is a function of its seed.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/calendar.hpp"
#include "tyche/simulation/processes/claims.hpp"
#include "tyche/simulation/processes/frames.hpp"
#include "tyche/simulation/random.hpp"

namespace tyche::simulation {

template <class T>
class ProcessOf;
template <class T>
class Handle;
struct PromiseBase;
class InterruptTimer;

struct EnvironmentSettings {
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  bool antithetic = false;
  std::uint64_t most_at_instant = 100'000'000;  // resumptions without a step of the clock
};

/// A word to a process that listens: `co_await interruptible(...)`.
struct Interrupt {
  std::uint64_t cause = 0;
  double time = 0;  // when it was sent
};

/// co_await env.hold(delay).
class Hold {
 public:
  explicit Hold(double delay) : delay_(delay) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) const;
  Nothing await_resume() const noexcept { return {}; }

  class Part;
  Part as_part() const;

 private:
  double delay_;
};

/// A hold in a group.
class Hold::Part final : public Timer {
 public:
  using Value = Nothing;
  explicit Part(double delay) : delay_(delay) {}
  bool begin() {
    start(delay_);
    return false;
  }
  void cancel() { stop(); }
  Nothing take() { return {}; }

 private:
  double delay_;
};
inline Hold::Part Hold::as_part() const { return Part(delay_); }

/// co_await env.hold_until(time).
class HoldUntil final : public Timer, public Awaitable<HoldUntil> {
 public:
  using Value = Nothing;
  explicit HoldUntil(double time) : time_(time) {}
  bool begin() {
    start_at(time_);
    return false;
  }
  void cancel() { stop(); }
  Nothing take() { return {}; }

 private:
  double time_;
};

/// Who waits for whom.
struct Blocked {
  const ProcessState* waiting;
  const ProcessState* holder;
  std::string_view what;  // is waited for
};

/// What processes wait for and hold: a resource. The environment asks it when nothing goes on.
class Place {
 public:
  explicit Place(Environment& environment);
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Environment& environment() const { return *environment_; }

 protected:
  ~Place();

 private:
  friend class Environment;
  virtual void add_blocked(std::vector<Blocked>& all) const = 0;

  Environment* environment_;
  Place *before_ = nullptr, *after_ = nullptr;
};

/// A process lives here from spawn to its end. The environment must outlive what refers to it:
/// declare it first. It destroys the processes that are left.
class Environment {
 public:
  explicit Environment(const EnvironmentSettings& settings = {});
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  double now() const { return now_; }
  /// Takes a Philox block: take a stream once, draw from it in a loop.
  Random random(std::string_view name, std::uint32_t index = 0) const {
    return streams_(name, index);
  }
  const Streams& streams() const { return streams_; }

  /// The process starts at this instant, after what is already due.
  template <class T>
  Handle<T> spawn(ProcessOf<T>&& process);
  /// `delay` is finite and not negative; else the run ends with an Error.
  static Hold hold(double delay) { return Hold(delay); }
  /// `time` is finite and not in the past; the clock shows it exactly.
  static HoldUntil hold_until(double time) { return HoldUntil(time); }

  /// Lets happen all before `stop`, or all there is. An Error if a process was at fault (the run
  /// cannot go on), or if nothing is left to happen while processes wait for each other in a ring.
  Result<void> run(double stop = std::numeric_limits<double>::infinity());

  /// Processes that hold something and wait for each other in a ring, as an Error that names them.
  std::optional<Error> deadlock() const;
  /// Always the Error that says why and what to use instead.
  Result<void> snapshot() const;

  std::uint64_t resumptions() const { return resumptions_; }
  /// Processes that have begun, or will, and have not ended.
  std::size_t alive() const { return alive_; }
  /// Entries of the calendar, those of no account included.
  std::size_t scheduled() const { return calendar_.size(); }
  bool pending() const { return !ready_.empty() || calendar_.size() > stale_; }

  /// A name for Errors; without one a process is called after its function and its number.
  void set_name(const ProcessState& process, std::string name);
  std::string name(const ProcessState& process) const;

  // For what processes wait for.

  /// The process goes on at this instant.
  void wake(ProcessState& process);
  /// What was due for the process does not happen.
  void forget(ProcessState& process);
  /// The first Error ends the run.
  void refuse(Error error);
  /// The same, at a place that begins with the process, if any, and the time.
  void refuse(const ProcessState* process, std::string expected, std::string found,
              std::string remedy);
  /// A number that is greater than all before.
  std::uint64_t next_order() { return ++sequence_; }
  ClaimPool& claims() { return claims_; }
  /// Its destructor runs: places that were made after it are gone.
  bool closing() const { return closing_; }
  /// The process that runs, or null.
  ProcessState* running() const { return running_; }

 private:
  friend class Hold;
  friend class Timer;
  friend class Place;
  friend class InterruptTimer;
  friend class HandleBase;
  friend struct PromiseBase;
  template <class T>
  friend class ProcessOf;

  struct Resumption {
    double time;
    std::uint64_t order;
    ProcessState* process;

    friend bool before(const Resumption& a, const Resumption& b) {
      return (a.time < b.time) | ((a.time == b.time) & (a.order < b.order));  // no branch
    }
  };
  struct Ready {
    std::uint64_t order;
    ProcessState* process;
  };
  /// All that is due at this instant, in order: a ring of a power of two.
  class ReadyRing {
   public:
    bool empty() const { return first_ == end_; }
    void push(const Ready& ready) {
      if (end_ - first_ == items_.size()) grow();
      items_[end_++ & mask_] = ready;
    }
    Ready pop() { return items_[first_++ & mask_]; }

   private:
    void grow();
    std::vector<Ready> items_;
    std::size_t first_ = 0, end_ = 0, mask_ = 0;
  };

  void begin(ProcessState& process);
  void go(double stop);
  bool next_instant(double stop, Ready& next);
  void livelock(const ProcessState& process);
  /// The order of a resumption after `delay`, or 0 of a bad one.
  std::uint64_t schedule(ProcessState& process, double delay);
  std::uint64_t schedule_at(ProcessState& process, double time);
  std::uint64_t enter(ProcessState& process, double time);
  void fire(ProcessState& process, std::uint64_t order);
  void count_stale();
  void purge();
  bool live(const Resumption& resumption) const;

  ProcessState& make_state(std::size_t frame_bytes);
  void frame_gone(ProcessState& process);
  bool ended(ProcessState& process);
  void depart(ProcessState& process);
  void destroy(ProcessState& process);
  void release(ProcessState& process);
  void cancel(ProcessState& process);
  bool interrupt(ProcessState& process, std::uint64_t cause);
  void thrown(ProcessState& process, const char* what);
  std::optional<Interrupt> pending_interrupt(const ProcessState& process);

  double now_ = 0;
  std::uint64_t sequence_ = 0, resumptions_ = 0;
  std::uint64_t before_instant_ = 0;  // resumptions
  ProcessState* running_ = nullptr;
  ReadyRing ready_;
  Calendar<Resumption> calendar_;
  static constexpr std::size_t least_purge = 1024;
  std::size_t stale_ = 0;  // in ready_ and calendar_, of nobody
  std::size_t purge_above_ = least_purge;
  bool faulty_ = false, closing_ = false;
  std::uint64_t most_at_instant_;
  std::uint64_t made_ = 0;
  std::size_t alive_ = 0;
  FramePool frames_;
  ClaimPool claims_;
  Streams streams_;
  Place* places_ = nullptr;
  std::optional<Error> error_;
  std::unordered_map<std::uint64_t, std::string> names_;
  std::vector<std::pair<std::uint64_t, Interrupt>> unheard_;  // process number, in order
};

}  // namespace tyche::simulation
