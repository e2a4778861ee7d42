// Random numbers for host code: a stream is a value, and every number of it is a function of the
// seed and of where it stands (tyche/kernels/philox.hpp).
#pragma once
#include <cstdint>

#include "tyche/kernels/level.hpp"
#include "tyche/kernels/purpose.hpp"

namespace tyche {

/// A run of random numbers of one purpose. Number k is half k mod 2 of block k / 2; above 2^33 the
/// high bits of k are added to the substream.
struct Stream {
  std::uint64_t key = 0;                     // the seed, or a derived key
  std::uint32_t purpose = 0, substream = 0;  // 8 and 24 bits
  std::uint32_t iteration = 0, chain = 0;
  std::uint64_t next = 0;         // how many numbers have been drawn
  std::uint64_t second_half = 0;  // of the block in hand, if `next` is odd
  std::uint64_t flipped = 0;      // bits that are turned round: all of them give 1 - u for u
};

/// One CPU level's samplers. Bad parameters (out of range, infinite, NaN) give NaN.
struct RandomTable {
  std::uint64_t (*bits)(Stream&);
  double (*uniform)(Stream&);  // in (0, 1), never an end
  double (*normal)(Stream&);   // by the inverse cdf: one number each
  double (*exponential)(Stream&);
  double (*gamma)(Stream&, double shape);
  double (*log_gamma)(Stream&, double shape);  // log of a gamma: does not underflow
  double (*beta)(Stream&, double a, double b);
  double (*poisson)(Stream&, double mean);
  double (*binomial)(Stream&, double trials, double probability);
  std::uint64_t (*derive)(std::uint64_t key, std::uint32_t purpose, std::uint64_t id);
};

/// Code of a level must only be called where cpu_has(level).
const RandomTable& random_table(Level level);

namespace numeric {

/// random_table(cpu_level()).
const RandomTable& random();

inline double uniform(Stream& stream) { return random().uniform(stream); }
inline double normal(Stream& stream) { return random().normal(stream); }
/// Mean 1.
inline double exponential(Stream& stream) { return random().exponential(stream); }
/// Scale 1. Marsaglia and Tsang 2000.
inline double gamma(Stream& stream, double shape) { return random().gamma(stream, shape); }
inline double beta(Stream& stream, double a, double b) { return random().beta(stream, a, b); }
/// A whole number. Inversion below a mean of 10, above it Hoermann 1993, algorithm PTRS.
inline double poisson(Stream& stream, double mean) { return random().poisson(stream, mean); }
/// A whole number. Inversion below an expectation of 10, above it Hoermann 1993, algorithm BTRS.
/// Up to 2^31 trials.
inline double binomial(Stream& stream, double trials, double probability) {
  return random().binomial(stream, trials, probability);
}
/// A key for a family of streams of its own.
inline std::uint64_t derive(std::uint64_t key, std::uint32_t purpose, std::uint64_t id) {
  return random().derive(key, purpose, id);
}

}  // namespace numeric
}  // namespace tyche
