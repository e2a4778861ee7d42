#include "tyche/simulation/random.hpp"

#include "tyche/kernels/elementary_lanes.hpp"
#include "tyche/kernels/random.hpp"
#include "tyche/numeric/stream_bits.hpp"

namespace tyche::TYCHE_LEVEL {

using simulation::DrawnAhead;
using simulation::Source;

extern const RandomTable random_table;

namespace {

using One = Lanes<double, 1>;

void draw_ahead(Source& s) {
  using Eight = Lanes<u64, 8>;
  if (!s.ahead) s.ahead = std::make_unique<DrawnAhead>();
  const Stream& stream = s.stream;
  const u64 k = stream.next;
  const unsigned substream = (stream.substream + unsigned(k >> 33)) & 0xffffffu;
  constexpr u64 steps[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  const Eight blocks = Eight((k >> 1) & 0xffffffffu) + Eight::load(steps);
  const auto words =
      philox(Eight(stream.key), counter<8>(blocks, stream.purpose, substream,
                                           Eight(u64(stream.iteration)), Eight(u64(stream.chain))));
  for (int half = 0; half < 2; ++half) {
    const Eight bits = words.pair(half) ^ Eight(stream.flipped);
    const auto exponentials = exponential(bits);
    for (int j = 0; j < 8; ++j) {
      s.ahead->bits[2 * j + half] = bits[j];
      s.ahead->exponentials[2 * j + half] = exponentials[j];
    }
  }
  s.ahead->first = k;
}

/// Whether the next number is there; draws ahead where a group of numbers begins and the stream is
/// one from which many are drawn.
bool is_ahead(Source& s) {
  if (s.ahead && s.stream.next - s.ahead->first < DrawnAhead::count) return true;
  if (s.drawn < DrawnAhead::count) {
    ++s.drawn;
    return false;
  }
  if (s.stream.next % DrawnAhead::count != 0) return false;
  draw_ahead(s);
  return true;
}

u64 bits_of(Source& s) {
  return is_ahead(s) ? s.ahead->bits[s.stream.next++ - s.ahead->first] : next_bits(s.stream);
}

/// Of mean 1.
One unit_exponential(Source& s) {
  if (is_ahead(s)) return One(s.ahead->exponentials[s.stream.next++ - s.ahead->first]);
  return exponential(Lanes<u64, 1>(next_bits(s.stream)));
}

One unit(Source& s) { return uniform(Lanes<u64, 1>(bits_of(s))); }

/// A stream of its own for a sampler that rejects: its parent goes on by one number whatever
/// happens. The key is the same for both of an antithetic pair; what is drawn with it is turned.
Stream child(Source& s) {
  const u64 key = bits_of(s) ^ s.stream.flipped;
  return {.key = key, .purpose = s.stream.purpose, .flipped = s.stream.flipped};
}

double draw_uniform(Source& s, double low, double high) {
  return (One(low) + (One(high) - One(low)) * unit(s))[0];
}

double draw_exponential(Source& s, double mean) { return (unit_exponential(s) * One(mean))[0]; }

double draw_normal(Source& s, double mean, double sd) {
  return (One(mean) + One(sd) * normal(Lanes<u64, 1>(bits_of(s))))[0];
}

double draw_lognormal(Source& s, double mu, double sigma) {
  return exp(One(draw_normal(s, mu, sigma)))[0];
}

double draw_weibull(Source& s, double shape, double scale) {
  const One e = unit_exponential(s);
  return (One(scale) * exp(log(e) / One(shape)))[0];
}

double draw_triangular(Source& s, double low, double mode, double high) {
  const double u = unit(s)[0], width = high - low, rise = mode - low;
  if (!(low <= mode && mode <= high)) return not_a_number;
  if (u * width < rise) return low + sqrt(One(u * width * rise))[0];
  return high - sqrt(One((1 - u) * width * (high - mode)))[0];
}

double draw_erlang(Source& s, std::uint32_t stages, double mean) {
  One sum(0.0);
  for (std::uint32_t k = 0; k < stages; ++k) {
    sum = sum + unit_exponential(s);
  }
  return (sum * One(mean) / One(double(stages)))[0];
}

double draw_gamma(Source& s, double shape, double scale) {
  Stream own = child(s);
  return (One(random_table.gamma(own, shape)) * One(scale))[0];
}

double draw_beta(Source& s, double a, double b) {
  Stream own = child(s);
  return random_table.beta(own, a, b);
}

double draw_poisson(Source& s, double mean) {
  Stream own = child(s);
  return random_table.poisson(own, mean);
}

double draw_binomial(Source& s, double trials, double probability) {
  Stream own = child(s);
  return random_table.binomial(own, trials, probability);
}

u64 draw_below(Source& s, u64 count) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<u64>((static_cast<Wide>(bits_of(s)) * count) >> 64);
}

}  // namespace

extern const simulation::VariateTable variate_table;
const simulation::VariateTable variate_table = {
    draw_uniform, draw_exponential, draw_normal, draw_lognormal, draw_weibull,  draw_triangular,
    draw_erlang,  draw_gamma,       draw_beta,   draw_poisson,   draw_binomial, draw_below,
};

}  // namespace tyche::TYCHE_LEVEL
