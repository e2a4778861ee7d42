// WALNUTS for W chains in lanes (Bou-Rabee, Carpenter, Kleppe and Liu 2025, arXiv 2506.18746): NUTS
// whose step, from each leaf to the next, is made of 1, 2, 4, ... leapfrog steps of the same total
// length, as few as keep the spread of the energy along them within a bound. A step is kept only if
// the same number is chosen from its end backwards; else the subtree is dropped, as a turning one
// is. The unit of work is one leapfrog step of all lanes, whatever each is at.
#pragma once
#include "tyche/kernels/nuts_lane_opening.hpp"
#include "tyche/kernels/nuts_lane_tree.hpp"

namespace tyche::TYCHE_LEVEL {

/// The attempt under way in each lane: from the newest leaf in the direction of the trajectory, or,
/// to check a step, from its end back.
template <int W>
struct WalnutsFlight {
  using D = Lanes<double, W>;
  using U = Lanes<u64, W>;

  LaneFlight<W>* tree;
  SearchRows search;
  // Rows [dimension][W]: where the attempt is, and the end of the step that is being checked.
  double *q, *g[2], *p, *found_q, *found_g, *found_p;
  D half;                     // half the leapfrog step, signed; 0 in a lane at rest
  D lowest, highest;          // of H along the attempt
  D energy_end, energy_back;  // at the newest leaf and at the other end of the trajectory
  D energy_found, log_density_found;
  D accept_sum;   // over leaves: exp(-|change of H|) of the undivided step
  U count, left;  // leapfrog steps of the attempt: in all, and to come
  U count_found;  // of the step that is being checked
  U leapfrogs;    // of the trajectory
  u32 opening;    // lanes that ask for the gradient at the start
  u32 checking;   // lanes that run back
  alignas(64) double log_density[W];
  int now;

  static WalnutsFlight& lay_out(Memory& memory, LaneGroup& group, bool measure) {
    WalnutsFlight* const place = memory.take<WalnutsFlight>(1);
    WalnutsFlight measured;
    WalnutsFlight& w = measure ? measured : *place;
    double** const all[] = {&w.q, &w.g[0], &w.g[1], &w.p, &w.found_q, &w.found_g, &w.found_p};
    for (double** rows : all) *rows = memory.rows(group.dimension, W);
    w.tree = &LaneFlight<W>::lay_out(memory, group, measure);
    w.search = SearchRows::lay_out(memory, group.dimension, W);
    return *place;
  }
};

template <int W>
class LaneWalnuts : LaneTree<W> {
  using typename LaneTree<W>::D;
  using typename LaneTree<W>::U;
  using typename LaneTree<W>::M;
  using LaneTree<W>::group_, LaneTree<W>::f_, LaneTree<W>::dimension_;
  using Flight = WalnutsFlight<W>;
  static constexpr u32 everyone = LaneFlight<W>::everyone;
  static constexpr Parity mixed = Parity::mixed;

 public:
  LaneWalnuts(LaneGroup& group, LaneEvaluate evaluate, void* context)
      : LaneTree<W>(group, *static_cast<Flight*>(group.flight)->tree),
        w_(*static_cast<Flight*>(group.flight)),
        evaluate_(evaluate),
        context_(context),
        most_(u64(1) << group.settings.max_halvings) {}

  u32 advance(i64 steps) {
    f_.keys = PhiloxKeys(group_.settings.seed);
    f_.look_at_outputs(group_);
    for (; steps > 0; --steps) {
      if (const u32 parked = close_draws(group_, f_)) return parked;
      const u32 opens = f_.idle & ~f_.parked;
      open_draws(group_, f_);
      if (opens) stand_at_start(opens);
      if (f_.idle == everyone) return 0;
      const D energy = leapfrog();
      ++group_.steps;
      decide(energy);
    }
    return 0;
  }

 private:
  /// What an attempt has come to: bits of lanes.
  struct Verdict {
    u32 made;          // the next leaf, at the attempt's point
    u32 diverged;      // no number of steps does
    u32 irreversible;  // another number is chosen from the end backwards
  };

  /// A leapfrog step of size 0, whose gradient is that of the start.
  void stand_at_start(u32 opens) {
    const M mask = M::from_bits(opens);
    const auto words = Mask<u64, W>::from_bits(opens);
    copy_rows<W>(dimension_, mask, f_.q, w_.q);
    copy_rows<W>(dimension_, mask, f_.at.p, w_.p);
    double* const g = w_.g[w_.now];
    for (int i = 0; i < dimension_; ++i) {
      select(mask, D(0.0), D::load(g + i * W)).store(g + i * W);
    }
    w_.half = select(mask, D(0.0), w_.half);
    w_.accept_sum = select(mask, D(0.0), w_.accept_sum);
    w_.leapfrogs = select(words, U(~u64(0)), w_.leapfrogs);  // the start is none of them
    w_.opening |= opens;
    w_.checking &= ~opens;
  }

  /// Of every lane; returns the energy there.
  D leapfrog() {
    const int next = w_.now ^ 1;
    const double* __restrict g = w_.g[w_.now], * __restrict g_next = w_.g[next];
    double* __restrict p = w_.p;
    drift<W>(dimension_, w_.half, group_.scale, p, g, w_.q, w_.q);
    evaluate_(context_, w_.q, w_.g[next], w_.log_density);
    RowSum<W> kinetic;
    for_rows(dimension_, [&](int i, auto k) __attribute__((always_inline)) {
      const int at = i * W;
      const D p_new = kicked(w_.half * D::load(group_.scale + at), D::load(p + at), D::load(g + at),
                             D::load(g_next + at));
      p_new.store(p + at);
      kinetic.add(k, p_new, p_new);
    });
    w_.now = next;
    w_.left = w_.left - U(1);
    w_.leapfrogs = w_.leapfrogs + U(1);
    return fma(kinetic.total(), 0.5, -D::load(w_.log_density));
  }

  void decide(D energy) {
    const u32 flying = ~f_.idle & everyone, first = flying & w_.opening, tries = flying & ~first;
    Verdict verdict = attempt(tries, energy);
    w_.opening = 0;
    verdict.made |= first;
    const D error = energy - f_.energy0;
    const M bounded = (error < D(group_.settings.max_energy_error)) & (error > D(-infinity));
    const u32 wild = verdict.made & ~first & ~bounded.bits();
    verdict.made &= ~wild;
    verdict.diverged |= wild;
    const u32 ends = verdict.made | verdict.diverged | verdict.irreversible;
    if (ends) grow(verdict, first, ends, energy);
  }

  /// Lanes whose attempt is at its end, or beyond the bound, find what follows. `energy` becomes
  /// that of the point that is next in the trajectory.
  Verdict attempt(u32 tries, D& energy) {
    const D bound = group_.settings.max_step_error;
    const M within = (energy - w_.lowest <= bound) & (w_.highest - energy <= bound);
    w_.lowest = min(energy, w_.lowest);
    w_.highest = max(energy, w_.highest);
    const u32 back = w_.checking, undivided = mask_bits(w_.count == U(1));
    const u32 failed = tries & ~within.bits();
    const u32 passed = tries & ~failed & mask_bits(w_.left == U(0));
    if (const u32 first = tries & ~back & undivided) note_acceptance(first, energy);

    const u32 longest = mask_bits(w_.count == U(most_));
    const u32 as_found = mask_bits((w_.count + w_.count) == w_.count_found);
    const u32 confirmed = failed & back & as_found;
    Verdict verdict = {passed & ~back & undivided, failed & ~back & longest, passed & back};
    if (const u32 halves = failed & ~verdict.diverged & ~confirmed) halve(halves);
    if (const u32 found = passed & ~back & ~undivided) check(found, energy);
    if (confirmed) confirm(confirmed, energy);
    verdict.made |= confirmed;
    return verdict;
  }

  /// By what the step size is adapted: how well undivided steps keep the energy.
  void note_acceptance(u32 lanes, D energy) {
    const D accept = exp(-abs(energy - w_.energy_end));
    w_.accept_sum += select(M::from_bits(lanes) & (accept >= D(0.0)), accept, D(0.0));
  }

  /// Tries again from where the attempt began, with twice the steps.
  void halve(u32 lanes) {
    const u32 back = lanes & w_.checking;
    if (back) start_at(back, w_.found_q, w_.found_g, w_.found_p, w_.energy_found);
    if (lanes & ~back) start_at(lanes & ~back, f_.q, f_.gradient(), f_.at.p, w_.energy_end);
    const auto words = Mask<u64, W>::from_bits(lanes);
    w_.count = select(words, w_.count + w_.count, w_.count);
    w_.left = select(words, w_.count, w_.left);
    w_.half = select(M::from_bits(lanes), 0.5 * w_.half, w_.half);
  }

  /// A divided step does: now from its end backwards, undivided at first.
  void check(u32 lanes, D energy) {
    const M mask = M::from_bits(lanes);
    copy_rows<W>(dimension_, mask, w_.q, w_.found_q);
    copy_rows<W>(dimension_, mask, w_.g[w_.now], w_.found_g);
    copy_rows<W>(dimension_, mask, w_.p, w_.found_p);
    w_.energy_found = select(mask, energy, w_.energy_found);
    w_.log_density_found = select(mask, D::load(w_.log_density), w_.log_density_found);
    w_.count_found = select(Mask<u64, W>::from_bits(lanes), w_.count, w_.count_found);
    w_.checking |= lanes;
    begin_attempt(lanes, -f_.half, energy);
  }

  /// Nothing shorter does from the end backwards either: back to the end.
  void confirm(u32 lanes, D& energy) {
    const M mask = M::from_bits(lanes);
    start_at(lanes, w_.found_q, w_.found_g, w_.found_p, w_.energy_found);
    energy = select(mask, w_.energy_found, energy);
    select(mask, w_.log_density_found, D::load(w_.log_density)).store(w_.log_density);
  }

  void start_at(u32 lanes, const double* q, const double* g, const double* p, D energy) {
    const M mask = M::from_bits(lanes);
    copy_rows<W>(dimension_, mask, q, w_.q);
    copy_rows<W>(dimension_, mask, g, w_.g[w_.now]);
    copy_rows<W>(dimension_, mask, p, w_.p);
    w_.lowest = select(mask, energy, w_.lowest);
    w_.highest = select(mask, energy, w_.highest);
  }

  /// Undivided, from where the lanes are.
  void begin_attempt(u32 lanes, D half, D energy) {
    const M mask = M::from_bits(lanes);
    const auto words = Mask<u64, W>::from_bits(lanes);
    w_.half = select(mask, half, w_.half);
    w_.lowest = select(mask, energy, w_.lowest);
    w_.highest = select(mask, energy, w_.highest);
    w_.count = select(words, U(1), w_.count);
    w_.left = select(words, U(1), w_.left);
  }

  /// The trees take the new leaves, and those that go on begin their next attempt.
  void grow(const Verdict& verdict, u32 first, u32 ends, D energy) {
    if (verdict.diverged) record_divergences(verdict.diverged);
    f_.n = select(Mask<u64, W>::from_bits(ends), f_.n + U(1), f_.n);
    if (verdict.made) take_leaf(verdict.made, first, energy);
    const u32 live = verdict.made & ~first;
    TurnTests<W> tests;
    this->template plan_tests<mixed, false>(0, live, tests);
    Turned turned;
    for (int k = 0; k < tests.count; ++k) this->run_test(tests.test[k], turned);
    const D none = __builtin_inf();
    this->template weigh<mixed>(live, select(M::from_bits(verdict.made), energy, none));
    if (first) this->begin(first, energy);
    const u32 forward = f_.forward;
    this->template settle<mixed>(live, verdict.diverged, turned);
    this->finish(verdict.irreversible, LaneStop::subtree);
    this->template keep_leaf<mixed>(live & ~f_.idle);
    if (const u32 over = ends & f_.idle) end(over);
    if (const u32 goes_on = ends & ~f_.idle) go_on(goes_on, forward ^ f_.forward);
  }

  void take_leaf(u32 made, u32 first, D energy) {
    const M mask = M::from_bits(made);
    copy_rows<W>(dimension_, mask, w_.q, f_.q);
    copy_rows<W>(dimension_, mask, w_.g[w_.now], f_.gradient());
    double* __restrict p = f_.at.p, * __restrict sum = f_.at.sum;
    for (int i = 0; i < dimension_; ++i) {
      const D p_new = D::load(w_.p + i * W), sum_old = D::load(sum + i * W);
      select(mask, p_new, D::load(p + i * W)).store(p + i * W);
      select(mask, sum_old + p_new, sum_old).store(sum + i * W);
    }
    select(mask, D::load(w_.log_density), D::load(f_.log_density)).store(f_.log_density);
    w_.energy_end = select(mask, energy, w_.energy_end);
    w_.energy_back = select(M::from_bits(first), energy, w_.energy_back);
  }

  void go_on(u32 lanes, u32 flipped) {
    w_.checking &= ~lanes;
    const u32 turned = lanes & flipped;
    if (turned) {
      const M mask = M::from_bits(turned);
      const D end = w_.energy_end;
      w_.energy_end = select(mask, w_.energy_back, end);
      w_.energy_back = select(mask, end, w_.energy_back);
      start_at(turned, f_.q, f_.gradient(), f_.at.p, w_.energy_end);
    }
    begin_attempt(lanes, f_.half, w_.energy_end);
  }

  /// A step that failed counts among the leaves, with acceptance 0 where it diverged.
  void end(u32 lanes) {
    const M mask = M::from_bits(lanes);
    w_.half = select(mask, D(0.0), w_.half);
    f_.accept_sum = select(mask, w_.accept_sum, f_.accept_sum);
    f_.leapfrogs = select(Mask<u64, W>::from_bits(lanes), w_.leapfrogs, f_.leapfrogs);
  }

  /// The last leaf, and where the attempt from it left the bound.
  void record_divergences(u32 lanes) {
    for (; lanes; lanes &= lanes - 1) {
      const int k = __builtin_ctz(lanes);
      LaneOutput& out = group_.output[k];
      double* const to = out.divergences + i64(out.divergence_count++) * 2 * dimension_;
      copy_lane<W>(dimension_, f_.q + k, to);
      copy_lane<W>(dimension_, w_.q + k, to + dimension_);
    }
  }

  Flight& w_;
  const LaneEvaluate evaluate_;
  void* const context_;
  const u64 most_;  // leapfrog steps of a step
};

}  // namespace tyche::TYCHE_LEVEL
