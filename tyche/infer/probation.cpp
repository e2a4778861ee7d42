#include "tyche/infer/probation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tyche {
namespace {

struct Moments {
  double mean = 0, sd = 0;
};

Moments log_densities(std::span<const Transition> transitions) {
  const auto n = static_cast<double>(transitions.size());
  Moments m;
  for (const Transition& t : transitions) m.mean += t.log_density / n;
  for (const Transition& t : transitions) {
    m.sd += (t.log_density - m.mean) * (t.log_density - m.mean);
  }
  m.sd = std::sqrt(m.sd / (n - 1));
  return m;
}

std::string formatted(const char* format, double a, double b) {
  char text[160];
  std::snprintf(text, sizeof text, format, a, b);
  return text;
}

}  // namespace

std::string probation_flaw(std::span<const Transition> transitions, double target_accept) {
  double accept = 0;
  std::size_t divergent = 0;
  for (const Transition& t : transitions) {
    accept += t.accept_rate / static_cast<double>(transitions.size());
    divergent += t.divergent;
  }
  if (32 * divergent > transitions.size()) {
    return std::to_string(divergent) + " of " + std::to_string(transitions.size()) +
           " trajectories diverged";
  }
  // 1 - acceptance grows with the square of the step size.
  const double missed = 1 - target_accept;
  const double lowest = std::max(1 - 2 * missed, target_accept / 2), highest = 1 - missed / 20;
  if (!(accept >= lowest && accept <= highest)) {
    return formatted("its acceptance was %.3g, far from the target of %.3g", accept, target_accept);
  }
  const std::size_t half = transitions.size() / 2;
  const Moments first = log_densities(transitions.first(half)),
                last = log_densities(transitions.last(half));
  if (!(std::abs(last.mean - first.mean) <= 1.5 * last.sd)) {
    return formatted("its log density drifted from %.6g to %.6g", first.mean, last.mean);
  }
  return {};
}

}  // namespace tyche
