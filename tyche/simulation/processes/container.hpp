// Containers: an amount that processes put in and take out, such as fuel, cash or stock.
//
//   Container tank(env, {.capacity = 1000, .amount = 400}, "tank");
//   co_await tank.get(50);    // waits until there is so much, first come first served
//   co_await tank.put(200);   // waits until there is room
#pragma once
#include <limits>
#include <string>

#include "tyche/simulation/processes/environment.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {

class Container;

/// co_await container.put(amount) or get(amount).
class Pour : public Queued, public Awaitable<Pour> {
 public:
  using Value = Nothing;
  Pour(Container& container, double amount, bool in)
      : container_(&container), amount_(amount), in_(in) {}
  Pour(Pour&&) = default;
  ~Pour() { cancel(); }

  bool begin();
  void cancel();
  Nothing take();

 private:
  friend class Container;
  Container* container_;
  double amount_;
  bool in_, poured_ = false;
};

struct ContainerSettings {
  double capacity = std::numeric_limits<double>::infinity();
  double amount = 0;  // at the beginning
};

/// What a process has put in stays. What it was to get goes back if it ends before it goes on.
class Container {
 public:
  /// A capacity that is not above 0, or an amount beyond it, is an Error of the run.
  Container(Environment& environment, const ContainerSettings& settings,
            std::string name = "container");
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  Environment& environment() const { return *environment_; }

  /// `amount` is above 0 and at most the capacity.
  Pour put(double amount) { return {*this, amount, true}; }
  Pour get(double amount) { return {*this, amount, false}; }

  double amount() const { return level_.value(); }
  double capacity() const { return capacity_; }
  const TimeWeighted& level() const { return level_; }

 private:
  friend class Pour;
  bool request(Pour& pour);
  bool fits(const Pour& pour) const;
  void pour(Pour& pour);
  void give_back(double amount);
  void serve();
  bool serve_first(WaitList& waits);

  Environment* environment_;
  std::string name_;
  double capacity_;
  TimeWeighted level_;
  WaitList puts_, gets_;
};

}  // namespace tyche::simulation
