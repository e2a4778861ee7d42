// What a group's chains learn of their metric between draws.
#include <string>
#include <utility>

#include "tyche/infer/group.hpp"

namespace tyche {
namespace {

std::size_t size(auto n) { return static_cast<std::size_t>(n); }

}  // namespace

void ChainGroup::begin_learning(int lane) {
  group_.adapt[lane] |= nuts_adapt_metric;
  if (!coordinates_) return;
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
  if (at == run_.schedule.back().at) {
    group_.adapt[lane] &= ~nuts_adapt_metric;
    group_.output[lane].gradients = nullptr;
    windows_[size(lane)] = {.dimension = group_.dimension};
  }
  return run_.observer.on(Adapted{.chain = number(lane),
                                  .iteration = at,
                                  .step_size = group_.step_size[lane],
                                  .inverse_mass = inverse_mass(lane)});
}

/// The chain goes on at the same position, in coordinates fitted to the window; or, if no step size
/// suits those, as before.
Result<void> ChainGroup::learn_metric(int lane, const Update& update) {
  Window& window = windows_[size(lane)];
  window.begin_at(update.from);
  if (window.count() < 2) return {};
  const Whitening before = coordinates_->whitening(lane);
  const double step_size = group_.step_size[lane];
  const std::vector<double> position = position_of(lane);
  const Whitening next = fitted(window);
  if (!next.finite()) return {};
  move_to(lane, position, next);
  if (!update.restart) return {};
  const std::uint32_t chain = 1u << lane;
  if (kernels_.find_step_size(group_, evaluate_, context_, chain) == 0) return {};
  move_to(lane, position, before);
  group_.step_size[lane] = step_size;
  return find_step_sizes(chain);
}

Whitening ChainGroup::fitted(const Window& window) const {
  switch (run_.settings.metric) {
    case Metric::fisher:
      return by_fisher(window);
    case Metric::low_rank:
      return by_directions(window, most_directions);
    default:
      return by_directions(window, group_.dimension);
  }
}

std::vector<double> ChainGroup::position_of(int lane) const {
  std::vector<double> position(size(group_.dimension));
  const double* const at = group_.position + lane;
  for (std::size_t i = 0; i < position.size(); ++i) position[i] = at[i * size(group_.lanes)];
  coordinates_->to_positions(lane, position);
  return position;
}

void ChainGroup::move_to(int lane, std::vector<double> position, Whitening whitening) {
  coordinates_->set(lane, std::move(whitening));
  coordinates_->whitening(lane).to_coordinates(position);
  double* const at = group_.position + lane;
  for (std::size_t i = 0; i < position.size(); ++i) at[i * size(group_.lanes)] = position[i];
}

/// Draws and divergences in coordinates become positions; the window of the metric takes the draws.
void ChainGroup::collect(int lane) {
  NutsOutput& out = group_.output[lane];
  const auto d = size(group_.dimension);
  coordinates_->to_positions(lane, {out.positions, size(out.count) * d});
  coordinates_->to_positions(lane, {out.divergences, size(out.divergence_count) * 2 * d});
  if (out.gradients == nullptr) return;
  const auto first = static_cast<std::int64_t>(group_.iteration[lane]) - out.count;
  for (std::size_t i = 0; i < size(out.count); ++i) {
    if (out.draws[i].stop == NutsStop::diverging) continue;
    const std::span<double> gradient(out.gradients + i * d, d);
    coordinates_->whitening(lane).push_forward(gradient);
    windows_[size(lane)].add(first + static_cast<std::int64_t>(i), {out.positions + i * d, d},
                             gradient);
  }
}

}  // namespace tyche
