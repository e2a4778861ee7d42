// The first step size of a chain: doubled or halved until the acceptance of one leapfrog step
// crosses 0.8 (Hoffman and Gelman 2014, algorithm 4, with Stan's threshold).
#pragma once
#include "tyche/kernels/lane_adapt.hpp"
#include "tyche/kernels/nuts_random.hpp"

namespace tyche::TYCHE_LEVEL {

/// Rows [dimension][W] that the search needs beside the group.
struct SearchRows {
  double *q, *g, *g_next, *p;

  static SearchRows lay_out(Memory& memory, int dimension, int lanes) {
    SearchRows r;
    double** const all[] = {&r.q, &r.g, &r.g_next, &r.p};
    for (double** rows : all) *rows = memory.rows(dimension, lanes);
    return r;
  }
};

template <int W>
class StepSizeSearch {
  using D = Lanes<double, W>;
  using U = Lanes<u64, W>;

 public:
  StepSizeSearch(LaneGroup& group, SearchRows rows, LaneEvaluate evaluate, void* context)
      : group_(group),
        rows_(rows),
        evaluate_(evaluate),
        context_(context),
        still_(group.settings.kernel == Kernel::random_walk) {}

  u32 run(u32 chains) {
    const int d = group_.dimension;
    for (int i = 0; i < d * W; ++i) rows_.q[i] = group_.position[i];
    evaluate_(context_, rows_.q, rows_.g, log_density_);
    if (still_) clear(rows_.g);
    const D start = D::load(log_density_);
    u32 searching = chains, up = 0, failed = 0;
    for (u32 trial = 1; searching; ++trial) {
      const D energy0 = begin(trial) - start;
      const u32 accepts = (energy0 - step() > D(-0x1.c8ff7c79a9a20p-3)).bits();  // log 0.8
      if (trial == 1) up = accepts;
      const u32 crossed = trial == 1 ? 0 : accepts ^ up;
      searching &= ~crossed;
      for (u32 rest = searching; rest; rest &= rest - 1) {
        const int k = __builtin_ctz(rest);
        double& eps = group_.step_size[k];
        eps *= up >> k & 1 ? 2.0 : 0.5;
        if (!(eps > 1e-12) || !(eps < 1e7)) failed |= 1u << k;
      }
      searching &= ~failed;
    }
    for (u32 rest = chains & ~failed; rest; rest &= rest - 1) {
      restart_step_size(group_, __builtin_ctz(rest));
    }
    return failed;
  }

 private:
  /// Draws momenta; returns the kinetic energy.
  D begin(u32 trial) {
    const U chain = U::load(reinterpret_cast<u64*>(group_.chain)),
            iteration = U::load(reinterpret_cast<u64*>(group_.iteration));
    const int d = group_.dimension;
    draw_momenta(d, PhiloxKeys(group_.settings.seed), chain, iteration, Opening(trial),
                 [&](int i, D value) { value.store(rows_.p + i * W); });
    RowSum<W> kinetic;
    for_rows(d, [&](int i, auto k) __attribute__((always_inline)) {
      const D p = D::load(rows_.p + i * W);
      kinetic.add(k, p, p);
    });
    return 0.5 * kinetic.total();
  }

  /// One leapfrog step from the position; returns the energy there.
  D step() {
    const D half = 0.5 * D::load(group_.step_size);
    const int d = group_.dimension;
    drift<W>(d, half, group_.scale, rows_.p, rows_.g, group_.position, rows_.q);
    evaluate_(context_, rows_.q, rows_.g_next, log_density_);
    if (still_) clear(rows_.g_next);
    RowSum<W> kinetic;
    for_rows(d, [&](int i, auto k) __attribute__((always_inline)) {
      const int at = i * W;
      const D p = kicked(half * D::load(group_.scale + at), D::load(rows_.p + at),
                         D::load(rows_.g + at), D::load(rows_.g_next + at));
      kinetic.add(k, p, p);
    });
    return 0.5 * kinetic.total() - D::load(log_density_);
  }

  void clear(double* g) const {
    for (int i = 0; i < group_.dimension * W; ++i) g[i] = 0;
  }

  LaneGroup& group_;
  const SearchRows rows_;
  const LaneEvaluate evaluate_;
  void* const context_;
  const bool still_;  // no gradient moves the chain
  alignas(64) double log_density_[W];
};

}  // namespace tyche::TYCHE_LEVEL
