// When things arrive: by a rate that changes with time, or as it was recorded.
//
//   VaryingArrivals calls(env, {.rate = rate_of_hour, .most = 12, .until = 24}, "calls");
//   while (auto next = calls.next()) {
//     co_await *next;
//     env.spawn(call(env, lines));
//   }
#pragma once
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "tyche/simulation/processes/environment.hpp"

namespace tyche::simulation {

struct VaryingRate {
  std::function<double(double time)> rate;  // arrivals a unit of time, from 0 to `most`
  double most = 0;                          // finite and above 0; the tighter, the faster
  double until = std::numeric_limits<double>::infinity();  // no arrivals then or later
};

/// A Poisson process of a rate that changes with time, by thinning: Lewis and Shedler 1979,
/// "Simulation of nonhomogeneous Poisson processes by thinning", algorithm 1. Each candidate takes
/// two numbers of the stream.
class VaryingArrivals {
 public:
  /// A bound that is not finite and above 0 is an Error of the run.
  VaryingArrivals(Environment& environment, VaryingRate rate, std::string_view stream);

  /// The wait for the next one; nothing after the last. A rate outside its bounds is an Error of
  /// the run.
  std::optional<HoldUntil> next();

 private:
  Environment* environment_;
  VaryingRate rate_;
  Random random_;
  double time_;
};

/// Arrivals at the times that data say.
class RecordedArrivals {
 public:
  /// Times that descend, or begin before now, are an Error of the run.
  RecordedArrivals(Environment& environment, std::vector<double> times);

  /// The wait for the next one; nothing after the last.
  std::optional<HoldUntil> next();
  /// How many have been given: the row of the data that arrives next.
  std::size_t given() const { return given_; }

 private:
  std::vector<double> times_;
  std::size_t given_ = 0;
};

}  // namespace tyche::simulation
