// Between two trajectories of a lane: its draw is written, its adaptation moves on, momenta are
// drawn for the next.
#pragma once
#include "tyche/kernels/lane_adapt.hpp"
#include "tyche/kernels/nuts_lane_flight.hpp"

namespace tyche::TYCHE_LEVEL {

/// Where each of the lanes crossed the energy bound, and where it was a step before.
template <int W>
[[gnu::noinline]] void record_divergences(LaneGroup& group, const LaneFlight<W>& f, Slot before,
                                          u32 lanes) {
  using D = Lanes<double, W>;
  const double* const g = f.next_gradient();  // of the leaf before: the buffers have changed places
  for (; lanes; lanes &= lanes - 1) {
    const int k = __builtin_ctz(lanes);
    LaneOutput& out = group.output[k];
    double* const to = out.divergences + i64(out.divergence_count++) * 2 * group.dimension;
    for (int i = 0; i < group.dimension; ++i) {
      const int at = i * W;
      const D step = f.half * D::load(group.scale + at);
      const D q = D::load(f.q + at);
      const D last =
          fma(-(step + step), half_kick(step, D::load(before.p + at), D::load(g + at)), q);
      to[i] = last[k];
      to[group.dimension + i] = q[k];
    }
  }
}

template <int W>
void write_draw(LaneGroup& group, const LaneFlight<W>& f, int lane, double accept) {
  LaneOutput& out = group.output[lane];
  const int d = group.dimension;
  const i64 at = i64(out.count) * d;
  copy_lane<W>(d, group.position + lane, out.positions + at);
  if (out.gradients) copy_lane<W>(d, f.draw_g + lane, out.gradients + at);
  const LaneStop stop = f.stop_of(lane);
  const bool merged = stop == LaneStop::turning || stop == LaneStop::depth;
  const int depth = 31 - __builtin_clz(u32(f.leaves[lane])) + (merged ? 1 : 0);
  out.draws[out.count++] = {f.log_density_draw[lane],
                            accept,
                            group.step_size[lane],
                            f.energy_draw[lane],
                            i32(f.leapfrogs[lane]),
                            std::int16_t(depth),
                            stop};
}

/// Writes the draws of trajectories that have ended. Returns the lanes that park.
template <int W>
u32 close_draws(LaneGroup& group, LaneFlight<W>& f) {
  using D = Lanes<double, W>;
  const u32 done = f.finished;
  if (!done) return 0;
  f.finished = 0;
  const D accept = f.accept_sum / convert<double>(f.leaves);
  u32 tunes = 0, learns = 0, parked = 0;
  for (u32 rest = done; rest; rest &= rest - 1) {
    const int k = __builtin_ctz(rest);
    write_draw(group, f, k, accept[k]);
    ++group.iteration[k];
    tunes |= u32(group.adapt[k] & adapt_step_size) << k;
    learns |= u32((group.adapt[k] & adapt_metric) != 0) << k;
    parked |= u32(parks(group, k)) << k;
  }
  f.parked |= parked;
  learns &= ~f.stopped_by[int(LaneStop::diverging)];
  adapt_lanes(group, tunes, learns, accept);
  return parked;
}

/// Lanes at rest that may go on: leaf 0 of their next trajectory is made by a step of size 0, whose
/// gradient is that of the start.
template <int W>
void open_draws(LaneGroup& group, LaneFlight<W>& f) {
  using D = Lanes<double, W>;
  using U = Lanes<u64, W>;
  using M = Mask<double, W>;
  const u32 opens = f.idle & ~f.parked;
  if (!opens) return;
  const M mask = M::from_bits(opens);
  const U chain = U::load(f.chain), iteration = U::load(f.iteration);
  const int d = group.dimension;
  double* __restrict p = f.at.p, * __restrict sum = f.at.sum, * __restrict q = f.q;
  const double* __restrict position = group.position;
  open_momenta(d, f.keys, chain, iteration, mask, p);
  for (int i = 0; i < d; ++i) {
    select(mask, D(0.0), D::load(sum + i * W)).store(sum + i * W);
    select(mask, D::load(position + i * W), D::load(q + i * W)).store(q + i * W);
  }
  if (opens & f.bad_gradient) {
    const M bad = M::from_bits(opens & f.bad_gradient);
    for (int i = 0; i < d; ++i) {
      double* const g = f.gradient() + i * W;
      select(bad, D(0.0), D::load(g)).store(g);
    }
    f.bad_gradient &= ~opens;
  }
  f.n = select(Mask<u64, W>::from_bits(opens), U(~u64(0)), f.n);
  f.idle &= ~opens;
}

}  // namespace tyche::TYCHE_LEVEL
