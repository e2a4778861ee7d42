// Hamiltonian dynamics under a diagonal Euclidean metric: the energy and the leapfrog.
#pragma once
#include "math.hpp"

namespace oracle {

/// A point of phase space, with the target's answer there kept beside it.
struct Phase {
  Vector q;  // position
  Vector p;  // momentum
  Evaluation at_q;
};

struct Hamiltonian {
  const Density& density;
  const Vector& inv_mass;  // diagonal of M⁻¹

  Vector velocity(const Phase& z) const { return inv_mass * z.p; }  // ∂H/∂p

  double energy(const Phase& z) const {  // H = K(p) + U(q)
    return 0.5 * dot(z.p, velocity(z)) - z.at_q.log_density;
  }

  Vector sample_momentum(Rng& rng) const {  // p ~ N(0, M)
    return normal(rng, inv_mass.size()) / std::sqrt(inv_mass);
  }

  /// One leapfrog step of size ε; a negative ε runs time backward.
  Phase leapfrog(Phase z, double eps) const {
    z.p += 0.5 * eps * z.at_q.gradient;
    z.q += eps * velocity(z);
    z.at_q = density(z.q);
    z.p += 0.5 * eps * z.at_q.gradient;
    return z;
  }
};

}  // namespace oracle
