#include "tyche/infer/group.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

namespace tyche {
namespace {

constexpr std::size_t clock_sample = 512;
constexpr std::int64_t most_window = 1 << 23;  // numbers: 64 MB of positions, and of gradients
constexpr std::int64_t untimed_budget = 4096, first_budget = 256;

int draw_capacity(int dimension) { return std::clamp(131072 / dimension, 16, 1024); }
int divergence_capacity(int dimension) { return std::clamp(65536 / dimension, 2, 64); }

Transition transition(const LaneDraw& draw) {
  return {.log_density = draw.log_density,
          .accept_rate = draw.accept,
          .step_size = draw.step_size,
          .energy = draw.energy,
          .depth = draw.depth,
          .leapfrogs = draw.leapfrogs,
          .divergent = draw.stop == LaneStop::diverging};
}

/// Of the automatic metric: up to 64 dimensions a triangle costs less than the step around it.
bool takes_dense(const Run& run) {
  constexpr int most = 64;
  return run.settings.metric == Metric::dense ||
         (run.settings.metric == Metric::automatic && run.density.dimension() <= most);
}

/// None where the kernel's scales are the metric.
std::optional<Coordinates> own_coordinates(const Run& run, int lanes) {
  const Metric metric = run.settings.metric;
  if (metric == Metric::unit || metric == Metric::diagonal) return std::nullopt;
  return std::make_optional<Coordinates>(run.density, lanes, most_directions, takes_dense(run),
                                         run.settings.recentre);
}

std::size_t size(auto n) { return static_cast<std::size_t>(n); }

}  // namespace

ChainGroup::ChainGroup(Run& run, int lanes, int first, std::span<ChainResult> results)
    : run_(run),
      first_(first),
      results_(results),
      kernels_(sampler_kernels(run.settings.kernel)),
      coordinates_(own_coordinates(run, lanes)),
      density_(coordinates_ ? nullptr : run.density.evaluator(lanes)),
      evaluate_(coordinates_ ? Coordinates::evaluate : density_->evaluate),
      context_(coordinates_ ? static_cast<void*>(&*coordinates_) : density_->context()),
      windows_(results.size(), Window{.dimension = run.density.dimension()}),
      window_stride_(run.settings.warmup * run.density.dimension() / most_window + 1),
      memory_(kernels_.size(run.density.dimension(), lanes)),
      group_(kernels_.init(memory_.data(), run.density.dimension(), lanes)),
      buffers_(results.size()),
      longest_step_(results.size(), std::numeric_limits<double>::infinity()),
      passed_(results.size(), -1),
      end_early_(results.size()),
      probation_(results.size()),
      budget_(run.settings.clock ? first_budget : untimed_budget) {
  const int d = group_.dimension;
  group_.settings = {.seed = run.settings.seed,
                     .target_accept = accept_target(run.settings),
                     .max_depth = run.settings.max_depth,
                     .kernel = run.settings.kernel,
                     .trajectory_length = run.settings.trajectory_length,
                     .max_step_error = run.settings.max_step_error,
                     .max_halvings = run.settings.max_halvings};
  for (int k = 0; k < lanes; ++k) group_.chain[k] = size(number(k));
  for (int k = 0; k < chains(); ++k) {
    Buffer& buffer = buffers_[size(k)];
    const int capacity = draw_capacity(d);
    buffer.positions.resize(size(capacity) * size(d));
    buffer.draws.resize(size(capacity));
    buffer.divergences.resize(size(divergence_capacity(d)) * 2 * size(d));
    group_.output[k] = {.positions = buffer.positions.data(),
                        .draws = buffer.draws.data(),
                        .capacity = capacity,
                        .divergences = buffer.divergences.data(),
                        .divergence_capacity = divergence_capacity(d)};
  }
}

Result<void> ChainGroup::run() {
  timed_ = now();
  if (auto begun = begin(); !begun) return begun;
  for (;;) {
    stop_alone();
    if (auto passed = pass_milestones(); !passed) return passed;
    const std::uint32_t sampled = sampling(), all = (1u << chains()) - 1;
    take_time(sampled == all ? all : 0);
    bool done = true;
    for (int k = 0; k < chains(); ++k) done &= at_end(k);
    if (done || run_.must_stop()) break;
    advance();
    Result<void> first;
    for (int k = 0; k < chains(); ++k) {  // all of them: what one lane's sink lacks, others have
      if (auto drained = drain(k); !drained && first) first = std::move(drained);
    }
    if (!first) return first;
    take_time(sampled);
    tune_clock();
  }
  for (int k = 0; k < chains(); ++k) finish(k);
  return {};
}

bool ChainGroup::at_end(int lane) const {
  return stopped_ >> lane & 1 || static_cast<std::int64_t>(group_.iteration[lane]) >= run_.end;
}

/// The chains past their warm-up.
std::uint32_t ChainGroup::sampling() const {
  std::uint32_t lanes = 0;
  for (int k = 0; k < chains(); ++k) {
    const auto at = static_cast<std::int64_t>(group_.iteration[k]);
    lanes |= std::uint32_t(at >= run_.settings.warmup) << k;
  }
  return lanes;
}

/// Shares out the time since this was last done: these chains sampled, the others warmed up.
void ChainGroup::take_time(std::uint32_t sampling) {
  const double begun = std::exchange(timed_, now());
  const double share = (timed_ - begun) / chains();
  for (int k = 0; k < chains(); ++k) {
    ChainResult& result = results_[size(k)];
    (sampling >> k & 1 ? result.sampling_seconds : result.warmup_seconds) += share;
  }
}

/// A chain that is asked to ends after the draw in hand.
void ChainGroup::stop_alone() {
  const std::vector<CancelToken>& tokens = run_.settings.stop_chain;
  for (int k = 0; k < chains() && !tokens.empty(); ++k) {
    if (!tokens[size(number(k))].requested()) continue;
    stopped_ |= 1u << k;
    group_.stop_at[k] = 0;
  }
}

/// The budget of steps, or less if a chain needs attention.
void ChainGroup::advance() {
  const auto& clock = run_.settings.clock;
  const double start = clock ? clock() : 0;
  const std::uint64_t before = group_.steps;
  kernels_.advance(group_, evaluate_, context_, budget_);
  if (clock) keep_pace(static_cast<double>(group_.steps - before), clock() - start);
}

/// Moves the budget towards a millisecond, by a factor of four at most. A clock that stands still
/// or goes backwards says nothing.
void ChainGroup::keep_pace(double steps, double seconds) {
  constexpr double aim = 1e-3, most = 1 << 30;
  if (!(steps > 0 && seconds > 0)) return;
  const auto budget = static_cast<double>(budget_);
  budget_ = static_cast<std::int64_t>(
      std::clamp(steps * aim / seconds, budget / 4 + 1, std::min(budget * 4, most)));
}

/// Hands on what the chain has drawn since the last time.
Result<void> ChainGroup::drain(int lane) {
  LaneOutput& out = group_.output[lane];
  if (out.count == 0) return {};
  remember(lane);
  if (on_probation_ >> lane & 1) {
    std::transform(out.draws, out.draws + out.count, std::back_inserter(probation_[size(lane)]),
                   transition);
    out.count = out.divergence_count = 0;
    return {};
  }
  if (coordinates_) collect(lane);
  const auto d = size(group_.dimension), count = size(out.count);
  const auto end = static_cast<std::int64_t>(group_.iteration[lane]);
  const std::int64_t begin = end - out.count;
  const Phase phase = begin < run_.settings.warmup ? Phase::warmup : Phase::sampling;
  const std::int64_t first = phase == Phase::warmup ? begin : begin - run_.settings.warmup;

  transitions_.resize(count);
  std::transform(out.draws, out.draws + count, transitions_.begin(), transition);
  if (group_.lanes > 1) recent_.insert(recent_.end(), out.draws, out.draws + count);
  if (phase == Phase::sampling) {
    ChainResult& result = results_[size(lane)];
    result.draws += out.count;
    if (run_.settings.keep_draws) {
      result.positions.insert(result.positions.end(), out.positions, out.positions + count * d);
      result.transitions.insert(result.transitions.end(), transitions_.begin(), transitions_.end());
    }
  }
  auto told = run_.observer.on(Batch{.epoch = epoch(lane),
                                     .chain = number(lane),
                                     .phase = phase,
                                     .first = first,
                                     .positions = {out.positions, count * d},
                                     .transitions = transitions_});
  if (told) told = tell_divergences(lane, phase, first);
  out.count = out.divergence_count = 0;
  return told;
}

Result<void> ChainGroup::tell_divergences(int lane, Phase phase, std::int64_t first) {
  const LaneOutput& out = group_.output[lane];
  const auto d = size(group_.dimension);
  std::size_t seen = 0;
  for (int i = 0; i < out.count; ++i) {
    if (out.draws[i].stop != LaneStop::diverging) continue;
    const double* const before = out.divergences + 2 * seen++ * d;
    auto told = run_.observer.on(Diverged{.epoch = epoch(lane),
                                          .chain = number(lane),
                                          .phase = phase,
                                          .iteration = first + i,
                                          .before = {before, d},
                                          .position = {before + d, d}});
    if (!told) return told;
  }
  return {};
}

/// What the host does for each chain whose next draw lies at a border of its schedule.
Result<void> ChainGroup::pass_milestones() {
  for (int k = 0; k < chains(); ++k) {
    while (!(stopped_ >> k & 1) && group_.iteration[k] == group_.stop_at[k] &&
           static_cast<std::int64_t>(group_.iteration[k]) != passed_[size(k)]) {
      if (auto passed = pass_milestone(k); !passed) return passed;
    }
  }
  return {};
}

Result<void> ChainGroup::pass_milestone(int lane) {
  const auto at = static_cast<std::int64_t>(group_.iteration[lane]);
  passed_[size(lane)] = at;
  if (on_probation_ >> lane & 1) return end_probation(lane);
  const auto update = std::ranges::find(run_.schedule, at, &Update::at);
  if (update != run_.schedule.end() && end_early_[size(lane)] == 0) {
    results_[size(lane)].state.log_density = std::numeric_limits<double>::quiet_NaN();
    if (auto ended = update_metric(lane, *update); !ended) return ended;
  }
  if (!run_.schedule.empty() && at == run_.schedule.front().from) begin_learning(lane);
  const bool early = at > 0 && at == end_early_[size(lane)];
  if (early || at == run_.settings.warmup) {
    if (early) {  // the iterations that are left out have no random numbers either
      group_.iteration[lane] = size(run_.settings.warmup);
      passed_[size(lane)] = run_.settings.warmup;
    }
    if (auto ended = end_warmup(lane, at); !ended) return ended;
  }
  group_.stop_at[lane] = size(next_milestone(lane));
  return {};
}

std::int64_t ChainGroup::next_milestone(int lane) const {
  const auto iteration = static_cast<std::int64_t>(group_.iteration[lane]);
  std::int64_t next = run_.end;
  const auto consider = [&](std::int64_t at) {
    if (at > iteration) next = std::min(next, at);
  };
  consider(run_.settings.warmup);
  if (end_early_[size(lane)] > 0) {
    consider(end_early_[size(lane)]);
    return next;
  }
  if (!run_.schedule.empty()) consider(run_.schedule.front().from);
  for (const Update& update : run_.schedule) consider(update.at);
  return next;
}

Result<void> ChainGroup::end_warmup(int lane, std::int64_t iterations) {
  group_.adapt[lane] = 0;
  kernels_.finish_adaptation(group_, lane);
  group_.step_size[lane] = std::min(group_.step_size[lane], longest_step_[size(lane)]);
  ChainResult& result = results_[size(lane)];
  result.step_size = group_.step_size[lane];
  result.inverse_mass = inverse_mass(lane);
  remember_start(lane);
  if (!(result.step_size > 1e-10)) {
    return fail({.chain = number(lane),
                 .error = {.where = "warm-up of chain " + std::to_string(number(lane) + 1),
                           .expected = "a step size at which the chain moves",
                           .found = "a step size of " + std::to_string(result.step_size),
                           .remedy = "the density falls to nothing beside the chain, or its "
                                     "gradient is wrong: check both there"}});
  }
  return run_.observer.on(Adapted{.chain = number(lane),
                                  .iteration = iterations,
                                  .step_size = result.step_size,
                                  .inverse_mass = result.inverse_mass});
}

void ChainGroup::finish(int lane) {
  ChainResult& result = results_[size(lane)];
  result.interrupted = static_cast<std::int64_t>(group_.iteration[lane]) < run_.end;
  result.state.stopped = stopped_ >> lane & 1;
  result.step_size = group_.step_size[lane];
  result.inverse_mass = inverse_mass(lane);
}

Result<void> ChainGroup::fail(Failed failed) {
  // An observer that cannot take this event must not hide the error itself.
  (void)run_.observer.on(failed);
  return std::unexpected(std::move(failed.error));
}

std::vector<double> ChainGroup::inverse_mass(int lane) const {
  if (coordinates_) return coordinates_->whitening(lane).inverse_mass();
  std::vector<double> out(size(group_.dimension));
  for (int i = 0; i < group_.dimension; ++i) {
    const double scale = group_.scale[i * group_.lanes + lane];
    out[size(i)] = scale * scale;
  }
  return out;
}

void ChainGroup::tune_clock() {
  if (recent_.size() < clock_sample) return;
  group_.clock = best_clock(recent_.data(), static_cast<int>(recent_.size()));
  recent_.clear();
}

}  // namespace tyche
