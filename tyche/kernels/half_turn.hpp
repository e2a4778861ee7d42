// Sine and cosine of an angle in turns: exact reduction, for Box-Muller and for reflections.
#pragma once
#include "tyche/kernels/polynomial.hpp"

namespace tyche::TYCHE_LEVEL {

template <int W>
struct SineCosine {
  Lanes<double, W> sine, cosine;
};

/// x to the nearest whole number, ties to even, for |x| < 2^50 (up to 2^52 to an even one near x);
/// `bits` holds it in its low bits.
template <int W>
struct Rounded {
  Lanes<double, W> value;
  Lanes<u64, W> bits;
};

template <int W>
TYCHE_INLINE Rounded<W> round_small(Lanes<double, W> x) {
  const auto shifted = x + 0x1.8p52;
  return {shifted - 0x1.8p52, bit_cast<u64>(shifted)};
}

/// From the sine and cosine of the rest to those of the angle `quarters` right angles further on.
template <int W>
TYCHE_INLINE SineCosine<W> turn(SineCosine<W> rest, Lanes<u64, W> quarters) {
  const auto odd = (quarters & Lanes<u64, W>(1)) != u64(0);
  const auto swap = Mask<double, W>(odd.v);
  const auto sine = select(swap, rest.cosine, rest.sine);
  const auto cosine = select(swap, rest.sine, rest.cosine);
  const auto sign = [&](Lanes<u64, W> q) { return (q & Lanes<u64, W>(2)) << 62; };
  return {bit_cast<double>(bit_cast<u64>(sine) ^ sign(quarters)),
          bit_cast<double>(bit_cast<u64>(cosine) ^ sign(quarters + Lanes<u64, W>(1)))};
}

/// Of the angle pi x / 2, |x| < 2^50. Minimax for |x| <= 1/2, 2^-58.
template <int W>
TYCHE_INLINE SineCosine<W> sine_cosine_quarters(Lanes<double, W> x) {
  const auto nearest = round_small(x);
  const auto f = x - nearest.value;
  const auto z = f * f;
  const auto sine =
      f * polynomial(z, {0x1.921fb54442d18p+0, -0x1.4abbce625be41p-1, 0x1.466bc677586edp-4,
                         -0x1.32d2cce2d3d28p-8, 0x1.50782fc8bf5fcp-13, -0x1.e3006231d2418p-19,
                         0x1.e3ee515b19a8ap-25});
  const auto cosine =
      polynomial(z, {0x1.0000000000000p+0, -0x1.3bd3cc9be45dep+0, 0x1.03c1f081b5aaap-2,
                     -0x1.55d3c7e3c8d40p-6, 0x1.e1f50683014b4p-11, -0x1.a6d1ec3b34167p-16,
                     0x1.f9cc143989833p-22, -0x1.b257eef8b51e9p-28});
  return turn(SineCosine<W>{sine, cosine}, nearest.bits);
}

}  // namespace tyche::TYCHE_LEVEL
