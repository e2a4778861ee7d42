// How a group's chains begin: where they stood, where those of an earlier fit did, or anew; and
// what is remembered so that they can go on.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "tyche/base/decimals.hpp"
#include "tyche/infer/group.hpp"

namespace tyche {
namespace {

std::size_t size(auto n) { return static_cast<std::size_t>(n); }

}  // namespace

Result<void> ChainGroup::begin() {
  std::uint32_t anew = 0, going_on = 0;
  for (int k = 0; k < group_.lanes; ++k) {
    const ChainState* const before = k < chains() ? &results_[size(k)].state : nullptr;
    if (before && before->stopped) stopped_ |= 1u << k;
    const ChainState* const earlier = before ? warm_start(k) : nullptr;
    if (before && !before->point.empty()) {
      restore(k);
      going_on |= 1u << k;
    } else if (earlier) {
      begin_probation(k, *earlier);
    } else {
      anew |= 1u << k;
      if (before && run_.settings.warmup > 0) group_.adapt[k] = adapt_step_size;
    }
  }
  for (int k = 0; k < chains() && run_.settings.warm_start; ++k) {
    if (!((anew & ~stopped_) >> k & 1)) continue;
    const Probation none{.chain = number(k), .flaw = "the earlier fit has no such chain"};
    if (auto told = run_.observer.on(none); !told) return told;
  }
  if (auto checked = check_points(going_on); !checked) return checked;
  return anew == 0 ? Result<void>() : find_starts(anew);
}

/// Where chains go on, the density must be the one that they come from; where others start from it,
/// it must be finite.
Result<void> ChainGroup::check_points(std::uint32_t going_on) {
  if ((going_on | on_probation_) == 0) return {};
  std::vector<double> gradient(size(padded(group_.dimension) * group_.lanes)),
      log_density(size(group_.lanes));
  evaluate_(context_, group_.position, gradient.data(), log_density.data());
  const std::uint32_t lost = on_probation_ & ~finite_lanes(log_density, gradient);
  for (int k = 0; k < chains(); ++k) {
    if (lost >> k & 1) {
      auto begun = start_over(k, "the log density or its gradient is not finite there");
      if (!begun) return begun;
    }
    const double before = results_[size(k)].state.log_density, now = log_density[size(k)];
    if (!(going_on >> k & 1) || std::isnan(before) || before == now) continue;
    return fail({.chain = number(k),
                 .error = {.where = "chain " + std::to_string(number(k) + 1),
                           .expected = "the density that it was drawn from: " + decimals(before) +
                                       " at its last draw",
                           .found = decimals(now),
                           .remedy = "extend with the same model and data; for others take the fit "
                                     "as a warm start"}});
  }
  return {};
}

/// The chain of the earlier fit that a lane may start from.
const ChainState* ChainGroup::warm_start(int lane) const {
  const RunState* const earlier = run_.settings.warm_start;
  if (!earlier || stopped_ >> lane & 1) return nullptr;
  const auto found = std::ranges::find(earlier->chains, number(lane), &ChainState::chain);
  if (found == earlier->chains.end() || found->point.empty()) return nullptr;
  return found->frame.degrees.size() == unknown_frame().degrees.size() ? &*found : nullptr;
}

void ChainGroup::take_up(int lane, const ChainState& state, std::int64_t iteration) {
  set_frame(lane, state.frame);
  double* const at = group_.position + lane;
  for (std::size_t i = 0; i < state.point.size(); ++i) at[i * size(group_.lanes)] = state.point[i];
  group_.step_size[lane] = state.step_size;
  group_.iteration[lane] = size(iteration);
  passed_[size(lane)] = iteration;
}

void ChainGroup::restore(int lane) {
  ChainResult& result = results_[size(lane)];
  take_up(lane, result.state, result.state.iteration);
  result.draws = result.state.iteration - run_.settings.warmup;
  const std::int64_t next = next_milestone(lane);
  group_.stop_at[lane] = size(result.state.stopped ? 0 : next);
}

/// In the place of the last iterations of its warm-up.
void ChainGroup::begin_probation(int lane, const ChainState& earlier) {
  on_probation_ |= 1u << lane;
  take_up(lane, earlier, run_.settings.warmup - probation_length);
  group_.stop_at[lane] = size(run_.settings.warmup);
}

Result<void> ChainGroup::end_probation(int lane) {
  std::string flaw = probation_flaw(probation_[size(lane)], accept_target(run_.settings));
  if (!flaw.empty()) return start_over(lane, std::move(flaw));
  on_probation_ &= ~(1u << lane);
  const Probation passed{.chain = number(lane), .leapfrogs = probation_leapfrogs(lane)};
  if (auto told = run_.observer.on(passed); !told) return told;
  group_.stop_at[lane] = size(next_milestone(lane));
  return end_warmup(lane, run_.settings.warmup);
}

std::int64_t ChainGroup::probation_leapfrogs(int lane) const {
  std::int64_t sum = 0;
  for (const Transition& t : probation_[size(lane)]) sum += t.leapfrogs;
  return sum;
}

/// As if there had been no earlier fit.
Result<void> ChainGroup::start_over(int lane, std::string flaw) {
  on_probation_ &= ~(1u << lane);
  const Probation failed{
      .chain = number(lane), .leapfrogs = probation_leapfrogs(lane), .flaw = std::move(flaw)};
  if (auto told = run_.observer.on(failed); !told) return told;
  set_frame(lane, unknown_frame());
  group_.adapt[lane] = adapt_step_size;
  group_.iteration[lane] = group_.stop_at[lane] = 0;
  passed_[size(lane)] = -1;
  end_early_[size(lane)] = 0;
  results_[size(lane)].state.log_density = std::numeric_limits<double>::quiet_NaN();
  return find_starts(1u << lane);
}

/// Of a chain that has learnt nothing.
CoordinateFrame ChainGroup::unknown_frame() const {
  const Centring* const centring = coordinates_ ? coordinates_->centring() : nullptr;
  return {identity(group_.dimension), centring ? centring->unknown() : Degrees()};
}

CoordinateFrame ChainGroup::frame_of(int lane) const {
  if (coordinates_) return {coordinates_->whitening(lane), coordinates_->degrees(lane)};
  CoordinateFrame frame = unknown_frame();
  const double* const scale = group_.scale + lane;
  for (std::size_t i = 0; i < frame.whitening.scale.size(); ++i) {
    frame.whitening.scale[i] = scale[i * size(group_.lanes)];
  }
  return frame;
}

void ChainGroup::set_frame(int lane, const CoordinateFrame& frame) {
  if (coordinates_) coordinates_->set(lane, frame.whitening, frame.degrees);
  const std::span<const double> scales =
      coordinates_ ? coordinates_->kernel_scale(lane) : std::span(frame.whitening.scale);
  double* const scale = group_.scale + lane;
  for (std::size_t i = 0; i < scales.size(); ++i) scale[i * size(group_.lanes)] = scales[i];
}

/// The lane's position as it stands, an unconstrained one, in the metric that was given: of the
/// parameters as they are written.
void ChainGroup::enter_given(int lane) {
  CoordinateFrame frame{*run_.given};
  if (!coordinates_) return set_frame(lane, frame);
  frame.degrees.assign(coordinates_->degrees(lane).size(), double(Recentring::whole));
  move_to(lane, column(lane), frame);
}

std::vector<double> ChainGroup::column(int lane) const {
  std::vector<double> out(size(group_.dimension));
  const double* const at = group_.position + lane;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = at[i * size(group_.lanes)];
  return out;
}

/// The chain as it ends its warm-up.
void ChainGroup::remember_start(int lane) {
  ChainState& state = results_[size(lane)].state;
  state.chain = number(lane);
  state.iteration = static_cast<std::int64_t>(group_.iteration[lane]);
  state.point = column(lane);
  state.step_size = group_.step_size[lane];
  state.frame = frame_of(lane);
}

/// The last draw, before it is taken out of the chain's coordinates: what lies in the kernel may be
/// of a trajectory under way.
void ChainGroup::remember(int lane) {
  const LaneOutput& out = group_.output[lane];
  ChainState& state = results_[size(lane)].state;
  state.log_density = out.draws[out.count - 1].log_density;
  if (state.point.empty()) return;
  state.iteration = static_cast<std::int64_t>(group_.iteration[lane]);
  std::copy_n(out.positions + size(out.count - 1) * state.point.size(), state.point.size(),
              state.point.begin());
}

}  // namespace tyche
