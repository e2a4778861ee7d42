#include "tyche/simulation/tally.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace tyche::simulation {

namespace {
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
}

void Tally::add(double x) {
  ++count_;
  const double from_old = x - mean_;
  mean_ += from_old / static_cast<double>(count_);
  squares_ += from_old * (x - mean_);
  least_ = std::min(least_, x);
  most_ = std::max(most_, x);
}

void Tally::merge(const Tally& other) {
  if (other.count_ == 0) return;
  if (count_ == 0) {
    *this = other;
    return;
  }
  const auto n = static_cast<double>(count_), m = static_cast<double>(other.count_);
  const double apart = other.mean_ - mean_;
  count_ += other.count_;
  mean_ += apart * (m / (n + m));
  squares_ += other.squares_ + apart * apart * (n * m / (n + m));
  least_ = std::min(least_, other.least_);
  most_ = std::max(most_, other.most_);
}

double Tally::mean() const { return count_ > 0 ? mean_ : not_a_number; }
double Tally::variance() const {
  return count_ > 1 ? squares_ / static_cast<double>(count_ - 1) : not_a_number;
}
double Tally::sd() const { return std::sqrt(variance()); }
double Tally::sum() const { return mean_ * static_cast<double>(count_); }

void TimeWeighted::set(double time, double value) {
  assert(time >= since_);
  const double held = (time - since_) * value_;
  area_ += held;
  square_area_ += held * value_;
  since_ = time;
  value_ = value;
  least_ = std::min(least_, value);
  most_ = std::max(most_, value);
}

void TimeWeighted::add(double time, double change) { set(time, value_ + change); }

void TimeWeighted::restart(double time) { *this = TimeWeighted(value_, time); }

double TimeWeighted::area(double now) const { return area_ + (now - since_) * value_; }

double TimeWeighted::mean(double now) const {
  return now > start_ ? area(now) / (now - start_) : not_a_number;
}

double TimeWeighted::variance(double now) const {
  if (!(now > start_)) return not_a_number;
  const double squares = square_area_ + (now - since_) * value_ * value_;
  const double average = mean(now);
  return std::max(0.0, squares / (now - start_) - average * average);
}

}  // namespace tyche::simulation
