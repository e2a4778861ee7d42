// What a group's chains learn of their metric between draws.
#include <algorithm>
#include <string>
#include <utility>

#include "tyche/infer/curvature.hpp"
#include "tyche/infer/group.hpp"

namespace tyche {
namespace {

std::size_t size(auto n) { return static_cast<std::size_t>(n); }

}  // namespace

void ChainGroup::begin_learning(int lane) {
  learning_ |= 1u << lane;
  if (!coordinates_) group_.adapt[lane] |= adapt_metric;
  // By degrees of centring, gradients are asked for once the degrees are known.
  if (!coordinates_ || coordinates_->centring()) return;
  Buffer& buffer = buffers_[size(lane)];
  buffer.gradients.resize(buffer.positions.size());
  group_.output[lane].gradients = buffer.gradients.data();
}

Result<void> ChainGroup::update_metric(int lane, const Update& update) {
  const std::int64_t at = update.at;
  if (coordinates_) {
    if (auto learnt = learn_metric(lane, update); !learnt) return learnt;
  } else {
    kernels_.end_window(group_, lane);
    if (auto found = find_step_sizes(1u << lane); !found) return found;
  }
  if (at == run_.schedule.back().at || end_early_[size(lane)] > 0) end_learning(lane);
  return run_.observer.on(Adapted{.chain = number(lane),
                                  .iteration = at,
                                  .step_size = group_.step_size[lane],
                                  .inverse_mass = inverse_mass(lane)});
}

void ChainGroup::end_learning(int lane) {
  learning_ &= ~(1u << lane);
  group_.adapt[lane] &= ~adapt_metric;
  group_.output[lane].gradients = nullptr;
  windows_[size(lane)] = {.dimension = group_.dimension};
}

/// Whether a window lacks draws, as it does those whose trajectories diverged, other than in the
/// first iterations after a new search of the step size.
bool ChainGroup::diverged_in(const Window& window, const Update& update) const {
  constexpr std::int64_t sought = 12;
  auto next = window.iterations.begin();
  for (std::int64_t at = window.iterations.front(); at < update.at; ++at) {
    if (next != window.iterations.end() && *next == at) {
      ++next;
      continue;
    }
    const bool searching = std::ranges::any_of(run_.schedule, [at](const Update& u) {
      return u.restart && u.at <= at && at < u.at + sought;
    });
    if (!searching) return true;
  }
  return false;
}

/// Whether a window says nothing that the one before it did not: docs/decisions/0016.
bool ChainGroup::settled(const Window& window, const CoordinateFrame& before,
                         const CoordinateFrame& next, const Update& update) const {
  constexpr std::int64_t earliest = 300;
  constexpr int most_dimensions = 64;
  constexpr double matters = 1.25;
  if (!run_.settings.end_warmup_early || update.at < earliest) return false;
  if (end_after_settling(update.at) >= run_.settings.warmup) return false;
  if (group_.dimension > most_dimensions || before.degrees != next.degrees) return false;
  return !diverged_in(window, update) &&
         largest_factor(before.whitening, next.whitening) <= matters;
}

/// The chain goes on at the same position, in coordinates fitted to the window; or, if no step size
/// suits those, as before.
Result<void> ChainGroup::learn_metric(int lane, const Update& update) {
  Window& window = windows_[size(lane)];
  window.begin_at(update.from);
  window.begin_on_arrival();
  if (window.count() < 2) return {};
  const CoordinateFrame before{coordinates_->whitening(lane), coordinates_->degrees(lane)};
  const double step_size = group_.step_size[lane];
  const std::vector<double> position = position_of(lane);
  CoordinateFrame next = before;
  Window moved;
  Centring* const centring = coordinates_->centring();
  if (centring) {
    next.degrees = centring->learnt(window, before.degrees);
    moved = centring->moved(window, next.degrees, window.count());
  }
  const Window& seen = centring ? moved : window;
  next.whitening = fitted(seen);
  if (!next.whitening.finite()) return {};
  const bool settles = settled(window, before, next, update);
  if (settles) end_early_[size(lane)] = end_after_settling(update.at);
  move_to(lane, position, next);
  if (!update.restart || settles) {
    kernels_.settle_step_size(group_, lane);
    if (bounds_steps()) bound_step(lane, seen);
    return {};
  }
  const std::uint32_t chain = 1u << lane;
  if (kernels_.find_step_size(group_, evaluate_, context_, chain) == 0) return {};
  move_to(lane, position, before);
  group_.step_size[lane] = step_size;
  return find_step_sizes(chain);
}

Whitening ChainGroup::fitted(const Window& window) const {
  // The first draws are still on their way to the posterior: their directions are those of the way.
  constexpr std::int64_t few = 30;
  if (window.count() < few) return by_fisher(window);
  switch (run_.settings.metric) {
    case Metric::fisher:
      return by_fisher(window);
    case Metric::low_rank:
      return by_directions(window, most_directions);
    case Metric::dense:
      return by_directions(window, group_.dimension);
    default:
      return by_directions(window, coordinates_->most_directions(), Directions::believed);
  }
}

/// Unless the settings say, where the coordinates are of the warm-up's own making.
bool ChainGroup::bounds_steps() const {
  const SampleSettings& settings = run_.settings;
  return settings.kernel == Kernel::nuts && !settings.target_accept &&
         settings.bound_step.value_or(coordinates_->centring() != nullptr);
}

/// Once the metric has nearly settled: where acceptance, which is a mean, allows steps that are not
/// stable everywhere, the step is the longest that is, and is adapted no more until the metric
/// changes.
void ChainGroup::bound_step(int lane, const Window& window) {
  double& longest = longest_step_[size(lane)];
  longest = stable_step(log_curvatures(window, coordinates_->whitening(lane),
                                       coordinates_->density(), coordinates_->degrees(lane)));
  const bool bound = longest < group_.step_size[lane];
  group_.adapt[lane] = bound ? 0 : adapt_step_size;
  if (bound) group_.step_size[lane] = longest;
}

std::vector<double> ChainGroup::position_of(int lane) {
  std::vector<double> position = column(lane);
  if (coordinates_) coordinates_->to_position(lane, position);
  return position;
}

void ChainGroup::move_to(int lane, std::vector<double> position, const CoordinateFrame& frame) {
  set_frame(lane, frame);
  coordinates_->to_coordinates(lane, position);
  double* const at = group_.position + lane;
  for (std::size_t i = 0; i < position.size(); ++i) at[i * size(group_.lanes)] = position[i];
}

/// Draws and divergences in coordinates become positions; the window of the metric takes the draws.
void ChainGroup::collect(int lane) {
  LaneOutput& out = group_.output[lane];
  const auto d = size(group_.dimension);
  const bool learns = learning_ >> lane & 1;
  const auto first = static_cast<std::int64_t>(group_.iteration[lane]) - out.count;
  for (std::size_t i = 0; i < size(out.count); ++i) {
    const std::span<double> position(out.positions + i * d, d);
    out.draws[i].log_density -= coordinates_->to_position(lane, position);
    const std::int64_t iteration = first + static_cast<std::int64_t>(i);
    if (!learns || iteration % window_stride_ != 0) continue;
    if (out.draws[i].stop == LaneStop::diverging) continue;
    std::span<double> gradient;
    if (out.gradients) {
      gradient = {out.gradients + i * d, d};
      coordinates_->push_forward(lane, gradient);
    }
    windows_[size(lane)].add(iteration, position, gradient);
    windows_[size(lane)].log_densities.push_back(out.draws[i].log_density);
  }
  for (std::size_t i = 0; i < 2 * size(out.divergence_count); ++i) {
    coordinates_->to_position(lane, {out.divergences + i * d, d});
  }
}

}  // namespace tyche
