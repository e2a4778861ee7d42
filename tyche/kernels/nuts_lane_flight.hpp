// The trajectories under way in W lanes, and small operations on some of the lanes.
#pragma once
#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/lane_memory.hpp"
#include "tyche/kernels/lane_search.hpp"
#include "tyche/kernels/nuts_random.hpp"

namespace tyche::TYCHE_LEVEL {

/// Weights are exp(reference - H); the reference moves before one of them could overflow.
inline constexpr double max_log_weight = 300;

template <int W>
TYCHE_INLINE u32 mask_bits(Mask<u64, W> m) {
  return m.bits();
}
template <int W>
TYCHE_INLINE Lanes<u64, W> operator~(Lanes<u64, W> a) {
  return Lanes<u64, W>(~a.v);
}

template <int W>
TYCHE_INLINE void copy_rows(int rows, Mask<double, W> mask, const double* __restrict from,
                            double* __restrict to) {
  using D = Lanes<double, W>;
  for (int i = 0; i < rows; ++i) {
    select(mask, D::load(from + i * W), D::load(to + i * W)).store(to + i * W);
  }
}

template <int W>
TYCHE_INLINE void swap_rows(int rows, Mask<double, W> mask, double* __restrict a,
                            double* __restrict b) {
  using D = Lanes<double, W>;
  for (int i = 0; i < rows; ++i) {
    const D x = D::load(a + i * W), y = D::load(b + i * W);
    select(mask, y, x).store(a + i * W);
    select(mask, x, y).store(b + i * W);
  }
}

/// Calls use(k, lanes) for each k such that `bit` is 2^k in some of `among`, 0 < 2^k.
template <int W, class Use>
TYCHE_INLINE void for_each_bit(Lanes<u64, W> bit, u32 among, Use use) {
  using U = Lanes<u64, W>;
  const U masked = select(Mask<u64, W>::from_bits(among), bit, U(0));
  for (u64 rest = __builtin_reduce_or(masked.v); rest != 0; rest &= rest - 1) {
    use(__builtin_ctzll(rest), mask_bits(masked == U(rest & -rest)));
  }
}

/// Leaves S < N turn if p_S . rho <= 0 or p_N . rho <= 0, rho the sum of momenta from S to N.
/// Against the other end of the trajectory rho is the sum so far; `earlier.sum` is then null.
struct TurnTest {
  Slot earlier;
  u32 lanes;
  u32 outer;  // lanes where it ends the trajectory after the merge
  u32 early;  // lanes where it condemns a block before its end
};

struct Turned {
  u32 inner = 0, outer = 0, early = 0;

  TYCHE_INLINE void note(const TurnTest& test, u32 turned) {
    turned &= test.lanes;
    outer |= turned & test.outer;
    early |= turned & test.early;
    inner |= turned & ~test.outer & ~test.early;
  }
};

template <int W>
struct TurnTests {
  int count = 0;
  TurnTest test[40];

  TYCHE_INLINE void add(Slot earlier, u32 lanes, bool seam) {
    test[count++] = {earlier, lanes, 0, seam ? lanes : 0};
  }
  /// Against leaf `start`, which may differ from lane to lane; start 0 is the other end.
  TYCHE_INLINE void add_starts(const Slots& slots, double* end_p, Lanes<u64, W> start, u32 lanes,
                               bool seam) {
    using U = Lanes<u64, W>;
    const u32 whole = lanes & mask_bits(start == U(0));
    if (whole) test[count++] = {{end_p, nullptr}, whole, whole, 0};
    if (whole == lanes) return;
    for_each_bit(start & -start, lanes & ~whole,
                 [&](int k, u32 here) { add(slots.even[k], here, seam); });
  }
  /// The block of 2^s leaves that ends here, and the last seam of the block twice as long.
  TYCHE_INLINE void add_halves(const Slots& slots, int s, u32 lanes, u32 outer) {
    test[count++] = {slots.even[s], lanes, 0, 0};
    test[count++] = {slots.odd[s], lanes, outer, 0};
  }
};

template <int W>
struct LaneFlight {
  using D = Lanes<double, W>;
  using U = Lanes<u64, W>;
  using M = Mask<double, W>;
  static constexpr u32 everyone = (1u << W) - 1;

  // Rows [dimension][W]. The end a trajectory grows from is (q, gradient, at), the other `end`.
  double *q, *g[2], *end_q, *end_g, *end_p, *sub_q;
  double *sub_g, *draw_g;  // kept if `gradients`
  Slot at, free[2];
  Slots slots;
  SearchRows search;
  PhiloxKeys keys = PhiloxKeys(0);

  U n;                       // number of the newest leaf
  D half;                    // half the step size, signed; 0 in a lane at rest
  D energy0, reference;      // H0 and what weights are taken against
  D weight_sub, weight_all;  // of the growing subtree and of the trajectory before it
  D accept_sum;
  D energy_sub, log_density_sub;    // at the draw from the subtree
  D energy_draw, log_density_draw;  // at the draw from the trajectory
  LeafBits<W> bits;
  alignas(64) double log_density[W];
  u64 *chain, *iteration;

  u32 idle, finished;  // at rest; and with a draw not yet written
  u32 forward, outer_turn;
  u32 bad_gradient;             // lanes that ended on a divergence
  u32 doomed_lanes, doomed[W];  // 2^k: the block of 2^k leaves under way will be rejected
  U leaves, leapfrogs;          // of the trajectory that ended last
  u32 stopped_by[4];            // lanes, by LaneStop
  u32 parked;
  bool gradients;  // some lane asks for those of its draws
  int gradient_now, free_now;

  static LaneFlight& lay_out(Memory& memory, LaneGroup& group, bool measure) {
    const int d = group.dimension;
    LaneFlight* const place = memory.take<LaneFlight>(1);
    LaneFlight measured;
    LaneFlight& f = measure ? measured : *place;
    double** const all[] = {&f.q,     &f.g[0],  &f.g[1],  &f.end_q, &f.end_g,
                            &f.end_p, &f.sub_q, &f.sub_g, &f.draw_g};
    for (double** rows : all) *rows = memory.rows(d, W);
    f.free[0] = Slots::slot(memory, d, W);
    f.free[1] = Slots::slot(memory, d, W);
    f.at = f.free[0];
    f.slots.lay_out(memory, d, W);
    f.search = SearchRows::lay_out(memory, d, W);
    f.chain = reinterpret_cast<u64*>(group.chain);
    f.iteration = reinterpret_cast<u64*>(group.iteration);
    f.idle = everyone;
    return *place;
  }

  /// As each call begins: the host may have made room.
  void look_at_outputs(const LaneGroup& group) {
    parked = 0;
    gradients = false;
    for (int k = 0; k < W; ++k) {
      parked |= u32(parks(group, k)) << k;
      gradients |= group.output[k].gradients != nullptr;
    }
  }

  double* gradient() const { return g[gradient_now]; }
  double* next_gradient() const { return g[gradient_now ^ 1]; }
  Slot next_free() { return free[free_now ^= 1]; }

  /// The early seam test of the block that leaf n is in the middle of has failed: it will be
  /// rejected when it ends, as the recursion does, unless something ends it sooner.
  void doom(u32 lanes) {
    for (; lanes; lanes &= lanes - 1) {
      const int k = __builtin_ctz(lanes);
      const u32 block = 2 * u32(n[k] & -n[k]);
      doomed[k] = (doomed_lanes >> k & 1 ? doomed[k] : 0) | block;
      doomed_lanes |= 1u << k;
    }
  }
  /// The lanes that have just come to the end of a condemned block.
  u32 doomed_now(u32 live) const {
    u32 out = 0;
    for (u32 rest = doomed_lanes & live; rest; rest &= rest - 1) {
      const int k = __builtin_ctz(rest);
      const u32 ended = u32(n[k] ^ (n[k] + 1)) & ~1u;
      if (n[k] & 1 && doomed[k] & ended) out |= 1u << k;
    }
    return out;
  }

  /// The newest leaf becomes the reference of its lane's weights.
  void move_reference(M mask, D energy) {
    const D factor = select(mask, exp(energy - reference), D(1.0));
    weight_sub *= factor;
    weight_all *= factor;
    reference = select(mask, energy, reference);
  }

  void finish(u32 lanes, LaneStop why) {
    idle |= lanes;
    finished |= lanes;
    if (why == LaneStop::diverging) bad_gradient |= lanes;
    half = select(M::from_bits(lanes), D(0.0), half);
    // Nothing more is counted.
    energy0 = select(M::from_bits(lanes), D(-infinity), energy0);
    leaves = select(Mask<u64, W>::from_bits(lanes), n, leaves);
    leapfrogs = select(Mask<u64, W>::from_bits(lanes), n, leapfrogs);
    for (u32& others : stopped_by) others &= ~lanes;
    stopped_by[int(why)] |= lanes;
  }
  LaneStop stop_of(int lane) const {
    const u32 code = (stopped_by[1] >> lane & 1) | (stopped_by[2] >> lane & 1) << 1 |
                     (stopped_by[3] >> lane & 1) * 3;
    return LaneStop(code);
  }
};

}  // namespace tyche::TYCHE_LEVEL
