// Signals: what one process tells others that wait for it; conditions over them, and gates.
//
//   Signal changed(env);
//   co_await changed.wait();                                   // until the next notify
//   co_await changed.until([&] { return stock < 5; });         // asked now and at every notify
//   changed.notify_all();
//   Gate open(env);
//   co_await open.pass();                                      // at once while it is open
#pragma once
#include <concepts>
#include <cstddef>
#include <utility>

#include "tyche/simulation/processes/environment.hpp"

namespace tyche::simulation {

class Signal;

/// co_await signal.wait(), or with a condition.
class SignalWait : public Queued {
 public:
  using Value = Nothing;
  explicit SignalWait(WaitList& waits) : waits_(&waits) {}
  SignalWait(SignalWait&&) = default;

  void cancel() { leave(); }
  Nothing take() { return {}; }

 protected:
  ~SignalWait() = default;
  bool join() {
    waits_->append(*this);
    return false;
  }

 private:
  friend class Signal;
  virtual bool holds() { return true; }
  WaitList* waits_;
};

class NextSignal final : public SignalWait, public Awaitable<NextSignal> {
 public:
  using SignalWait::SignalWait;
  bool begin() { return join(); }
};

template <std::predicate Condition>
class Until final : public SignalWait, public Awaitable<Until<Condition>> {
 public:
  Until(WaitList& waits, Condition condition)
      : SignalWait(waits), condition_(std::move(condition)) {}
  bool begin() { return condition_() || join(); }

 private:
  bool holds() override { return condition_(); }
  Condition condition_;
};

/// It remembers nothing: a notify reaches those that wait.
class Signal {
 public:
  explicit Signal(Environment& environment) : environment_(&environment) {}
  Environment& environment() const { return *environment_; }

  NextSignal wait() { return NextSignal(waits_); }
  /// Goes on at the first notify after which the condition holds, or at once.
  template <std::predicate Condition>
  Until<Condition> until(Condition condition) {
    return {waits_, std::move(condition)};
  }

  /// Those that wait and whose conditions hold go on, in the order in which they came; how many.
  std::size_t notify_all();
  /// The first of them; whether there is one.
  bool notify_one();
  bool anyone() const { return !waits_.empty(); }

 private:
  Environment* environment_;
  WaitList waits_;
};

/// Open or shut.
class Gate {
 public:
  explicit Gate(Environment& environment, bool open = false) : changed_(environment), open_(open) {}
  Environment& environment() const { return changed_.environment(); }

  auto pass() {
    return changed_.until([this] { return open_; });
  }
  void open() {
    open_ = true;
    changed_.notify_all();
  }
  void shut() { open_ = false; }
  bool is_open() const { return open_; }

 private:
  Signal changed_;
  bool open_;
};

}  // namespace tyche::simulation
