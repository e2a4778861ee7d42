// A compiled posterior's log density and gradient, as golden.hpp compares them.
#pragma once
#include <memory>
#include <vector>

#include "tests/golden.hpp"
#include "tyche/compile/posterior.hpp"

namespace tyche {

inline ValueAndGradient compiled_density(std::shared_ptr<Posterior> posterior) {
  return [posterior](const std::vector<double>& u) {
    LogDensity at = posterior->log_density(u);
    at.gradient.insert(at.gradient.begin(), at.value);
    return at.gradient;
  };
}

}  // namespace tyche
