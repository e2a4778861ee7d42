// NUTS for one chain with its parameters in lanes: the numbering of leaves and every bit of every
// draw as in nuts_lanes.hpp, with the control flow of one chain.
#pragma once
#include "tyche/kernels/lane_adapt.hpp"
#include "tyche/kernels/nuts_lane_opening.hpp"
#include "tyche/kernels/nuts_single_flight.hpp"

namespace tyche::TYCHE_LEVEL {

/// Rows: groups of eight parameters, if known to the compiler, else 0.
template <int Rows>
class SingleNuts {
  using D = Lanes<double, 8>;
  using One = Lanes<double, 1>;
  using Two = Lanes<double, 2>;  // one number, in instructions that select without a detour

 public:
  SingleNuts(LaneGroup& group, LaneEvaluate evaluate, void* context)
      : group_(group),
        f_(*static_cast<SingleFlight*>(group.flight)),
        evaluate_(evaluate),
        context_(context),
        rows_(Rows ? Rows : f_.rows) {}

  u32 advance(i64 steps) {
    f_.keys = PhiloxKeys(group_.settings.seed);
    for (; steps > 0; --steps) {
      if (!f_.under_way) {
        if (parks(group_, 0)) return 0;
        open();
      }
      ++group_.steps;
      if (leaf()) continue;
      close();
      if (parks(group_, 0)) {
        park();
        return 1;
      }
    }
    return 0;
  }

 private:
  TYCHE_INLINE int rows() const { return Rows ? Rows : rows_; }

  /// Starts a trajectory at the last draw, whose gradient is still in its node, or else at
  /// `position`.
  void open() {
    SingleFlight& f = f_;
    if (!f.warm) {
      f.draw = 0;
      Node& node = f.node[0];
      for (int i = 0; i < group_.dimension; ++i) node.q[i] = group_.position[i];
      evaluate_(context_, node.q, node.g, &node.log_density);
      ++group_.steps;
      f.warm = true;
    }
    f.prepare(group_, group_.iteration[0]);
    const DrawAhead& now = *f.now;

    Node& start = f.node[f.draw];
    D kinetic = 0.0;
    for (int i = 0; i < rows(); ++i) {
      const D p = D::load(now.p + 8 * i);
      kinetic = fma(p, p, kinetic);
    }
    start.energy = f.energy0 = f.reference = energy_of(tree_sum(kinetic), start.log_density);
    f.newest = f.other_end = f.sub_draw = f.draw;
    f.end_p = now.p;
    f.at = {now.p, now.p};
    f.n = 0;
    f.weight_all = 1;
    f.weight_sub = f.accept_sum = 0;
    f.outer_turn = false;
    f.doomed = 0;
    f.forward = now.first_forward;
    f.half = f.forward ? 0.5 * group_.step_size[0] : -0.5 * group_.step_size[0];
    f.under_way = true;
  }

  static double energy_of(double kinetic, double log_density) {
    return fma(One(kinetic), 0.5, One(-log_density))[0];
  }

  /// One leapfrog step. Returns whether the trajectory goes on.
  bool leaf() {
    SingleFlight& f = f_;
    const u64 n = ++f.n;
    const Node& from = f.node[f.newest];
    const int next = f.next_node();
    Node& to = f.node[next];
    drift<8>(rows(), D(f.half), group_.scale, f.at.p, from.g, from.q, to.q);
    evaluate_(context_, to.q, to.g, &to.log_density);

    const Slot before = f.at;
    f.at = n & 1 ? f.slots.odd[__builtin_ctzll(~n)] : f.slots.even[__builtin_ctzll(n)];
    const u64 start = n & 1 ? n & (n + 1) : n & (n - 1);
    const Kick kick =
        start ? make_kick<false>(before, from.g, to.g, f.slots.even[__builtin_ctzll(start)])
              : make_kick<true>(before, from.g, to.g, {f.end_p, nullptr});
    to.energy = energy_of(kick.kinetic, to.log_density);
    if (!weigh(next)) {
      record_divergence(from, to);
      return finish(LaneStop::diverging, false);
    }
    f.newest = next;
    return n & 1 ? close_blocks(kick.turns, start == 0) : note_seam(kick.turns, start == 0);
  }

  struct Kick {
    double kinetic;
    bool turns;
  };

  template <bool OtherEnd>
  TYCHE_INLINE Kick make_kick(Slot before, const double* __restrict g,
                              const double* __restrict g_next, Slot earlier) {
    const double *__restrict scale = group_.scale, *p = before.p, *sum = before.sum,
                 *__restrict p_earlier = earlier.p, *__restrict sum_earlier = earlier.sum;
    double* __restrict p_out = f_.at.p, * __restrict sum_out = f_.at.sum;
    const D half = f_.half;
    D kinetic = 0.0, at_earlier = 0.0, at_newest = 0.0;
    for (int at = 0; at < 8 * rows(); at += 8) {
      const D p_new = kicked(half * D::load(scale + at), D::load(p + at), D::load(g + at),
                             D::load(g_next + at));
      const D sum_new = D::load(sum + at) + p_new;
      p_new.store(p_out + at);
      sum_new.store(sum_out + at);
      kinetic = fma(p_new, p_new, kinetic);
      const D p_old = D::load(p_earlier + at);
      const D rho = OtherEnd ? sum_new : (sum_new - D::load(sum_earlier + at)) + p_old;
      at_earlier = fma(p_old, rho, at_earlier);
      at_newest = fma(p_new, rho, at_newest);
    }
    return {tree_sum(kinetic), any(tree_sums(at_earlier, at_newest) <= 0.0)};
  }

  /// Whether the leaves from `earlier` to the newest turn.
  TYCHE_INLINE bool turns(Slot earlier) const {
    const double *__restrict p = f_.at.p, *__restrict sum = f_.at.sum,
                 *__restrict p_earlier = earlier.p, *__restrict sum_earlier = earlier.sum;
    D at_earlier = 0.0, at_newest = 0.0;
    for (int at = 0; at < 8 * rows(); at += 8) {
      const D p_old = D::load(p_earlier + at);
      const D rho = (D::load(sum + at) - D::load(sum_earlier + at)) + p_old;
      at_earlier = fma(p_old, rho, at_earlier);
      at_newest = fma(D::load(p + at), rho, at_newest);
    }
    return any(tree_sums(at_earlier, at_newest) <= 0.0);
  }

  /// Energy error, acceptance, weight, and the choice of a leaf within the subtree. Returns whether
  /// the energy error is within bounds.
  TYCHE_INLINE bool weigh(int next) {
    SingleFlight& f = f_;
    const double energy = f.node[next].energy, error = energy - f.energy0;
    if (!(error < group_.settings.max_energy_error) || !(error > -infinity)) return false;
    if (__builtin_expect(f.reference - energy > max_log_weight, 0)) move_reference(energy);
    const double weight = exp(Two(f.reference - energy))[0];
    double accept = weight;
    if (__builtin_expect(f.reference != f.energy0, 0)) accept = exp(Two(-error))[0];
    f.accept_sum += accept < 1 ? accept : 1;
    f.weight_sub += weight;
    DrawAhead& now = *f.now;
    if (__builtin_expect(f.n == now.leaves, 0)) more_leaves(now);
    const double u = now.within[f.n % 16];
    const int kept = f.sub_draw;
    f.sub_draw = __builtin_unpredictable(u * f.weight_sub < weight) ? next : kept;
    return true;
  }

  [[gnu::noinline]] void more_leaves(DrawAhead& now) {
    fill_leaves(f_.keys, group_.chain[0], now.iteration, f_.n / 16, now);
    now.leaves = (f_.n / 16 + 1) * 16;
  }

  [[gnu::noinline]] void move_reference(double energy) {
    const double factor = exp(Two(energy - f_.reference))[0];
    f_.weight_sub *= factor;
    f_.weight_all *= factor;
    f_.reference = energy;
  }

  /// n even: a seam, tested as early as can be. Always goes on.
  TYCHE_INLINE bool note_seam(bool turned, bool outer) {
    f_.outer_turn |= turned & outer;
    f_.doomed |= (turned & !outer) ? 2 * (f_.n & -f_.n) : 0;
    return true;
  }

  /// n odd: the blocks that end with it. `first` is the test against the start of the longest.
  TYCHE_INLINE bool close_blocks(bool first, bool complete) {
    SingleFlight& f = f_;
    const int ones = __builtin_ctzll(~f.n);
    bool inner = first & !complete, outer = first & complete;
    for (int s = 1; s < ones; ++s) {
      const bool seam = turns(f.slots.odd[s]), last = complete & (s == ones - 1);
      inner |= turns(f.slots.even[s]) | (seam & !last);
      outer |= seam & last;
    }
    const bool doomed = (f.doomed & (f.n ^ (f.n + 1)) & ~u64(1)) != 0;
    if (inner | doomed) return finish(LaneStop::subtree, false);
    if (!complete) return true;
    f.outer_turn |= outer;
    return merge(ones);
  }

  /// The subtree is complete and joins the trajectory.
  TYCHE_INLINE bool merge(int ones) {
    SingleFlight& f = f_;
    const DrawAhead& now = *f.now;
    const double u = now.merge[f.n / 2 % 8];
    const int kept = f.draw, offered = f.sub_draw;
    f.draw = __builtin_unpredictable(u * f.weight_all < f.weight_sub) ? offered : kept;
    f.weight_all += f.weight_sub;
    f.weight_sub = 0;
    f.doomed = 0;
    if (f.outer_turn) return finish(LaneStop::turning, true);
    if (ones >= group_.settings.max_depth) return finish(LaneStop::depth, true);
    const bool forward = now.forward >> (f.n / 2 % 8) & 1;
    const bool flip = forward != f.forward;
    f.forward = forward;
    const int newest = f.newest, other_end = f.other_end;
    double *const p = f.at.p, *const end_p = f.end_p, half = f.half;
    f.half = __builtin_unpredictable(flip) ? -half : half;
    f.newest = __builtin_unpredictable(flip) ? other_end : newest;
    f.other_end = __builtin_unpredictable(flip) ? newest : other_end;
    f.at.p = __builtin_unpredictable(flip) ? end_p : p;
    f.end_p = __builtin_unpredictable(flip) ? p : end_p;
    f.slots.odd[ones].p = f.at.p;
    return true;
  }

  bool finish(LaneStop stop, bool merged) {
    stop_ = stop;
    depth_ = 63 - __builtin_clzll(f_.n) + (merged ? 1 : 0);
    f_.under_way = false;
    return false;
  }

  void record_divergence(const Node& from, const Node& to) {
    LaneOutput& out = group_.output[0];
    const int d = group_.dimension;
    double* const at = out.divergences + i64(out.divergence_count++) * 2 * d;
    for (int i = 0; i < d; ++i) {
      at[i] = from.q[i];
      at[d + i] = to.q[i];
    }
  }

  /// Writes the draw and moves adaptation on.
  void close() {
    SingleFlight& f = f_;
    const Node& draw = f.node[f.draw];
    const double accept = f.accept_sum / double(f.n);
    LaneOutput& out = group_.output[0];
    const i64 at = i64(out.count) * group_.dimension;
    for (int i = 0; i < group_.dimension; ++i) out.positions[at + i] = draw.q[i];
    if (out.gradients) {
      for (int i = 0; i < group_.dimension; ++i) out.gradients[at + i] = draw.g[i];
    }
    out.draws[out.count++] = {
        draw.log_density,     accept, group_.step_size[0], draw.energy, i32(f.n),
        std::int16_t(depth_), stop_};
    ++group_.iteration[0];
    f.now->p = f.end_p;
    f.now->made = false;
    const auto adapt = group_.adapt[0];
    if (adapt & adapt_step_size) average_step_size(group_, Mask<double, 2>(true), Two(accept));
    if (adapt & adapt_metric && stop_ != LaneStop::diverging) {
      const double count = group_.moment_count[0] += 1;
      add_moments<8>(rows(), Mask<double, 8>(true), D(1.0 / count), draw.q, group_.mean,
                     group_.square);
    }
  }

  /// From here on the host may change the position and the random key.
  void park() {
    for (int i = 0; i < group_.dimension; ++i) group_.position[i] = f_.node[f_.draw].q[i];
    f_.warm = false;
    for (DrawAhead& ahead : f_.ahead) ahead.made = false;
  }

  LaneGroup& group_;
  SingleFlight& f_;
  const LaneEvaluate evaluate_;
  void* const context_;
  const int rows_;
  LaneStop stop_ = LaneStop::turning;
  int depth_ = 0;
};

}  // namespace tyche::TYCHE_LEVEL
