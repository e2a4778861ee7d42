#include "tyche/simulation/processes/arrivals.hpp"

#include <utility>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {

VaryingArrivals::VaryingArrivals(Environment& environment, VaryingRate rate,
                                 std::string_view stream)
    : environment_(&environment),
      rate_(std::move(rate)),
      random_(environment.random(stream)),
      time_(environment.now()) {
  if (rate_.most > 0 && rate_.most <= std::numeric_limits<double>::max() && rate_.rate) return;
  environment.refuse({"arrivals", "a rate, and a bound of it that is finite and above 0",
                      decimals(rate_.most), "give the greatest rate there will be"});
  rate_.until = time_;
}

std::optional<HoldUntil> VaryingArrivals::next() {
  const double mean = 1 / rate_.most;
  for (;;) {
    time_ += random_.exponential(mean);
    const double u = random_.uniform();
    if (!(time_ < rate_.until)) return {};
    const double rate = rate_.rate(time_);
    if (!(rate >= 0 && rate <= rate_.most)) {
      environment_->refuse(environment_->running(),
                           "a rate from 0 to its bound of " + decimals(rate_.most),
                           decimals(rate) + " for time " + decimals(time_), "raise the bound");
      return {};
    }
    if (u * rate_.most < rate) return HoldUntil(time_);
  }
}

RecordedArrivals::RecordedArrivals(Environment& environment, std::vector<double> times)
    : times_(std::move(times)) {
  double last = environment.now();
  for (std::size_t k = 0; k < times_.size(); ++k) {
    if (times_[k] >= last && times_[k] <= std::numeric_limits<double>::max()) {
      last = times_[k];
      continue;
    }
    environment.refuse(
        {"recorded arrivals", "finite times that do not descend, from now on",
         decimals(times_[k]) + " as number " + std::to_string(k) + " after " + decimals(last),
         "sort the data by time"});
    times_.clear();
    return;
  }
}

std::optional<HoldUntil> RecordedArrivals::next() {
  if (given_ == times_.size()) return {};
  return HoldUntil(times_[given_++]);
}

}  // namespace tyche::simulation
