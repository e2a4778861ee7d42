#include "tyche/smc/bootstrap.hpp"

#include <cassert>
#include <cmath>

#include "tyche/numeric/elementary.hpp"
#include "tyche/numeric/random.hpp"
#include "tyche/numeric/sum.hpp"
#include "tyche/smc/particles.hpp"

namespace tyche {
namespace {

Error wrong(const char* setting, const char* expected, double found) {
  return {setting, expected, std::to_string(found), "choose another"};
}

}  // namespace

Result<BootstrapFilter> BootstrapFilter::create(std::shared_ptr<const StateSpace> model,
                                                std::vector<double> parameters,
                                                const FilterSettings& settings) {
  if (settings.particles < 1 || settings.particles > INT32_MAX) {
    return std::unexpected(wrong("particles", "1 to 2^31 - 1", double(settings.particles)));
  }
  if (!(settings.threshold >= 0 && settings.threshold <= 1)) {
    return std::unexpected(wrong("threshold", "0 to 1", settings.threshold));
  }
  if (settings.lanes != 1 && settings.lanes != 8) {
    return std::unexpected(wrong("lanes", "1 or 8", settings.lanes));
  }
  if (parameters.size() != std::size_t(model->parameter_size())) {
    return std::unexpected(Error{"parameters", std::to_string(model->parameter_size()) + " numbers",
                                 std::to_string(parameters.size()),
                                 "give those that the state space was compiled with, in order"});
  }
  BootstrapFilter made;
  made.model_ = std::move(model);
  made.parameters_ = std::move(parameters);
  made.settings_ = settings;
  return made;
}

/// [numbers][stride]. Time 0 is the initial state, time t + 1 step t.
std::vector<double> BootstrapFilter::noise_of(std::uint64_t rng, std::int64_t time,
                                              std::int64_t stride) const {
  const auto kinds = time == 0 ? model_->initial_noise() : model_->transition_noise();
  std::vector<double> noise(kinds.size() * std::size_t(stride));
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    for (std::int64_t i = 0; i < stride; i += 8) {
      particle_functions().noise(rng, std::uint32_t(time), std::uint32_t(i), std::uint32_t(k),
                                 kinds[k] == Noise::normal,
                                 &noise[k * std::size_t(stride) + std::size_t(i)]);
    }
  }
  return noise;
}

FilterState BootstrapFilter::init(std::uint64_t rng) const {
  const std::int64_t n = settings_.particles, stride = (n + 7) / 8 * 8;
  FilterState state{.stride = stride,
                    .particles = std::vector<double>(std::size_t(model_->state_size() * stride)),
                    .log_weights = {},
                    .weights = std::vector<double>(std::size_t(n))};
  std::vector<double> alive(static_cast<std::size_t>(stride));
  const std::vector<double> noise = noise_of(rng, 0, stride);
  const auto evaluator = model_->evaluator(settings_.lanes);
  for (std::int64_t i = 0; i < stride; i += settings_.lanes) {
    evaluator->initial({parameters_.data(), 1, 0}, {noise.data() + i, stride},
                       {state.particles.data() + i, stride}, &alive[std::size_t(i)]);
  }
  alive.resize(std::size_t(n));
  state.log_weights = std::move(alive);
  weigh(state);
  state.log_evidence -= numeric::log(double(n));
  return state;
}

bool BootstrapFilter::resample(std::uint64_t rng, FilterState& state) const {
  const std::int64_t n = settings_.particles;
  // A filter whose weights are all zero stays so: there is nothing to resample from.
  if (state.effective_size == 0) return false;
  if (!(state.effective_size < settings_.threshold * double(n))) return false;
  Stream stream{.key = rng, .purpose = purpose::resample, .iteration = std::uint32_t(state.time)};
  std::vector<std::int64_t> ancestors(static_cast<std::size_t>(n));
  particle_functions().ancestors(n, state.weights.data(), numeric::uniform(stream),
                                 ancestors.data());
  const std::vector<double> before = state.particles;
  for (std::int64_t field = 0; field < model_->state_size(); ++field) {
    const double* from = before.data() + field * state.stride;
    double* to = state.particles.data() + field * state.stride;
    for (std::int64_t i = 0; i < n; ++i) to[i] = from[ancestors[std::size_t(i)]];
  }
  state.log_weights.assign(std::size_t(n), -numeric::log(double(n)));
  return true;
}

void BootstrapFilter::propagate(std::uint64_t rng, FilterState& state) const {
  const std::int64_t stride = state.stride;
  const Fields<const double> parameters{parameters_.data(), 1, 0};
  const std::vector<double> noise = noise_of(rng, state.time + 1, stride);
  const auto evaluator = model_->evaluator(settings_.lanes);
  std::vector<double> alive(8), seen(8);
  for (std::int64_t i = 0; i < stride; i += settings_.lanes) {
    const Fields<double> at{state.particles.data() + i, stride};
    evaluator->transition(state.time, parameters, {noise.data() + i, stride}, at, alive.data());
    evaluator->observation(state.time, parameters, {at.at, stride}, seen.data());
    for (int l = 0; l < settings_.lanes && i + l < settings_.particles; ++l) {
      double& weight = state.log_weights[std::size_t(i + l)];
      weight = alive[std::size_t(l)] == 0 ? weight + seen[std::size_t(l)] : -INFINITY;
    }
  }
}

/// Normalises; the sum of the weights before is the increment of the evidence.
FilterInfo BootstrapFilter::weigh(FilterState& state) const {
  const WeightSums sums = particle_functions().normalise(
      settings_.particles, state.log_weights.data(), state.weights.data());
  if (sums.log_sum > -INFINITY) {
    for (double& weight : state.log_weights) weight -= sums.log_sum;
  }
  state.log_evidence += sums.log_sum;
  state.effective_size = sums.effective_size;
  return {.log_increment = sums.log_sum, .effective_size = sums.effective_size};
}

std::pair<FilterState, FilterInfo> BootstrapFilter::step(std::uint64_t rng,
                                                         FilterState state) const {
  assert(state.time < model_->steps());
  const bool resampled = resample(rng, state);
  propagate(rng, state);
  FilterInfo info = weigh(state);
  info.resampled = resampled;
  ++state.time;
  return {std::move(state), info};
}

double filter_mean(const FilterState& state, int field) {
  const double* at = state.particles.data() + field * state.stride;
  return numeric::dot({at, state.weights.size()}, state.weights);
}

}  // namespace tyche
