#include "tyche/simulation/random.hpp"

#include "tyche/kernels/elementary_lanes.hpp"
#include "tyche/kernels/random.hpp"
#include "tyche/numeric/stream_bits.hpp"

namespace tyche::TYCHE_LEVEL {

extern const RandomTable random_table;

namespace {

using One = Lanes<double, 1>;

One unit(Stream& s) { return uniform(Lanes<u64, 1>(next_bits(s))); }

/// A stream of its own for a sampler that rejects: its parent goes on by one number whatever
/// happens. The key is the same for both of an antithetic pair; what is drawn with it is turned.
Stream child(Stream& s) {
  const u64 key = next_bits(s) ^ s.flipped;
  return {.key = key, .purpose = s.purpose, .flipped = s.flipped};
}

double draw_uniform(Stream& s, double low, double high) {
  return (One(low) + (One(high) - One(low)) * unit(s))[0];
}

double draw_exponential(Stream& s, double mean) {
  return (exponential(Lanes<u64, 1>(next_bits(s))) * One(mean))[0];
}

double draw_normal(Stream& s, double mean, double sd) {
  return (One(mean) + One(sd) * normal(Lanes<u64, 1>(next_bits(s))))[0];
}

double draw_lognormal(Stream& s, double mu, double sigma) {
  return exp(One(draw_normal(s, mu, sigma)))[0];
}

double draw_weibull(Stream& s, double shape, double scale) {
  const One e = exponential(Lanes<u64, 1>(next_bits(s)));
  return (One(scale) * exp(log(e) / One(shape)))[0];
}

double draw_triangular(Stream& s, double low, double mode, double high) {
  const double u = unit(s)[0], width = high - low, rise = mode - low;
  if (!(low <= mode && mode <= high)) return not_a_number;
  if (u * width < rise) return low + sqrt(One(u * width * rise))[0];
  return high - sqrt(One((1 - u) * width * (high - mode)))[0];
}

double draw_erlang(Stream& s, std::uint32_t stages, double mean) {
  One sum(0.0);
  for (std::uint32_t k = 0; k < stages; ++k) {
    sum = sum + exponential(Lanes<u64, 1>(next_bits(s)));
  }
  return (sum * One(mean) / One(double(stages)))[0];
}

double draw_gamma(Stream& s, double shape, double scale) {
  Stream own = child(s);
  return (One(random_table.gamma(own, shape)) * One(scale))[0];
}

double draw_beta(Stream& s, double a, double b) {
  Stream own = child(s);
  return random_table.beta(own, a, b);
}

double draw_poisson(Stream& s, double mean) {
  Stream own = child(s);
  return random_table.poisson(own, mean);
}

double draw_binomial(Stream& s, double trials, double probability) {
  Stream own = child(s);
  return random_table.binomial(own, trials, probability);
}

u64 draw_below(Stream& s, u64 count) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<u64>((static_cast<Wide>(next_bits(s)) * count) >> 64);
}

}  // namespace

extern const simulation::VariateTable variate_table;
const simulation::VariateTable variate_table = {
    draw_uniform, draw_exponential, draw_normal, draw_lognormal, draw_weibull,  draw_triangular,
    draw_erlang,  draw_gamma,       draw_beta,   draw_poisson,   draw_binomial, draw_below,
};

}  // namespace tyche::TYCHE_LEVEL
