// Which Markov kernel moves a chain.
#pragma once
#include <array>
#include <cstdint>

namespace tyche {

/// `hmc`: trajectories of a fixed length; `mala`: of one leapfrog step; `random_walk`: a normal
/// step that asks for no gradient. `walnuts`: NUTS whose steps shorten where the density asks for
/// it.
enum class Kernel : std::uint8_t { nuts, walnuts, hmc, mala, random_walk };

inline constexpr std::array all_kernels = {Kernel::nuts, Kernel::walnuts, Kernel::hmc, Kernel::mala,
                                           Kernel::random_walk};

constexpr const char* name(Kernel kernel) {
  switch (kernel) {
    case Kernel::walnuts:
      return "walnuts";
    case Kernel::hmc:
      return "hmc";
    case Kernel::mala:
      return "mala";
    case Kernel::random_walk:
      return "random_walk";
    case Kernel::nuts:
      break;
  }
  return "nuts";
}

/// The acceptance that a step size is adapted to unless the user says another: of MALA and the
/// random walk what is best in many dimensions (Roberts and Rosenthal 2001).
constexpr double usual_acceptance(Kernel kernel) {
  return kernel == Kernel::mala ? 0.574 : kernel == Kernel::random_walk ? 0.234 : 0.8;
}

}  // namespace tyche
