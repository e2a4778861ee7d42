// How a group of chains lies in the caller's memory, and where it writes.
#pragma once
#include "tyche/kernels/lanes.hpp"
#include "tyche/kernels/sampler.hpp"

namespace tyche::TYCHE_LEVEL {

/// Hands out 64-byte aligned pieces of one block; from a null base it only measures.
class Memory {
 public:
  explicit Memory(void* base) : at_(reinterpret_cast<u64>(base)), base_(at_) {}
  template <class T>
  TYCHE_INLINE T* take(int n) {
    T* const out = reinterpret_cast<T*>(at_);
    at_ += (sizeof(T) * u64(n) + 63) & ~u64(63);
    return out;
  }
  /// One line more than asked for: arrays of whole pages would fall on one another in the cache.
  TYCHE_INLINE double* rows(int dimension, int lanes) {
    return take<double>((dimension + 7) / 8 * 8 * lanes + 8);
  }
  u64 used() const { return at_ - base_; }

 private:
  u64 at_, base_;
};

inline bool has_room(const LaneOutput& out) {
  return (out.count < out.capacity) & (out.divergence_count < out.divergence_capacity);
}
inline bool parks(const LaneGroup& group, int lane) {
  return (group.iteration[lane] >= group.stop_at[lane]) | !has_room(group.output[lane]);
}

template <int W>
TYCHE_INLINE void copy_lane(int rows, const double* __restrict from, double* __restrict to) {
#pragma clang loop vectorize(disable) unroll_count(8)
  for (int i = 0; i < rows; ++i) to[i] = from[i * W];
}

/// A momentum and the running sum of momenta up to and with it.
struct Slot {
  double *p, *sum;
};

/// Leaves are numbered over the whole trajectory (0 is the start; doubling j makes 2^j to
/// 2^(j+1) - 1). Leaf N > 0 is kept in even[trailing zeros of N] or odd[trailing ones of N]: every
/// turn test compares two leaves of which the later is the newest and the earlier is still kept.
struct Slots {
  Slot even[10], odd[11];

  void lay_out(Memory& memory, int dimension, int lanes) {
    for (int k = 1; k < 10; ++k) even[k] = slot(memory, dimension, lanes);
    for (int k = 1; k < 11; ++k) odd[k] = slot(memory, dimension, lanes);
  }
  static Slot slot(Memory& memory, int dimension, int lanes) {
    double* const p = memory.rows(dimension, lanes);
    return {p, memory.rows(dimension, lanes)};
  }
};

/// The chains' state between draws.
inline LaneGroup lay_out_group(Memory& memory, int dimension, int lanes) {
  LaneGroup g;
  g.dimension = dimension;
  g.lanes = lanes;
  std::uint64_t** const words[] = {&g.chain, &g.iteration, &g.stop_at, &g.adapt};
  for (std::uint64_t** word : words) *word = memory.take<std::uint64_t>(lanes);
  double** const numbers[] = {&g.step_size,     &g.step_gain,  &g.shrink_to,   &g.error_mean,
                              &g.log_step_mean, &g.step_count, &g.moment_count};
  for (double** number : numbers) *number = memory.take<double>(lanes);
  double** const arrays[] = {&g.position, &g.scale, &g.mean, &g.square};
  for (double** array : arrays) *array = memory.rows(dimension, lanes);
  return g;
}

/// Over zeroed memory: unit metric, step size 1.
inline LaneGroup first_group(Memory& memory, int dimension, int lanes) {
  LaneGroup group = lay_out_group(memory, dimension, lanes);
  for (int i = 0; i < dimension * lanes; ++i) group.scale[i] = 1;
  for (int k = 0; k < lanes; ++k) {
    group.step_size[k] = 1;
    group.step_gain[k] = first_step_gain;
    group.chain[k] = std::uint64_t(k);
  }
  return group;
}

}  // namespace tyche::TYCHE_LEVEL
