#include "tyche/simulation/level_history.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace tyche::simulation {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

double total(const std::vector<LevelTimes::Held>& all) {
  double sum = 0;
  for (const LevelTimes::Held& one : all) sum += one.time;
  return sum;
}

}  // namespace

void LevelTimes::hold(double value, double time) {
  const auto at = std::ranges::lower_bound(held_, value, {}, &Held::value);
  if (at != held_.end() && at->value == value) {
    at->time += time;
  } else if (time > 0) {
    held_.insert(at, {value, time});
  }
}

void LevelTimes::set(double time, double value) {
  assert(time >= since_);
  hold(value_, time - since_);
  since_ = time;
  value_ = value;
}

void LevelTimes::add(double time, double change) { set(time, value_ + change); }

void LevelTimes::restart(double time) {
  assert(time >= since_);
  held_.clear();
  since_ = time;
}

void LevelTimes::merge(const LevelTimes& other, double now) {
  for (const Held& one : other.held(now)) hold(one.value, one.time);
}

std::vector<LevelTimes::Held> LevelTimes::held(double now) const {
  LevelTimes until_now = *this;
  until_now.set(now, value_);
  return until_now.held_;
}

double LevelTimes::quantile(double probability, double now) const {
  const std::vector<Held> all = held(now);
  if (all.empty() || !(probability >= 0 && probability <= 1)) return not_a_number;
  const double wanted = probability * total(all);
  double sum = 0;
  for (const Held& one : all) {
    sum += one.time;
    if (sum >= wanted) return one.value;
  }
  return all.back().value;
}

double LevelTimes::share_from(double x, double now) const {
  const std::vector<Held> all = held(now);
  double sum = 0;
  for (const Held& one : all) {
    if (one.value >= x) sum += one.time;
  }
  return all.empty() ? not_a_number : sum / total(all);
}

LevelSlices::LevelSlices(double length, double value, double time)
    : length_(length), value_(value), since_(time), start_(time) {
  assert(length > 0);
}

// The end of a slice is a product, not a sum of sums: slices do not drift.
void LevelSlices::set(double time, double value) {
  assert(time >= since_ && time < std::numeric_limits<double>::infinity());
  const auto end = [this] { return start_ + length_ * static_cast<double>(means_.size() + 1); };
  while (time >= end()) {
    area_ += (end() - since_) * value_;
    since_ = end();
    means_.push_back(area_ / length_);
    area_ = 0;
  }
  area_ += (time - since_) * value_;
  since_ = time;
  value_ = value;
}

void LevelSlices::add(double time, double change) { set(time, value_ + change); }

void LevelPath::set(double time, double value) {
  assert(time >= times_.back());
  if (time == times_.back()) {
    values_.back() = value;
    return;
  }
  times_.push_back(time);
  values_.push_back(value);
}

void LevelPath::add(double time, double change) { set(time, values_.back() + change); }

}  // namespace tyche::simulation
