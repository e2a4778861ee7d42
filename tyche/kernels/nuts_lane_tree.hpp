// The trees that W lanes grow, leaf by leaf, however a leaf is made: turn tests, weights, merges.
#pragma once
#include "tyche/kernels/nuts_lane_flight.hpp"

namespace tyche::TYCHE_LEVEL {

/// Whether the leaves at hand have even or odd numbers in all lanes, or some either.
enum class Parity { even, odd, mixed };

/// The newest leaf of each lane is (q, gradient, at) of its flight, its number n.
template <int W>
class LaneTree {
 protected:
  using D = Lanes<double, W>;
  using U = Lanes<u64, W>;
  using M = Mask<double, W>;
  using Flight = LaneFlight<W>;

  LaneTree(LaneGroup& group, Flight& flight)
      : group_(group), f_(flight), dimension_(group.dimension) {}

  /// Which earlier leaves the new leaf N is tested against. N even: the start of the block whose
  /// first half ended just before (a seam, tested as early as can be). N odd with t trailing ones:
  /// the starts of the t blocks that N ends, and the last leaves of their first halves.
  template <Parity parity, bool Shared>
  void plan_tests(int t, u32 live, TurnTests<W>& tests) {
    const U n = f_.n;
    if constexpr (Shared) {
      const int place = t & (group_.clock - 1);
      const int start = parity == Parity::even ? place & (place - 1) : place & (place + 1);
      if (start) {
        tests.add(f_.slots.even[__builtin_ctz(u32(start))], live, parity == Parity::even);
      } else {
        const U x = parity == Parity::even ? n & (n - U(1)) : n & (n + U(1));
        tests.add_starts(f_.slots, f_.end_p, x, live, parity == Parity::even);
      }
      if (parity == Parity::odd) {
        const int ones = __builtin_ctz(~u32(place));
        for (int s = 1; s < ones; ++s) {
          tests.add_halves(f_.slots, s, live, live & mask_bits(n + U(1) == U(u64(2) << s)));
        }
      }
    } else {
      const auto is_even = (n & U(1)) == U(0);
      const u32 even = parity == Parity::odd ? 0 : live & mask_bits(is_even);
      if (even) tests.add_starts(f_.slots, f_.end_p, n & (n - U(1)), even, true);
      const u32 odd = parity == Parity::even ? 0 : live & ~even;
      if (odd) tests.add_starts(f_.slots, f_.end_p, n & (n + U(1)), odd, false);
      u32 deep = odd;
      for (int s = 1; deep != 0; ++s) {
        deep &= mask_bits(((n + U(1)) & U((u64(2) << s) - 1)) == U(0));
        if (deep) {
          tests.add_halves(f_.slots, s, deep, deep & mask_bits(n + U(1) == U(u64(2) << s)));
        }
      }
    }
  }

  void run_test(const TurnTest& test, Turned& turned) {
    turned.note(test,
                test.earlier.sum ? turn_bits<false>(test.earlier) : turn_bits<true>(test.earlier));
  }

  template <bool OtherEnd>
  u32 turn_bits(Slot earlier) {
    const double *__restrict p = f_.at.p, *__restrict sum = f_.at.sum,
                 *__restrict p_earlier = earlier.p, *__restrict sum_earlier = earlier.sum;
    RowSum<W> at_earlier, at_newest;
    for_rows(dimension_, [&](int i, auto k) __attribute__((always_inline)) {
      const D p_old = D::load(p_earlier + i * W), sum_new = D::load(sum + i * W);
      const D rho = OtherEnd ? sum_new : (sum_new - D::load(sum_earlier + i * W)) + p_old;
      at_earlier.add(k, p_old, rho);
      at_newest.add(k, D::load(p + i * W), rho);
    });
    return turns(at_earlier.total(), at_newest.total());
  }

  TYCHE_INLINE static u32 turns(D at_earlier, D at_newest) {
    return (min(at_earlier, at_newest) <= D(0.0)).bits();
  }

  /// Leaf 0: the trajectory is this state alone.
  void begin(u32 first, D energy) {
    Flight& f = f_;
    const M mask = M::from_bits(first);
    const D log_density = D::load(f.log_density);
    f.energy0 = select(mask, energy, f.energy0);
    f.reference = select(mask, energy, f.reference);
    f.energy_draw = select(mask, energy, f.energy_draw);
    f.log_density_draw = select(mask, log_density, f.log_density_draw);
    f.weight_all = select(mask, D(1.0), f.weight_all);
    f.weight_sub = select(mask, D(0.0), f.weight_sub);
    f.accept_sum = select(mask, D(0.0), f.accept_sum);
    f.outer_turn &= ~first;
    f.doomed_lanes &= ~first;
    copy_rows<W>(dimension_, mask, f.q, f.end_q);
    copy_rows<W>(dimension_, mask, f.gradient(), f.end_g);
    if (f.gradients) copy_rows<W>(dimension_, mask, f.gradient(), f.draw_g);
    copy_rows<W>(dimension_, mask, f.at.p, f.end_p);
    const u32 forward = first & mask_bits(f.bits.first_forward());
    f.forward = (f.forward & ~first) | forward;
    const D half = 0.5 * D::load(group_.step_size);
    f.half = select(mask, select(M::from_bits(forward), half, -half), f.half);
  }

  /// Energy error, acceptance, weight, and the choice of a leaf within the subtree (a reservoir:
  /// exact multinomial). Returns the lanes whose energy error is within bounds.
  template <Parity parity>
  u32 weigh(u32 live, D energy) {
    Flight& f = f_;
    const D error = energy - f.energy0;
    const M bounded = (error < D(group_.settings.max_energy_error)) & (error > D(-infinity));
    const u32 counted = live & bounded.bits();
    if (const u32 heavy = counted & (f.reference - energy > D(max_log_weight)).bits()) {
      f.move_reference(M::from_bits(heavy), energy);
    }
    const D weight = exp(f.reference - energy);
    const bool moved = (live & (f.reference != f.energy0).bits()) != 0;
    const D accept = min(moved ? exp(-error) : weight, D(1.0));
    f.accept_sum += select(bounded, accept, D(0.0));
    f.weight_sub += weight;

    if (parity != Parity::odd) {
      f.bits = leaf_bits(f.keys, U::load(f.chain), U::load(f.iteration), f.n >> 1);
    }
    D u = LeafBits<W>::within(parity == Parity::odd ? f.bits.odd : f.bits.even);
    if (parity == Parity::mixed) {
      const auto odd = (f.n & U(1)) != U(0);
      u = select(M(odd.v), LeafBits<W>::within(f.bits.odd), u);
    }
    const u32 take = counted & (u * f.weight_sub < weight).bits();
    if (take) {
      const M mask = M::from_bits(take);
      copy_rows<W>(dimension_, mask, f.q, f.sub_q);
      if (f.gradients) copy_rows<W>(dimension_, mask, f.gradient(), f.sub_g);
      f.energy_sub = select(mask, energy, f.energy_sub);
      f.log_density_sub = select(mask, D::load(f.log_density), f.log_density_sub);
    }
    return counted;
  }

  /// What the newest leaves of the `live` lanes decide: whether their trajectories go on.
  template <Parity parity>
  TYCHE_INLINE void settle(u32 live, u32 diverged, const Turned& turned) {
    u32 rejected = diverged | turned.inner;
    f_.outer_turn |= turned.outer;
    if (turned.early) f_.doom(turned.early);
    if (parity != Parity::even) {
      if (f_.doomed_lanes & live) rejected |= f_.doomed_now(live);
      const u32 complete = live & ~rejected & mask_bits((f_.n & (f_.n + U(1))) == U(0));
      if (complete) merge(complete);
    }
    if (rejected) {
      finish(rejected & ~diverged, LaneStop::subtree);
      finish(diverged, LaneStop::diverging);
    }
  }

  /// The subtree of the given lanes is complete: it joins the trajectory, its draw taken with
  /// probability min(1, weight of the subtree / weight of the rest) (Betancourt 2017, A.3.2).
  void merge(u32 complete) {
    Flight& f = f_;
    const D u = f.bits.merge();
    const u32 take = complete & (u * f.weight_all < f.weight_sub).bits();
    if (take) {
      const M mask = M::from_bits(take);
      copy_rows<W>(dimension_, mask, f.sub_q, group_.position);
      if (f.gradients) copy_rows<W>(dimension_, mask, f.sub_g, f.draw_g);
      f.energy_draw = select(mask, f.energy_sub, f.energy_draw);
      f.log_density_draw = select(mask, f.log_density_sub, f.log_density_draw);
    }
    const M mask = M::from_bits(complete);
    f.weight_all = select(mask, f.weight_all + f.weight_sub, f.weight_all);
    f.weight_sub = select(mask, D(0.0), f.weight_sub);
    f.doomed_lanes &= ~complete;

    const u64 last = (u64(1) << group_.settings.max_depth) - 1;
    const u32 turned = complete & f.outer_turn;
    const u32 deepest = complete & ~turned & mask_bits(f.n == U(last));
    finish(turned, LaneStop::turning);
    finish(deepest, LaneStop::depth);
    const u32 grows = complete & ~turned & ~deepest;
    const u32 flipped = grows & (f.forward ^ mask_bits(f.bits.forward()));
    if (flipped) turn_round(flipped);
  }

  /// Goes on from the other end. The slot of the leaf just made gets the new near end's momentum:
  /// the seam test of the next merge asks for it.
  void turn_round(u32 flipped) {
    Flight& f = f_;
    const M mask = M::from_bits(flipped);
    f.forward ^= flipped;
    f.half = select(mask, -f.half, f.half);
    swap_rows<W>(dimension_, mask, f.q, f.end_q);
    swap_rows<W>(dimension_, mask, f.gradient(), f.end_g);
    swap_rows<W>(dimension_, mask, f.at.p, f.end_p);
  }

  void finish(u32 lanes, LaneStop stop) {
    if (lanes) f_.finish(lanes, stop);
  }

  /// Copies the newest leaf from where it was computed to the slots that its lanes keep it in.
  template <Parity parity>
  void keep_leaf(u32 live) {
    const U n = f_.n;
    const auto is_even = (n & U(1)) == U(0);
    const u32 even = parity == Parity::odd ? 0 : live & mask_bits(is_even);
    if (parity != Parity::odd) keep_in(f_.slots.even, n & -n, even);
    if (parity != Parity::even) keep_in(f_.slots.odd, (n + U(1)) & ~n, live & ~even);
  }

  void keep_in(const Slot* slots, U bit, u32 lanes) {
    for_each_bit(bit, lanes, [&](int k, u32 here) {
      const M mask = M::from_bits(here);
      copy_rows<W>(dimension_, mask, f_.at.p, slots[k].p);
      copy_rows<W>(dimension_, mask, f_.at.sum, slots[k].sum);
    });
  }

  LaneGroup& group_;
  Flight& f_;
  const int dimension_;
};

}  // namespace tyche::TYCHE_LEVEL
