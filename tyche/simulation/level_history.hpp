// What a level did, kept beside its mean: how long it had each value, its means over equal slices
// of time, or every change. All take the same calls as a TimeWeighted (tally.hpp).
#pragma once
#include <span>
#include <vector>

#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {

/// How long a level had each value: exact time-weighted quantiles. Space is that of the different
/// values, so for counts (a queue's length) rather than for what varies without steps.
class LevelTimes {
 public:
  struct Held {
    double value, time;
    friend bool operator==(const Held&, const Held&) = default;
  };

  LevelTimes() : LevelTimes(0) {}
  explicit LevelTimes(double value, double time = 0) : value_(value), since_(time) {}

  /// `time` must not lie before that of the last call.
  void set(double time, double value);
  void add(double time, double change);
  /// Forgets what was before `time`: the value stays.
  void restart(double time);
  /// As if what both saw had been one after the other.
  void merge(const LevelTimes& other, double now);

  double value() const { return value_; }
  /// In order of the values, those with no time left out.
  std::vector<Held> held(double now) const;
  /// The least value that was not exceeded for this share of the time; NaN if no time has passed or
  /// `probability` is not in [0, 1].
  double quantile(double probability, double now) const;
  /// The share of the time at or above x; NaN if no time has passed.
  double share_from(double x, double now) const;

 private:
  void hold(double value, double time);

  double value_, since_;
  std::vector<Held> held_;  // in order of values
};

/// The means of a level over slices of time of equal length: a series for `steady_state` and
/// `mser5`.
class LevelSlices {
 public:
  /// `length` is more than 0.
  explicit LevelSlices(double length, double value = 0, double time = 0);

  /// `time` must not lie before that of the last call.
  void set(double time, double value);
  void add(double time, double change);

  double value() const { return value_; }
  /// Of the slices that ended by the time of the last call.
  std::span<const double> means() const { return means_; }

 private:
  double length_, value_, since_, start_;
  double area_ = 0;  // of the slice that goes on
  std::vector<double> means_;
};

/// Every change of a level, for pictures: space grows with them.
class LevelPath {
 public:
  LevelPath() : LevelPath(0) {}
  explicit LevelPath(double value, double time = 0) : times_{time}, values_{value} {}

  /// `time` must not lie before that of the last call; of changes at one time the last is kept.
  void set(double time, double value);
  void add(double time, double change);

  double value() const { return values_.back(); }
  const std::vector<double>& times() const { return times_; }
  /// values()[k] holds from times()[k] to the next.
  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> times_, values_;
};

}  // namespace tyche::simulation
