// What a chain learns while it warms up: its step size and the variances of its draws.
#pragma once
#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/lane_memory.hpp"
#include "tyche/kernels/log.hpp"

namespace tyche::TYCHE_LEVEL {

/// Dual averaging (Hoffman and Gelman 2014, eq. 6) with Stan's constants, t0 10 and kappa .75. One
/// step for the chains of `mask`, which accepted at the rate `accept`.
template <int W>
TYCHE_INLINE void average_step_size(LaneGroup& group, Mask<double, W> mask,
                                    Lanes<double, W> accept) {
  using D = Lanes<double, W>;
  const D t = D::load(group.step_count) + 1.0;
  const D eta = 1.0 / (t + 10.0), old_error = D::load(group.error_mean);
  const D error = fma(eta, (group.settings.target_accept - accept) - old_error, old_error);
  const D root = sqrt(t);
  const D log_step = fma(error * root, -D::load(group.step_gain), D::load(group.shrink_to));
  const D old_mean = D::load(group.log_step_mean);
  const D mean = fma(1.0 / (root * sqrt(root)), log_step - old_mean, old_mean);
  const auto update = [mask](double* at, D value) { select(mask, value, D::load(at)).store(at); };
  update(group.step_count, t);
  update(group.error_mean, error);
  update(group.log_step_mean, mean);
  update(group.step_size, exp(log_step));
}

/// Stan restarts the average around ten times the step size.
inline void restart_step_size(LaneGroup& group, int lane) {
  const double log_step = log(Lanes<double, 1>(group.step_size[lane]))[0];
  group.shrink_to[lane] = log_step + 0x1.26bb1bbb55516p+1;
  group.error_mean[lane] = 0;
  group.log_step_mean[lane] = 0;
  group.step_count[lane] = 0;
}

/// Welford's update of mean and sum of squares, row by row, where mask holds; `rate` is one over
/// the new count.
template <int W>
TYCHE_INLINE void add_moments(int rows, Mask<double, W> mask, Lanes<double, W> rate,
                              const double* __restrict draw, double* __restrict mean,
                              double* __restrict square) {
  using D = Lanes<double, W>;
  for (int i = 0; i < rows; ++i) {
    const D x = D::load(draw + i * W), m = D::load(mean + i * W), s = D::load(square + i * W);
    const D delta = x - m, next = fma(delta, rate, m);
    select(mask, next, m).store(mean + i * W);
    select(mask, fma(delta, x - next, s), s).store(square + i * W);
  }
}

/// What the given lanes learn from the draws that they have just made.
template <int W>
TYCHE_INLINE void adapt_lanes(LaneGroup& group, u32 tunes, u32 learns, Lanes<double, W> accept) {
  using D = Lanes<double, W>;
  using M = Mask<double, W>;
  if (tunes) average_step_size(group, M::from_bits(tunes), accept);
  if (!learns) return;
  const M mask = M::from_bits(learns);
  const D old_count = D::load(group.moment_count), count = select(mask, old_count + 1.0, old_count);
  count.store(group.moment_count);
  add_moments<W>(group.dimension, mask, 1.0 / count, group.position, group.mean, group.square);
}

/// Stan's regularised variance: (n s^2 + 5e-3) / (n + 5). A window without two draws has none, and
/// leaves the metric as it was.
inline void end_window(LaneGroup& group, int lane) {
  using D = Lanes<double, 1>;
  const double n = group.moment_count[lane];
  for (int i = 0; i < group.dimension; ++i) {
    const int at = i * group.lanes + lane;
    if (n > 1) {
      const D variance = D(group.square[at]) / D(n - 1);
      group.scale[at] = sqrt(fma(D(n), variance, D(5e-3)) / D(n + 5))[0];
    }
    group.mean[at] = group.square[at] = 0;
  }
  group.moment_count[lane] = 0;
}

inline void finish_adaptation(LaneGroup& group, int lane) {
  if (group.step_count[lane] > 0) {
    group.step_size[lane] = exp(Lanes<double, 1>(group.log_step_mean[lane]))[0];
  }
}

/// From the mean so far, with a gain at which the mean of few steps accepts at the target.
inline void settle_step_size(LaneGroup& group, int lane) {
  finish_adaptation(group, lane);
  restart_step_size(group, lane);
  group.step_gain[lane] = settled_step_gain;
}

}  // namespace tyche::TYCHE_LEVEL
