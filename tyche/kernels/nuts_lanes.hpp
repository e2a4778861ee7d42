// NUTS for W chains in lanes, as a state machine whose unit of work is one leapfrog step of all of
// them. A lane that ends its trajectory begins the next at the following tick of a common clock, so
// that the leaf numbers of all lanes agree modulo the clock and most bookkeeping is shared.
#pragma once
#include "tyche/kernels/nuts_lane_opening.hpp"
#include "tyche/kernels/nuts_lane_tree.hpp"

namespace tyche::TYCHE_LEVEL {

template <int W>
class LaneNuts : LaneTree<W> {
  using typename LaneTree<W>::D;
  using typename LaneTree<W>::U;
  using Flight = LaneFlight<W>;
  using LaneTree<W>::group_, LaneTree<W>::f_, LaneTree<W>::dimension_, LaneTree<W>::turns;
  static constexpr u32 everyone = Flight::everyone;

 public:
  LaneNuts(LaneGroup& group, LaneEvaluate evaluate, void* context)
      : LaneTree<W>(group, *static_cast<Flight*>(group.flight)),
        evaluate_(evaluate),
        context_(context) {}

  u32 advance(i64 steps) {
    f_.keys = PhiloxKeys(group_.settings.seed);
    f_.look_at_outputs(group_);
    const int clock = group_.clock;
    while (steps > 0) {
      if (const u32 parked = close_draws(group_, f_)) return parked;
      open_draws(group_, f_);
      if (f_.idle == everyone) return 0;
      const int made = aligned() ? aligned_cycle(clock) : mixed_cycle(clock);
      f_.at = f_.free[f_.free_now];
      steps -= made;
      group_.steps += u64(made);
    }
    return 0;
  }

 private:
  /// Not so for clock 1, nor at first when the clock was changed in mid-flight.
  bool aligned() const {
    const u64 clock = u64(group_.clock);
    const auto off = ((f_.n + U(1)) & U(clock - 1)) != U(0);
    return clock > 1 && (mask_bits(off) & ~f_.idle & everyone) == 0;
  }

  int aligned_cycle(int clock) {
    step<Parity::even, false>(0);
    for (int t = 1; t < clock - 1; t += 2) {
      if (f_.idle == everyone) return t;
      step<Parity::odd, true>(t);
      if (f_.idle == everyone) return t + 1;
      step<Parity::even, true>(t + 1);
    }
    if (f_.idle == everyone) return clock - 1;
    step<Parity::odd, false>(clock - 1);
    return clock;
  }

  int mixed_cycle(int clock) {
    for (int t = 0; t < clock; ++t) {
      if (f_.idle == everyone) return t;
      step<Parity::mixed, false>(t);
    }
    return clock;
  }

  /// One leapfrog step of every lane. `Shared`: all lanes are at the same place t of the clock,
  /// neither its first nor its last, so that they keep their leaf in the same slot.
  template <Parity parity, bool Shared>
  [[gnu::noinline]] void step(int t) {
    Flight& f = f_;
    drift<W>(dimension_, f.half, group_.scale, f.at.p, f.gradient(), f.q, f.q);
    evaluate_(context_, f.q, f.next_gradient(), f.log_density);
    f.n = f.n + U(1);

    const u32 flying = ~f.idle & everyone;
    const u32 first = Shared || parity == Parity::odd ? 0 : flying & mask_bits(f.n == U(0));
    const u32 live = flying & ~first;
    TurnTests<W> tests;
    this->template plan_tests<parity, Shared>(t, live, tests);
    const Slot before = f.at;
    f.at = Shared ? shared_slot<parity>(t) : f.next_free();
    Turned turned;
    const D kinetic = kick(before, tests, turned);
    for (int k = 1; k < tests.count; ++k) this->run_test(tests.test[k], turned);

    const D energy = fma(kinetic, 0.5, -D::load(f.log_density));
    f.gradient_now ^= 1;
    const u32 bounded = this->template weigh<parity>(live, energy);
    if (!Shared && first) this->begin(first, energy);
    const u32 diverged = live & ~bounded;
    if (diverged) record_divergences(group_, f, before, diverged);
    this->template settle<parity>(live, diverged, turned);
    if (!Shared) this->template keep_leaf<parity>(live & ~f.idle);
  }

  template <Parity parity>
  Slot shared_slot(int t) const {
    const int k = parity == Parity::even ? __builtin_ctz(u32(t)) : __builtin_ctz(~u32(t));
    return parity == Parity::even ? f_.slots.even[k] : f_.slots.odd[k];
  }

  /// The second half of the kick, the sums of momenta, the kinetic energy (twice) and the first
  /// turn test, in one pass.
  D kick(Slot before, const TurnTests<W>& tests, Turned& turned) {
    if (tests.count == 0) return kick_and_test<0>(before, TurnTest{}, turned);
    const TurnTest& first = tests.test[0];
    return first.earlier.sum ? kick_and_test<2>(before, first, turned)
                             : kick_and_test<1>(before, first, turned);
  }

  /// Kind 0: no test; 1: against the other end of the trajectory; 2: against a leaf in a slot.
  template <int Kind>
  TYCHE_INLINE D kick_and_test(Slot before, TurnTest test, Turned& turned) {
    const double *__restrict scale = group_.scale, *__restrict p = before.p,
                 *__restrict sum = before.sum, *__restrict g = f_.gradient(),
                 *__restrict g_next = f_.next_gradient(), *__restrict p_earlier = test.earlier.p,
                 *__restrict sum_earlier = test.earlier.sum;
    double* __restrict p_out = f_.at.p, * __restrict sum_out = f_.at.sum;
    const D half = f_.half;
    RowSum<W> kinetic, at_earlier, at_newest;
    for_rows(dimension_, [&](int i, auto k) __attribute__((always_inline)) {
      const int at = i * W;
      const D p_new = kicked(half * D::load(scale + at), D::load(p + at), D::load(g + at),
                             D::load(g_next + at));
      const D sum_new = D::load(sum + at) + p_new;
      p_new.store(p_out + at);
      sum_new.store(sum_out + at);
      kinetic.add(k, p_new, p_new);
      if constexpr (Kind != 0) {
        const D p_old = D::load(p_earlier + at);
        const D rho = Kind == 1 ? sum_new : (sum_new - D::load(sum_earlier + at)) + p_old;
        at_earlier.add(k, p_old, rho);
        at_newest.add(k, p_new, rho);
      }
    });
    if constexpr (Kind != 0) turned.note(test, turns(at_earlier.total(), at_newest.total()));
    return kinetic.total();
  }

  const LaneEvaluate evaluate_;
  void* const context_;
};

}  // namespace tyche::TYCHE_LEVEL
