// Waits made of waits: the first of some, all of some, a wait with an end, a wait that can be
// interrupted.
//
//   auto first = co_await any_of(barber.seize(), env.hold(30));     // a variant; the others are
//   if (first.index() == 1) co_return;                              // taken back at once
//   auto [chair, tools] = co_await all_of(barber.seize(), store.get());
//   if (auto chair = co_await within(30, barber.seize())) ...       // an optional
//   auto work = co_await interruptible(env.hold(8));                // an expected
//   if (!work) use(work.error().cause);
//
// A wait is interrupted only where the process says so. An interrupt that comes when it does not
// listen waits for the next time it does.
#pragma once
#include <array>
#include <cstddef>
#include <expected>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "tyche/simulation/processes/environment.hpp"

namespace tyche::simulation {

/// What goes into a group for what a process could await.
template <class Awaited>
auto part_of(Awaited&& awaited) {
  if constexpr (requires { std::forward<Awaited>(awaited).as_part(); }) {
    return std::forward<Awaited>(awaited).as_part();
  } else {
    static_assert(!std::is_lvalue_reference_v<Awaited>, "an operation is awaited where it is made");
    return std::move(awaited);
  }
}
template <class Awaited>
using PartOf = decltype(part_of(std::declval<Awaited>()));

/// The parts of a group, begun in order.
template <class... Parts>
class PartsOf : public Wait, public Group {
 public:
  static_assert(sizeof...(Parts) > 0, "a group waits for something");
  explicit PartsOf(Parts&&... parts) : parts_(std::move(parts)...) {}
  PartsOf(PartsOf&&) = default;
  PartsOf& operator=(PartsOf&&) = delete;
  ~PartsOf() { end(); }

 protected:
  static constexpr std::size_t count = sizeof...(Parts);
  using Indices = std::index_sequence_for<Parts...>;

  /// Calls visit(part, index) in order, until it returns true.
  template <class Visit>
  bool any_part(const Visit& visit) {
    return [&]<std::size_t... k>(std::index_sequence<k...>) {
      return (visit(std::get<k>(parts_), std::integral_constant<std::size_t, k>{}) || ...);
    }(Indices{});
  }
  template <class Part>
  bool begin_part(Part& part, std::size_t index) {
    part.place(*process_, this, static_cast<std::uint32_t>(index));
    return part.begin();
  }

  std::tuple<Parts...> parts_;
};

/// Done with the first of its parts; the others are taken back at that moment. If several could be
/// done at once it is the first as written.
template <class... Parts>
class AnyOf final : public PartsOf<Parts...>, public Awaitable<AnyOf<Parts...>> {
 public:
  using Value = std::variant<typename Parts::Value...>;
  using PartsOf<Parts...>::PartsOf;

  bool begin() {
    beginning_ = true;
    const bool won = this->any_part([this](auto& part, auto k) {
      if (this->begin_part(part, k) && winner_ == none) winner_ = k;
      return winner_ != none;
    });
    beginning_ = false;
    if (won) win(winner_);
    return won;
  }
  void cancel() { win(none); }
  Value take() {
    return [&]<std::size_t... k>(std::index_sequence<k...>) {
      std::optional<Value> value;
      (void)((k == winner_ &&
              (value.emplace(std::in_place_index<k>, std::get<k>(this->parts_).take()), true)) ||
             ...);
      return *std::move(value);
    }(typename PartsOf<Parts...>::Indices{});
  }
  std::size_t winner() const { return winner_; }
  template <std::size_t k>
  auto take_part() {
    return std::get<k>(this->parts_).take();
  }

 private:
  static constexpr std::size_t none = sizeof...(Parts);

  void win(std::size_t winner) {
    this->end();
    winner_ = winner;
    this->any_part([&](auto& part, auto k) {
      if (k != winner) part.cancel();
      return false;
    });
  }
  void on_part_done(std::uint32_t index) override {
    if (beginning_) {  // one part's begin has ended another
      winner_ = index;
      return;
    }
    win(index);
    this->done();
  }

  std::size_t winner_ = none;
  bool beginning_ = false;
};

/// Done with the last of its parts.
template <class... Parts>
class AllOf final : public PartsOf<Parts...>, public Awaitable<AllOf<Parts...>> {
 public:
  using Value = std::tuple<typename Parts::Value...>;
  using PartsOf<Parts...>::PartsOf;

  bool begin() {
    left_ = sizeof...(Parts);
    this->any_part([this](auto& part, auto k) {
      if (this->begin_part(part, k)) --left_;
      return false;
    });
    return left_ == 0;
  }
  void cancel() {
    this->end();
    this->any_part([](auto& part, auto) {
      part.cancel();
      return false;
    });
  }
  Value take() {
    return std::apply([](auto&... parts) { return Value{parts.take()...}; }, this->parts_);
  }

 private:
  void on_part_done(std::uint32_t) override {
    if (--left_ == 0) this->done();
  }

  std::size_t left_ = 0;
};

/// co_await gives a std::variant of their values; index() says which came first.
template <class... Awaited>
auto any_of(Awaited&&... awaited) {
  return AnyOf<PartOf<Awaited>...>(part_of(std::forward<Awaited>(awaited))...);
}

/// co_await gives a std::tuple of their values.
template <class... Awaited>
auto all_of(Awaited&&... awaited) {
  return AllOf<PartOf<Awaited>...>(part_of(std::forward<Awaited>(awaited))...);
}

/// Done with the last of as many parts of one kind as there are.
template <class Part>
class AllOfMany final : public Wait, public Group, public Awaitable<AllOfMany<Part>> {
 public:
  using Value = std::vector<typename Part::Value>;
  explicit AllOfMany(std::vector<Part>&& parts) : parts_(std::move(parts)) {}
  AllOfMany(AllOfMany&&) = default;
  AllOfMany& operator=(AllOfMany&&) = delete;
  ~AllOfMany() { end(); }

  bool begin() {
    left_ = parts_.size();
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      parts_[k].place(*process_, this, static_cast<std::uint32_t>(k));
      if (parts_[k].begin()) --left_;
    }
    return left_ == 0;
  }
  void cancel() {
    end();
    for (Part& part : parts_) part.cancel();
  }
  Value take() {
    Value values;
    values.reserve(parts_.size());
    for (Part& part : parts_) values.push_back(part.take());
    return values;
  }

 private:
  void on_part_done(std::uint32_t) override {
    if (--left_ == 0) done();
  }

  std::vector<Part> parts_;
  std::size_t left_ = 0;
};

/// co_await gives a std::vector of their values, such as of the handles of those one has spawned.
template <class Awaited>
auto all_of(std::vector<Awaited> awaited) {
  std::vector<PartOf<Awaited>> parts;
  parts.reserve(awaited.size());
  for (Awaited& one : awaited) parts.push_back(part_of(std::move(one)));
  return AllOfMany<PartOf<Awaited>>(std::move(parts));
}

/// Done when another process interrupts the one that waits, or has done so while it did not listen.
class InterruptTimer final : public Timer, public Awaitable<InterruptTimer> {
 public:
  using Value = Interrupt;

  bool begin();
  void cancel() { stop(); }
  Interrupt take() { return interrupt_; }
  void hear(const Interrupt& interrupt);

 private:
  Interrupt interrupt_;
};

/// co_await gives the Interrupt: for a group of its own kind.
inline InterruptTimer interrupted() { return {}; }

/// An operation and what may end it before, as one; `Gives` is what the process gets.
template <class First, class Second, std::size_t operation, class Gives>
class Bounded : public Wait, public Awaitable<Bounded<First, Second, operation, Gives>> {
 public:
  using Value = Gives;
  Bounded(First&& first, Second&& second) : either_(std::move(first), std::move(second)) {}

  bool begin() {
    either_.place(*process_, group_, index_);
    return either_.begin();
  }
  void cancel() { either_.cancel(); }
  Value take() {
    if (either_.winner() == operation) return Value(either_.template take_part<operation>());
    if constexpr (requires { typename Gives::error_type; }) {
      return std::unexpected(either_.template take_part<1 - operation>());
    } else {
      return std::nullopt;
    }
  }

 private:
  AnyOf<First, Second> either_;
};

/// co_await gives a std::optional of the value: nothing if the delay was over before. What comes at
/// the very end of the delay is in time if it is due before the end is.
template <class Awaited>
auto within(double delay, Awaited&& awaited) {
  using Part = PartOf<Awaited>;
  return Bounded<Part, Hold::Part, 0, std::optional<typename Part::Value>>(
      part_of(std::forward<Awaited>(awaited)), Hold::Part(delay));
}

/// co_await gives a std::expected of the value: an Interrupt if one came before.
template <class Awaited>
auto interruptible(Awaited&& awaited) {
  using Part = PartOf<Awaited>;
  return Bounded<InterruptTimer, Part, 1, std::expected<typename Part::Value, Interrupt>>(
      InterruptTimer(), part_of(std::forward<Awaited>(awaited)));
}

}  // namespace tyche::simulation
