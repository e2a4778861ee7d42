// HMC of fixed length, MALA and the random walk for W chains in lanes: a trajectory of leapfrog
// steps whose end is taken or not (Duane, Kennedy, Pendleton and Roweth 1987; Neal 2011, 5.2).
// MALA's trajectory is one step; the random walk's is one step without a gradient.
#pragma once
#include "tyche/kernels/lane_adapt.hpp"
#include "tyche/kernels/nuts_lane_flight.hpp"

namespace tyche::TYCHE_LEVEL {

template <int W>
struct MetropolisFlight {
  using D = Lanes<double, W>;
  using U = Lanes<u64, W>;
  static constexpr u32 everyone = (1u << W) - 1;

  // Rows [dimension][W]; q[now], g[now] are where the step under way begins.
  double *q[2], *g[2], *p;
  double* gradient;  // at the group's position, in lanes that are not cold
  double* still;     // zeros, the random walk's gradient
  SearchRows search;
  D half;         // half the step size; 0 in a lane at rest
  D energy0;      // at the start of the trajectory
  D log_density;  // at the group's position
  U left, made;   // steps of the trajectory
  alignas(64) double log_density_next[W];
  u32 idle, cold;  // not in a trajectory; gradient at the position not known
  int now;

  static MetropolisFlight& lay_out(Memory& memory, LaneGroup& group, bool measure) {
    MetropolisFlight* const place = memory.take<MetropolisFlight>(1);
    MetropolisFlight measured;
    MetropolisFlight& f = measure ? measured : *place;
    double** const all[] = {&f.q[0], &f.q[1], &f.g[0], &f.g[1], &f.p, &f.gradient, &f.still};
    for (double** rows : all) *rows = memory.rows(group.dimension, W);
    f.search = SearchRows::lay_out(memory, group.dimension, W);
    f.idle = f.cold = everyone;
    return *place;
  }
};

template <int W>
class LaneMetropolis {
  using D = Lanes<double, W>;
  using U = Lanes<u64, W>;
  using M = Mask<double, W>;
  using Flight = MetropolisFlight<W>;

 public:
  LaneMetropolis(LaneGroup& group, LaneEvaluate evaluate, void* context)
      : group_(group),
        f_(*static_cast<Flight*>(group.flight)),
        evaluate_(evaluate),
        context_(context),
        keys_(group.settings.seed),
        dimension_(group.dimension),
        kernel_(group.settings.kernel),
        kinetic_weight_(kernel_ == Kernel::random_walk ? 0 : 0.5) {}

  u32 advance(i64 steps) {
    for (int k = 0; k < W; ++k) parked_ |= u32(parks(group_, k)) << k;
    for (; steps > 0; --steps) {
      open();
      if (f_.idle == Flight::everyone) return 0;
      const D energy = step();
      ++group_.steps;
      if (const u32 parked = close(energy)) return parked;
    }
    return 0;
  }

 private:
  /// Lanes at rest start a trajectory; cold ones first stand still for a step, which says the
  /// gradient there.
  void open() {
    Flight& f = f_;
    const u32 opens = f.idle & ~parked_;
    if (!opens) return;
    f.idle &= ~opens;
    const M mask = M::from_bits(opens), warm = M::from_bits(opens & ~f.cold);
    copy_rows<W>(dimension_, mask, group_.position, f.q[f.now]);
    const D kinetic = draw_momentum(mask, warm);
    f.energy0 = select(mask, fma(kinetic, kinetic_weight_, -f.log_density), f.energy0);
    f.half = select(mask, select(warm, 0.5 * D::load(group_.step_size), D(0.0)), f.half);
    for (u32 rest = opens; rest; rest &= rest - 1) {
      const int k = __builtin_ctz(rest);
      f.left.set(k, f.cold >> k & 1 ? 1 : length(group_.step_size[k]));
      f.made.set(k, 0);
    }
  }

  /// Momenta of the lanes of `mask`, and their gradients; nothing moves those not `warm`. Returns
  /// p . p.
  D draw_momentum(M mask, M warm) {
    double *const p = f_.p, *const g = f_.g[f_.now];
    const double* const gradient = f_.gradient;
    open_momenta(dimension_, keys_, chain(), iteration(), mask, p);
    RowSum<W> kinetic;
    for_rows(dimension_, [&](int i, auto k) __attribute__((always_inline)) {
      const int at = i * W;
      kinetic.add(k, D::load(p + at), D::load(p + at));
      select(mask, select(warm, D::load(gradient + at), D(0.0)), D::load(g + at)).store(g + at);
    });
    return kinetic.total();
  }

  /// The steps of a trajectory: what comes nearest to its length. (Rounded up, two steps of nearly
  /// the whole length would turn a normal by half its period: nothing but signs would ever change.)
  u64 length(double step_size) const {
    if (kernel_ != Kernel::hmc) return 1;
    const u64 most = (u64(1) << group_.settings.max_depth) - 1;
    const double steps = group_.settings.trajectory_length / step_size + 0.5;
    if (!(steps < double(most))) return most;
    return steps < 1 ? 1 : u64(steps);
  }

  /// One leapfrog step of every lane; returns the energy there.
  D step() {
    Flight& f = f_;
    const bool still = kernel_ == Kernel::random_walk;
    const int next = f.now ^ 1;
    const double* const g = still ? f.still : f.g[f.now];
    const double* const g_next = still ? f.still : f.g[next];
    drift<W>(dimension_, f.half, group_.scale, f.p, g, f.q[f.now], f.q[next]);
    evaluate_(context_, f.q[next], f.g[next], f.log_density_next);
    double* const p = f.p;
    RowSum<W> kinetic;
    for_rows(dimension_, [&](int i, auto k) __attribute__((always_inline)) {
      const int at = i * W;
      const D kicked_p = kicked(f.half * D::load(group_.scale + at), D::load(p + at),
                                D::load(g + at), D::load(g_next + at));
      kicked_p.store(p + at);
      kinetic.add(k, kicked_p, kicked_p);
    });
    f.now = next;
    f.left = f.left - U(1);
    f.made = f.made + U(1);
    return fma(kinetic.total(), kinetic_weight_, -D::load(f.log_density_next));
  }

  /// Takes or leaves the ends of the trajectories that are over. Returns the lanes that park.
  u32 close(D energy) {
    Flight& f = f_;
    const u32 flying = ~f.idle & Flight::everyone, warmed = flying & f.cold;
    const D error = energy - f.energy0;
    const M bounded = (error < D(group_.settings.max_energy_error)) & (error > D(-infinity));
    const u32 beyond = flying & ~warmed & ~bounded.bits();
    const u32 ended = (flying & mask_bits(f.left == U(0))) | beyond;
    if (!ended) return 0;
    const D accept = select(bounded, min(exp(-error), D(1.0)), D(0.0));
    const auto bits = philox(keys_, counter(U(0), purpose::accept, 0, iteration(), chain()));
    const M takes = M::from_bits(ended & ~warmed & (uniform(bits.pair(0)) < accept).bits());
    take(takes | M::from_bits(warmed));
    f.idle |= ended;
    f.cold &= ~warmed;
    f.half = select(M::from_bits(ended), D(0.0), f.half);
    const D energy_drawn = select(takes, energy, f.energy0);
    return write(ended & ~warmed, kernel_ == Kernel::random_walk ? 0 : beyond, accept,
                 energy_drawn);
  }

  void take(M mask) {
    Flight& f = f_;
    copy_rows<W>(dimension_, mask, f.q[f.now], group_.position);
    copy_rows<W>(dimension_, mask, f.g[f.now], f.gradient);
    f.log_density = select(mask, D::load(f.log_density_next), f.log_density);
  }

  /// Writes the draws of `done` lanes and moves their adaptation on. Returns the lanes that park.
  u32 write(u32 done, u32 diverged, D accept, D energy) {
    u32 tunes = 0, learns = 0, parked = 0;
    for (u32 rest = done; rest; rest &= rest - 1) {
      const int k = __builtin_ctz(rest);
      const bool diverges = diverged >> k & 1;
      if (diverges) record_divergence(k);
      write_draw(k, diverges ? LaneStop::diverging : LaneStop::length, accept[k], energy[k]);
      ++group_.iteration[k];
      tunes |= u32(group_.adapt[k] & adapt_step_size) << k;
      learns |= u32((group_.adapt[k] & adapt_metric) != 0) << k;
      parked |= u32(parks(group_, k)) << k;
    }
    adapt_lanes(group_, tunes, learns & ~diverged, accept);
    f_.cold |= parked;  // the host may move it
    return parked;
  }

  void write_draw(int k, LaneStop stop, double accept, double energy) {
    LaneOutput& out = group_.output[k];
    const i64 at = i64(out.count) * dimension_;
    copy_lane<W>(dimension_, group_.position + k, out.positions + at);
    if (out.gradients) copy_lane<W>(dimension_, f_.gradient + k, out.gradients + at);
    const u32 made = u32(f_.made[k]);
    const int depth = kernel_ == Kernel::hmc ? 31 - __builtin_clz(made + 1) : 0;
    out.draws[out.count++] = {f_.log_density[k],   accept, group_.step_size[k], energy, i32(made),
                              std::int16_t(depth), stop};
  }

  /// Where the trajectory was a step ago, and where it left the energy bound.
  void record_divergence(int k) {
    LaneOutput& out = group_.output[k];
    double* const to = out.divergences + i64(out.divergence_count++) * 2 * dimension_;
    copy_lane<W>(dimension_, f_.q[f_.now ^ 1] + k, to);
    copy_lane<W>(dimension_, f_.q[f_.now] + k, to + dimension_);
  }

  U chain() const { return U::load(reinterpret_cast<u64*>(group_.chain)); }
  U iteration() const { return U::load(reinterpret_cast<u64*>(group_.iteration)); }

  LaneGroup& group_;
  Flight& f_;
  const LaneEvaluate evaluate_;
  void* const context_;
  const PhiloxKeys keys_;
  const int dimension_;
  const Kernel kernel_;
  const double kinetic_weight_;  // in H: a walk has no momentum
  u32 parked_ = 0;
};

}  // namespace tyche::TYCHE_LEVEL
