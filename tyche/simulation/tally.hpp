// Two ways to sum up what a simulation shows, as two types, so that neither stands in for the
// other: a tally weighs observations alike, a level weighs values by how long they held.
#pragma once
#include <cstdint>
#include <limits>

namespace tyche::simulation {

/// Of observations: waits, sizes, costs. A plain value; merged tallies are as if of all
/// observations (Chan, Golub and LeVeque 1983, equation 2.1), but for rounding.
class Tally {
 public:
  void add(double x);
  void merge(const Tally& other);

  std::uint64_t count() const { return count_; }
  double mean() const;      // NaN of nothing
  double variance() const;  // with n - 1; NaN of fewer than two
  double sd() const;
  double least() const { return least_; }
  double most() const { return most_; }
  double sum() const;

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0, squares_ = 0;  // the mean, and the sum of squares about it
  double least_ = std::numeric_limits<double>::infinity();
  double most_ = -std::numeric_limits<double>::infinity();
};

/// Of a number that holds from one time to the next: a queue's length, servers at work, stock.
class TimeWeighted {
 public:
  TimeWeighted() : TimeWeighted(0) {}
  explicit TimeWeighted(double value, double time = 0)
      : value_(value), since_(time), start_(time), least_(value), most_(value) {}

  /// `time` must not lie before that of the last call.
  void set(double time, double value);
  void add(double time, double change);
  /// Forgets what was before `time`: the value stays.
  void restart(double time);

  double value() const { return value_; }
  double mean(double now) const;      // NaN if no time has passed
  double variance(double now) const;  // of the value at a random moment; NaN as the mean
  double area(double now) const;      // the integral of the value over time
  double least() const { return least_; }
  double most() const { return most_; }

 private:
  double value_, since_, start_;
  double area_ = 0, square_area_ = 0;
  double least_, most_;
};

}  // namespace tyche::simulation
