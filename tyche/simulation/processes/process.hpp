// Processes: coroutines that live in simulated time.
//
//   Process customer(Environment& env, Resource& barber, Random& service) {
//     const auto chair = co_await barber.seize();
//     co_await env.hold(service.exponential(16));
//   }
//   ProcessOf<double> inspection(Environment& env) {           // returns a value
//     co_await env.hold(3);
//     co_return 0.9;
//   }
//   const double score = co_await inspection(env);             // a part of the process that awaits
//   Handle<double> other = env.spawn(inspection(env));         // a process of its own
//   if (auto result = co_await other) use(*result);            // join; nothing if it was cancelled
//
// A process takes an Environment&, or something with `environment()` such as a resource, among its
// arguments. What it takes by reference must outlive it. A lambda with captures must as well.
#pragma once
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include "tyche/simulation/processes/environment.hpp"

namespace tyche::simulation {

template <class T>
concept KnowsEnvironment = requires(T& x) {
  { x.environment() } -> std::same_as<Environment&>;
};

/// The first argument that is an environment or knows one.
template <class First, class... Rest>
Environment& environment_of(First& first, Rest&... rest) {
  if constexpr (std::derived_from<std::remove_const_t<First>, Environment>) {
    return first;
  } else if constexpr (KnowsEnvironment<First>) {
    return first.environment();
  } else {
    static_assert(sizeof...(Rest) > 0,
                  "a process takes an Environment&, or something with environment()");
    return environment_of(rest...);
  }
}

template <class T>
class Join;
template <class T>
class Subprocess;

/// What all promises share. It stands first in every promise: names are found through it.
struct PromiseBase {
  std::source_location where;

  template <class... Arguments>
  static void* operator new(std::size_t bytes, Arguments&... arguments) {
    static_assert(sizeof...(Arguments) > 0,
                  "a process takes an Environment&, or something with environment()");
    return environment_of(arguments...).make_state(bytes).frame().address();
  }
  static void operator delete(void* frame, std::size_t);

  ProcessState& state() {
    return ProcessState::of(std::coroutine_handle<PromiseBase>::from_promise(*this));
  }
  std::suspend_always initial_suspend(
      std::source_location function = std::source_location::current()) noexcept {
    where = function;
    return {};
  }
  /// A frame that no handle keeps ends at once.
  struct End {
    bool kept;
    bool await_ready() const noexcept { return !kept; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    void await_resume() const noexcept {}
  };
  End final_suspend() noexcept;
  void unhandled_exception() noexcept;

  template <class Operation>
  decltype(auto) await_transform(Operation&& operation) {
    using Plain = std::remove_cvref_t<Operation>;
    if constexpr (std::same_as<Plain, Hold>) {
      return std::forward<Operation>(operation);
    } else if constexpr (requires { std::forward<Operation>(operation).as_part(); }) {
      auto part = std::forward<Operation>(operation).as_part();
      part.place(state());
      return part;
    } else {
      static_assert(
          requires(Plain& x) { x.place(state()); },
          "a process awaits what tyche/simulation offers: hold, seize, wait, get, ...");
      operation.place(state());
      return std::forward<Operation>(operation);
    }
  }
};

template <class T>
struct Promise : PromiseBase {
  static_assert(alignof(T) <= 16, "a value that is returned has an alignment of at most 16");
  std::optional<T> value;

  ProcessOf<T> get_return_object();
  template <class U>
  void return_value(U&& x) {
    value.emplace(std::forward<U>(x));
  }
};
template <>
struct Promise<void> : PromiseBase {
  std::optional<Nothing> value;

  ProcessOf<void> get_return_object();
  void return_void() { value.emplace(); }
};

/// A process made and not yet begun: spawn it, or await it as a part of another.
template <class T>
class [[nodiscard]] ProcessOf {
 public:
  using promise_type = Promise<T>;

  ProcessOf(ProcessOf&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  ProcessOf& operator=(ProcessOf&&) = delete;
  ~ProcessOf() {
    if (state_ != nullptr) state_->environment->destroy(*state_);
  }

  /// As an operation of another process, which owns it: it ends with the wait.
  auto as_part() &&;

 private:
  friend promise_type;
  friend class Environment;
  explicit ProcessOf(ProcessState& state) : state_(&state) {}
  ProcessState* state_;
};
using Process = ProcessOf<void>;

/// What is known of a process after spawn; copies are of the same process.
class HandleBase {
 public:
  HandleBase(const HandleBase& other) : state_(other.state_) { ++state_->handles; }
  HandleBase& operator=(const HandleBase& other) {
    HandleBase copy(other);
    std::swap(state_, copy.state_);
    return *this;
  }
  ~HandleBase() {
    if (--state_->handles == 0) state_->environment->release(*state_);
  }

  bool alive() const { return state_->phase == ProcessState::alive; }
  std::uint64_t number() const { return state_->number; }
  void name(std::string name) { state_->environment->set_name(*state_, std::move(name)); }
  std::string name() const { return state_->environment->name(*state_); }
  /// Ends it where it waits: it leaves all queues and releases what it holds. Nothing if it has
  /// ended; an Error of the run if it is the one that runs.
  void cancel() { state_->environment->cancel(*state_); }
  /// Ends its `interruptible` wait. False if it does not listen now: then its next such wait ends
  /// at once. Plain waits are never interrupted.
  bool interrupt(std::uint64_t cause = 0) { return state_->environment->interrupt(*state_, cause); }

 protected:
  explicit HandleBase(ProcessState& state) : state_(&state) { ++state.handles; }
  ProcessState* state_;
};

template <class T = void>
class Handle : public HandleBase {
 public:
  using Value = std::optional<std::conditional_t<std::is_void_v<T>, Nothing, T>>;

  /// What it returned; nothing while it goes on, or if it was cancelled.
  Value result() const {
    if (state_->phase != ProcessState::ended) return {};
    return value();
  }
  /// Waits for its end.
  Join<T> as_part() const { return Join<T>(*this); }

 private:
  friend class Environment;
  friend class Join<T>;
  friend class Subprocess<T>;
  explicit Handle(ProcessState& state) : HandleBase(state) {}

  Value& value() const {
    return std::coroutine_handle<Promise<T>>::from_address(state_->frame().address())
        .promise()
        .value;
  }
};

/// co_await of a handle.
template <class T>
class Join : public Queued, public Awaitable<Join<T>> {
 public:
  using Value = typename Handle<T>::Value;
  explicit Join(const Handle<T>& process) : process_joined_(process) {}

  bool begin() {
    ProcessState& other = *process_joined_.state_;
    if (other.phase != ProcessState::alive) return true;
    other.joiners.append(*this);
    return false;
  }
  void cancel() { leave(); }
  Value take() { return process_joined_.result(); }

 protected:
  Handle<T> process_joined_;
};

/// co_await of a process that was not spawned.
template <class T>
class Subprocess : public Join<T> {
 public:
  using Value = std::conditional_t<std::is_void_v<T>, Nothing, T>;
  explicit Subprocess(const Handle<T>& process) : Join<T>(process) {}
  Subprocess(Subprocess&& other) noexcept
      : Join<T>(std::move(other)), owns_(std::exchange(other.owns_, false)) {}
  Subprocess& operator=(Subprocess&&) = delete;
  ~Subprocess() {
    if (owns_) cancel();
  }

  void cancel() {
    this->leave();
    owns_ = false;
    if (this->process_joined_.alive()) this->process_joined_.cancel();
  }
  /// None but its owner can cancel it, so it has returned.
  Value take() {
    owns_ = false;
    return *std::move(this->process_joined_.value());
  }
  Value await_resume() { return take(); }

 private:
  bool owns_ = true;
};

template <class T>
auto ProcessOf<T>::as_part() && {
  return Subprocess<T>(state_->environment->spawn(std::move(*this)));
}

template <class T>
ProcessOf<T> Promise<T>::get_return_object() {
  return ProcessOf<T>(state());
}
inline ProcessOf<void> Promise<void>::get_return_object() { return ProcessOf<void>(state()); }

template <class T>
Handle<T> Environment::spawn(ProcessOf<T>&& process) {
  ProcessState& state = *std::exchange(process.state_, nullptr);
  begin(state);
  return Handle<T>(state);
}

}  // namespace tyche::simulation
