// What a process waits for: the ground of holds, queues, signals and joins, alone or in groups.
//
// An operation is an object that a process awaits. It lies in the process's frame and is told where
// it belongs (`place`); then
//   bool begin()    starts it; true if it is done at once
//   void cancel()   takes it back: it leaves its queue, and gives back what it was granted
//   Value take()    what the process gets of it, once
// A frame that is destroyed while it waits destroys its operation, which takes itself back.
#pragma once
#include <cassert>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <variant>

namespace tyche::simulation {

class Environment;
class Wait;
class Timer;
struct ProcessState;

/// What an operation gives that gives nothing.
using Nothing = std::monostate;

/// An operation with others inside, which it begins and which tell it of their end. Once it is over
/// it listens no more: what one part gives back may be what another waits for.
class Group {
 public:
  void part_done(std::uint32_t index) {
    if (!over_) on_part_done(index);
  }

 protected:
  ~Group() = default;
  void end() { over_ = true; }

 private:
  virtual void on_part_done(std::uint32_t index) = 0;

  bool over_ = false;
};

/// The process that waits, and the group through which, if any. It may move until it has begun.
class Wait {
 public:
  void place(ProcessState& process, Group* group = nullptr, std::uint32_t index = 0) {
    process_ = &process;
    group_ = group;
    index_ = index;
  }
  ProcessState* process() const { return process_; }

 protected:
  /// Tells the group, or lets the process go on at this instant.
  void done();
  Environment& environment() const;

  ProcessState* process_ = nullptr;
  Group* group_ = nullptr;
  std::uint32_t index_ = 0;
};

/// How a process awaits an operation by itself.
template <class Operation>
class Awaitable {
 public:
  bool await_ready() { return self().begin(); }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  auto await_resume() { return self().take(); }

 private:
  Operation& self() { return static_cast<Operation&>(*this); }
};

class WaitList;

/// A wait in a list; it leaves the list when it is destroyed.
class Queued : public Wait {
 public:
  Queued() = default;
  Queued(Queued&& other) noexcept : Wait(other) { assert(other.list_ == nullptr); }
  Queued& operator=(Queued&&) = delete;
  ~Queued() { leave(); }

  bool queued() const { return list_ != nullptr; }
  void leave();
  using Wait::done;

 private:
  friend class WaitList;
  WaitList* list_ = nullptr;
  Queued *before_ = nullptr, *after_ = nullptr;
};

/// Waits in the order in which they came. A ring: the first knows the last.
class WaitList {
 public:
  WaitList() = default;
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;
  ~WaitList() {
    while (first_ != nullptr) remove(*first_);
  }

  bool empty() const { return first_ == nullptr; }
  Queued* first() const { return first_; }
  /// The one after `wait`, or null.
  Queued* after(const Queued& wait) const { return wait.after_ == first_ ? nullptr : wait.after_; }

  void append(Queued& wait) {
    wait.list_ = this;
    if (first_ == nullptr) first_ = wait.before_ = &wait;
    wait.after_ = first_;
    wait.before_ = first_->before_;
    first_->before_->after_ = &wait;
    first_->before_ = &wait;
  }
  void remove(Queued& wait) {
    wait.before_->after_ = wait.after_;
    wait.after_->before_ = wait.before_;
    if (first_ == &wait) first_ = wait.after_ == &wait ? nullptr : wait.after_;
    wait.list_ = nullptr;
  }

 private:
  Queued* first_ = nullptr;
};

inline void Queued::leave() {
  if (list_ != nullptr) list_->remove(*this);
}

/// A wait that time ends, or an interrupt.
class Timer : public Wait {
 public:
  Timer() = default;
  Timer(Timer&& other) noexcept : Wait(other) { assert(other.order_ == 0); }
  Timer& operator=(Timer&&) = delete;
  ~Timer() { stop(); }

 protected:
  static constexpr std::uint64_t interrupts = UINT64_MAX;

  /// After a delay it is done. A bad delay ends the run with an Error.
  void start(double delay);
  void start_at(double time);
  void stop();
  bool started() const { return order_ != 0; }
  /// In and out of the process's list of what may befall it.
  void enlist(std::uint64_t order);
  void unlist();

 private:
  friend class Environment;
  void started_as(std::uint64_t order);
  /// Called when the time has come and the timer is one of a group, before done().
  virtual void rang() {}

  std::uint64_t order_ = 0;  // of its resumption
  Timer* next_ = nullptr;    // of the process's timers
};

}  // namespace tyche::simulation
