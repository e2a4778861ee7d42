// What random numbers are drawn for: one number each, so that no two purposes share a block.
#pragma once

namespace tyche::purpose {

/// The high 8 bits of the second counter word. A number, once given, is never reused.
inline constexpr unsigned start = 1;        // first position of a chain
inline constexpr unsigned momentum = 2;     // momenta of HMC and NUTS
inline constexpr unsigned trajectory = 3;   // directions and choice of leaf
inline constexpr unsigned accept = 4;       // Metropolis decisions
inline constexpr unsigned proposal = 5;     // moves of random-walk kernels
inline constexpr unsigned choice = 6;       // choices of a program run forward
inline constexpr unsigned output = 7;       // quantities computed from a draw
inline constexpr unsigned resample = 8;     // ancestors of particles
inline constexpr unsigned propagate = 9;    // transitions of particles
inline constexpr unsigned synthetic = 10;   // data made for tests and calibration
inline constexpr unsigned simulation = 11;  // inputs of a discrete-event simulation
inline constexpr unsigned derive = 255;     // child keys

}  // namespace tyche::purpose
