// Where a group's chains begin when nothing is known: a point with a finite density, and a step
// size.
#include <cmath>
#include <string>

#include "tyche/infer/group.hpp"

namespace tyche {
namespace {

constexpr unsigned start_attempts = 100;

std::size_t size(auto n) { return static_cast<std::size_t>(n); }

}  // namespace

/// Uniform on (-2, 2) until log density and gradient are finite and a step size is found: a chain
/// may begin where errors grow beyond what any step takes.
Result<void> ChainGroup::find_starts(std::uint32_t wanted) {
  const int d = group_.dimension, lanes = group_.lanes;
  std::vector<double> gradient(size(padded(d) * lanes)), log_density(size(lanes));
  std::uint32_t finite = 0;
  const std::uint32_t used = ((1u << chains()) - 1) & ~stopped_;
  for (unsigned attempt = 0; attempt < start_attempts; ++attempt) {
    for (int k = 0; k < lanes; ++k) {
      if (!(wanted >> k & 1)) continue;
      kernels_.draw_start(group_, k, attempt);
      if (run_.given) enter_given(k);
      group_.step_size[k] = 1;
    }
    evaluate_(context_, group_.position, gradient.data(), log_density.data());
    finite = finite_lanes(log_density, gradient) & wanted & used;
    wanted &= ~finite;
    if (finite) wanted |= kernels_.find_step_size(group_, evaluate_, context_, finite);
    if (!(wanted & used)) return {};
  }
  const int lane = __builtin_ctz(wanted & used);
  return finite >> lane & 1 ? fail_step_size(lane)
                            : fail_start(lane, log_density[size(lane)], gradient);
}

std::uint32_t ChainGroup::finite_lanes(std::span<const double> log_density,
                                       std::span<const double> gradient) const {
  std::uint32_t finite = 0;
  for (int k = 0; k < group_.lanes; ++k) {
    bool all = std::isfinite(log_density[size(k)]);
    for (int i = 0; i < group_.dimension; ++i) {
      all &= std::isfinite(gradient[size(i * group_.lanes + k)]);
    }
    finite |= std::uint32_t(all) << k;
  }
  return finite;
}

/// `gradients` as the density wrote them: [dimension][lanes].
Result<void> ChainGroup::fail_start(int lane, double log_density,
                                    std::span<const double> gradients) {
  const std::vector<double> position = position_of(lane);
  std::vector<double> gradient;
  for (int i = 0; i < group_.dimension; ++i) {
    gradient.push_back(gradients[size(i * group_.lanes + lane)]);
  }
  if (coordinates_) coordinates_->push_forward(lane, gradient);
  const std::string flaw = std::isfinite(log_density)
                               ? "its gradient was not finite"
                               : "the log density was " + std::to_string(log_density);
  return fail({.chain = number(lane),
               .error = {.where = "start of chain " + std::to_string(number(lane) + 1),
                         .expected = "a point in (-2, 2) of the unconstrained space where the log "
                                     "density and its gradient are finite",
                         .found = "none in " + std::to_string(start_attempts) +
                                  " attempts; at the last " + flaw,
                         .remedy = "check that the data lie within the supports of the model"},
               .position = position,
               .gradient = gradient});
}

Result<void> ChainGroup::find_step_sizes(std::uint32_t lanes) {
  const std::uint32_t failed = kernels_.find_step_size(group_, evaluate_, context_, lanes);
  return failed == 0 ? Result<void>() : fail_step_size(__builtin_ctz(failed));
}

Result<void> ChainGroup::fail_step_size(int lane) {
  return fail({.chain = number(lane),
               .error = {.where = "step size of chain " + std::to_string(number(lane) + 1),
                         .expected = "a leapfrog step that is accepted at a rate near 0.8",
                         .found = "none between 1e-12 and 1e7",
                         .remedy = "check that the posterior is proper and its gradient right"}});
}

}  // namespace tyche
