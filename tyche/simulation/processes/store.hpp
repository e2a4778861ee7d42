// Stores: things that processes put in and take out, one by one, by a condition, in lots.
//
//   Store<Part> shelf(env, {.capacity = 20}, "shelf");
//   co_await shelf.put(part);                                   // waits until there is room
//   Part next = co_await shelf.get();                           // the first; waits for one
//   Part red = co_await shelf.get([](const Part& p) { return p.red; });
//   std::vector<Part> lot = co_await shelf.get_lot(4);          // four at once
//   Store<Job, ByUrgency> jobs(env);                            // the least by ByUrgency first
#pragma once
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tyche/simulation/processes/environment.hpp"
#include "tyche/simulation/processes/shelf.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {

/// The order of a store that gives first what came first.
struct FirstIn {
  template <class T>
  bool operator()(const T&, const T&) const {
    return false;
  }
};

/// What every thing is.
struct Anything {
  template <class T>
  bool operator()(const T&) const {
    return true;
  }
};

struct StoreSettings {
  std::size_t capacity = std::numeric_limits<std::size_t>::max();
};

/// Who takes from a store: what all kinds of get share.
template <class Store>
class Taking : public Queued {
 public:
  Taking(Taking&&) = default;

 protected:
  Taking(Store& store, bool in_the_way) : store_(&store), in_the_way_(in_the_way) {}
  ~Taking() = default;

  Store* store_;

 private:
  friend Store;
  /// Takes from the store what it wants, if all of it is there.
  virtual bool grab() = 0;

  bool in_the_way_;  // whether those behind it wait while it cannot
};

template <class Store>
class Put;
template <class Store, class Wanted>
class Get;
template <class Store>
class GetLot;

/// Things T, of which the least by `Before` is given first, the first come of those alike. A thing
/// that a process was to get goes back if the process ends before it goes on.
template <class T, class Before = FirstIn>
class Store {
 public:
  using Thing = T;

  /// A capacity of 0 is an Error of the run.
  explicit Store(Environment& environment, const StoreSettings& settings = {},
                 std::string name = "store", Before before = {})
      : environment_(&environment),
        name_(std::move(name)),
        capacity_(settings.capacity),
        before_(std::move(before)),
        level_(0, environment.now()) {
    if (capacity_ > 0) return;
    environment.refuse({"store " + name_, "a capacity of 1 or more", "0", ""});
  }
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  Environment& environment() const { return *environment_; }

  Put<Store> put(T thing) { return {*this, std::move(thing)}; }
  Get<Store, Anything> get() { return {*this, {}}; }
  /// The first for which `wanted` holds. Who waits for such a thing stands in nobody's way.
  template <std::predicate<const T&> Wanted>
  Get<Store, Wanted> get(Wanted wanted) {
    return {*this, std::move(wanted)};
  }
  /// A std::vector of `count`, 1 or more, once there are so many; others wait behind it.
  GetLot<Store> get_lot(std::size_t count) { return {*this, count}; }

  std::size_t size() const { return things_.size(); }
  std::size_t capacity() const { return capacity_; }
  const std::string& name() const { return name_; }
  auto begin() const { return things_.begin(); }
  auto end() const { return things_.end(); }
  /// How many lay here over time.
  const TimeWeighted& level() const { return level_; }

 private:
  friend class Put<Store>;
  friend class GetLot<Store>;
  template <class S, class Wanted>
  friend class Get;

  void add(T&& thing) {
    const auto at = std::upper_bound(things_.begin(), things_.end(), thing, before_);
    things_.insert(std::size_t(at - things_.begin()), std::move(thing));
    note();
  }
  void give_back(T&& thing) {
    const auto at = std::lower_bound(things_.begin(), things_.end(), thing, before_);
    things_.insert(std::size_t(at - things_.begin()), std::move(thing));
    note();
  }
  T remove(std::size_t at) {
    T thing = things_.take(at);
    note();
    return thing;
  }
  void note() { level_.set(environment_->now(), double(things_.size())); }

  bool begin_put(Put<Store>& put) {
    if (!puts_.empty() || things_.size() >= capacity_) {
      puts_.append(put);
      return false;
    }
    add(std::move(put.thing_));
    serve();
    return true;
  }
  bool begin_get(Taking<Store>& get) {
    if (in_the_way_ == 0 && get.grab()) {
      serve();
      return true;
    }
    gets_.append(get);
    in_the_way_ += get.in_the_way_;
    return false;
  }
  void leave(Taking<Store>& get) {
    get.leave();
    in_the_way_ -= get.in_the_way_;
  }
  /// Gets make room for puts and these bring things for gets, until neither can go on.
  void serve() {
    while (serve_get() || serve_put()) continue;
  }
  bool serve_put() {
    if (puts_.empty() || things_.size() >= capacity_) return false;
    auto& put = static_cast<Put<Store>&>(*puts_.first());
    put.leave();
    add(std::move(put.thing_));
    put.done();
    return true;
  }
  bool serve_get() {
    for (Queued* wait = gets_.first(); wait != nullptr; wait = gets_.after(*wait)) {
      auto& get = static_cast<Taking<Store>&>(*wait);
      if (get.grab()) {
        leave(get);
        get.done();
        return true;
      }
      if (get.in_the_way_) return false;
    }
    return false;
  }

  Environment* environment_;
  std::string name_;
  std::size_t capacity_;
  Before before_;
  Shelf<T> things_;
  TimeWeighted level_;
  WaitList puts_, gets_;
  std::size_t in_the_way_ = 0;  // of those in gets_
};

/// co_await store.put(thing).
template <class Store>
class Put : public Queued, public Awaitable<Put<Store>> {
 public:
  using Value = Nothing;
  Put(Store& store, typename Store::Thing&& thing) : store_(&store), thing_(std::move(thing)) {}

  bool begin() { return store_->begin_put(*this); }
  void cancel() { leave(); }
  Nothing take() { return {}; }

 private:
  friend Store;
  Store* store_;
  typename Store::Thing thing_;
};

/// co_await store.get(), with or without a condition.
template <class Store, class Wanted>
class Get final : public Taking<Store>, public Awaitable<Get<Store, Wanted>> {
 public:
  using Value = typename Store::Thing;
  Get(Store& store, Wanted&& wanted)
      : Taking<Store>(store, std::is_same_v<Wanted, Anything>), wanted_(std::move(wanted)) {}
  Get(Get&&) = default;
  ~Get() { cancel(); }

  bool begin() { return this->store_->begin_get(*this); }
  void cancel() {
    if (this->queued()) {
      this->store_->leave(*this);
    } else if (thing_ && !this->environment().closing()) {
      this->store_->give_back(*std::move(thing_));
      thing_.reset();
    } else {
      return;
    }
    this->store_->serve();
  }
  Value take() {
    Value thing = *std::move(thing_);
    thing_.reset();
    return thing;
  }

 private:
  bool grab() override {
    const auto at = std::find_if(this->store_->begin(), this->store_->end(), wanted_);
    if (at == this->store_->end()) return false;
    thing_ = this->store_->remove(std::size_t(at - this->store_->begin()));
    return true;
  }

  Wanted wanted_;
  std::optional<Value> thing_;
};

/// co_await store.get_lot(count).
template <class Store>
class GetLot final : public Taking<Store>, public Awaitable<GetLot<Store>> {
 public:
  using Value = std::vector<typename Store::Thing>;
  GetLot(Store& store, std::size_t count) : Taking<Store>(store, true), count_(count) {}
  GetLot(GetLot&&) = default;
  ~GetLot() { cancel(); }

  bool begin() {
    if (count_ >= 1 && count_ <= this->store_->capacity()) return this->store_->begin_get(*this);
    this->environment().refuse(this->process_, "a lot of 1 or more, at most the capacity",
                               std::to_string(count_) + " from " + this->store_->name(), "");
    return false;
  }
  void cancel() {
    if (this->queued()) {
      this->store_->leave(*this);
    } else if (!things_.empty() && !this->environment().closing()) {
      for (std::size_t k = things_.size(); k-- > 0;) this->store_->give_back(std::move(things_[k]));
      things_.clear();
    } else {
      return;
    }
    this->store_->serve();
  }
  Value take() { return std::exchange(things_, {}); }

 private:
  bool grab() override {
    if (this->store_->size() < count_) return false;
    for (std::size_t k = 0; k < count_; ++k) things_.push_back(this->store_->remove(0));
    return true;
  }
  std::size_t count_;
  Value things_;
};

}  // namespace tyche::simulation
