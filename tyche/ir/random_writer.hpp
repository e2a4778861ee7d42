// What random_program writes statements with: numbers with known ranges, and a pool of values.
#pragma once
#include <cstdint>
#include <vector>

#include "tyche/ir/builder.hpp"
#include "tyche/ir/random_program.hpp"

namespace tyche::ir {

/// SplitMix64. For shapes of programs only.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits();
  std::int64_t below(std::int64_t n) { return std::int64_t(bits() % std::uint64_t(n)); }
  double uniform(double lo, double hi);
  bool yes(double probability) { return uniform(0, 1) < probability; }
  template <class T>
  const T& one_of(const std::vector<T>& items) {
    return items[std::size_t(below(std::int64_t(items.size())))];
  }

 private:
  std::uint64_t state_;
};

/// A scalar that lies in [lo, hi] whenever |u| <= 3.
struct Ranged {
  Value value;
  double lo = 0;
  double hi = 0;
};

/// A vector or an array of integers, with the range of its elements.
struct RangedArray {
  Value value;
  std::int64_t size = 0;
  double lo = 0;
  double hi = 0;
};

/// What is in scope. Copied for the inside of a region.
struct Pool {
  std::vector<Ranged> reals;
  std::vector<Ranged> integers;
  std::vector<Value> booleans;
  std::vector<RangedArray> vectors;
  std::vector<RangedArray> indices;  // arrays of integers
};

/// Expressions without regions, at the end of `builder`'s region.
class RandomWriter {
 public:
  RandomWriter(const RandomProgramOptions& options, Chance& chance)
      : options_(options), chance_(chance) {}

  /// One from the pool, or a constant.
  Ranged real(Builder& builder, const Pool& pool);
  Ranged integer(Builder& builder, const Pool& pool);
  Value boolean(Builder& builder, const Pool& pool);
  /// `x`, or a bounded function of it where it may leave [-limit, limit].
  Ranged within(Builder& builder, Ranged x, double limit);
  /// A function of `x` in [0.1, 60].
  Ranged positive(Builder& builder, Ranged x);
  /// An index into `size` elements (`size` > 0); may be out of range where options say so.
  Value index(Builder& builder, const Pool& pool, std::int64_t size);

  /// A new value in the pool.
  void real_arithmetic(Builder& builder, Pool& pool);
  void elementary(Builder& builder, Pool& pool);
  void guarded(Builder& builder, Pool& pool);
  void integer_arithmetic(Builder& builder, Pool& pool);
  void logic(Builder& builder, Pool& pool);
  void element(Builder& builder, Pool& pool);
  void part(Builder& builder, Pool& pool);

 private:
  Ranged corners(Builder& builder, Op op, Ranged a, Ranged b);
  void add(Builder& builder, Pool& pool, Ranged x);

  const RandomProgramOptions& options_;  // may change between calls
  Chance& chance_;
};

}  // namespace tyche::ir
