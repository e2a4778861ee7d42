#include "tyche/runtime/stream.hpp"

namespace tyche {

const std::vector<std::string>& statistic_names() {
  static const std::vector<std::string> names = {"lp__",        "accept_stat__", "stepsize__",
                                                 "treedepth__", "n_leapfrog__",  "divergent__",
                                                 "energy__"};
  return names;
}

std::array<double, 7> statistics(const Transition& t) {
  return {t.log_density,       t.accept_rate,         t.step_size, double(t.depth),
          double(t.leapfrogs), t.divergent ? 1. : 0., t.energy};
}

}  // namespace tyche
