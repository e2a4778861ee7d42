// The trajectory under way of one chain whose parameters lie in lanes.
#pragma once
#include "tyche/kernels/lane_memory.hpp"
#include "tyche/kernels/lane_search.hpp"
#include "tyche/kernels/nuts_random.hpp"

namespace tyche::TYCHE_LEVEL {

/// The random numbers of one draw, made while the draw before is under way: nothing waits for them.
struct DrawAhead {
  double* p;
  double within[16];  // the choice of leaf N at N mod 16
  double merge[8];
  u32 forward;  // bit N / 2 mod 8: direction after leaf N
  bool first_forward;
  bool made;
  u64 leaves;  // how many leaves of the draw are made so far
  u64 iteration;
};

struct Node {
  double *q, *g;
  double log_density, energy;
};

struct SingleFlight {
  static constexpr int nodes = 16, draws_ahead = 4;

  // Leaves take the nodes in turn; a node still in use (an end, a draw) is passed over. Nothing is
  // copied, and the next address never waits for a decision.
  Node node[nodes];
  int newest, other_end, sub_draw, draw;
  double* end_p;
  Slot at;
  Slots slots;
  SearchRows search;
  PhiloxKeys keys = PhiloxKeys(0);
  DrawAhead ahead[draws_ahead];  // of iteration i at i mod draws_ahead
  DrawAhead* now;                // of the draw under way

  u64 n;
  double half;  // half the step size, signed
  double energy0, reference, weight_sub, weight_all, accept_sum;
  bool forward, outer_turn, under_way, warm;
  u64 doomed;
  int rows;  // of eight parameters

  static SingleFlight& lay_out(Memory& memory, LaneGroup& group, bool measure) {
    const int d = group.dimension;
    SingleFlight* const place = memory.take<SingleFlight>(1);
    SingleFlight measured;
    SingleFlight& f = measure ? measured : *place;
    for (Node& node : f.node) {
      node.q = memory.rows(d, 1);
      node.g = memory.rows(d, 1);
    }
    for (DrawAhead& ahead : f.ahead) ahead.p = memory.rows(d, 1);
    f.slots.lay_out(memory, d, 1);
    f.search = SearchRows::lay_out(memory, d, 1);
    f.rows = (d + 7) / 8;
    return *place;
  }

  /// The random numbers of a draw, and those of the next unless they are made already.
  TYCHE_INLINE void prepare(const LaneGroup& group, u64 iteration) {
    now = &ahead[iteration % draws_ahead];
    if (!now->made || now->iteration != iteration) make_ahead(group, iteration);
    const DrawAhead& next = ahead[(iteration + 1) % draws_ahead];
    if (!next.made || next.iteration != iteration + 1) make_ahead(group, iteration + 1);
  }
  void make_ahead(const LaneGroup& group, u64 iteration);

  TYCHE_INLINE int next_node() const {
    int k = (newest + 1) % nodes;
    while (__builtin_expect(k == other_end || k == sub_draw || k == draw, 0)) k = (k + 1) % nodes;
    return k;
  }
};

/// Leaves 2 first to 2 first + 15 of a draw, into the places of their numbers modulo 16.
TYCHE_INLINE void store_leaves(LeafBits<8> bits, DrawAhead& to) {
  using D = Lanes<double, 8>;
  const auto even = LeafBits<8>::within(bits.even), odd = LeafBits<8>::within(bits.odd);
  D(__builtin_shufflevector(even.v, odd.v, 0, 8, 1, 9, 2, 10, 3, 11)).store(to.within);
  D(__builtin_shufflevector(even.v, odd.v, 4, 12, 5, 13, 6, 14, 7, 15)).store(to.within + 8);
  bits.merge().store(to.merge);
  to.forward = bits.forward().bits();
}

/// Leaves 16 group to 16 group + 15.
inline void fill_leaves(const PhiloxKeys& keys, u64 chain, u64 iteration, u64 group,
                        DrawAhead& to) {
  using U = Lanes<u64, 8>;
  store_leaves(leaf_bits(keys, U(chain), U(iteration), count_from(group * 8)), to);
}

/// Up to 16 dimensions one block function serves a draw: four blocks of momenta and the blocks of
/// leaves 0 to 7. Two draws at a time, since one alone would wait for its own results.
[[gnu::noinline]] inline void fill_two(const LaneGroup& group, const PhiloxKeys& keys,
                                       u64 iteration, DrawAhead& first, DrawAhead& second) {
  using U = Lanes<u64, 16>;
  using Half = Lanes<u64, 8>;
  using D = Lanes<double, 8>;
  const u64 p = u64(purpose::momentum) << 24, leaves = u64(purpose::trajectory) << 24;
  const PhiloxWords<16> at = {
      {U(U::Vector{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3}),
       U(U::Vector{p, p, p, p, p, p, p, p, leaves, leaves, leaves, leaves, leaves, leaves, leaves,
                   leaves}),
       U(iteration) + U(U::Vector{0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1}),
       U(group.chain[0])}};
  const PhiloxWords<16> bits = philox(keys, at);
  const U a = bits.pair(0), b = bits.pair(1);
  const U pairs(
      __builtin_shufflevector(a.v, b.v, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  const NormalPair<16> momenta = momenta_of(pairs);
  const auto half = [](Lanes<double, 16> x, bool high) {
    return high ? D(__builtin_shufflevector(x.v, x.v, 8, 9, 10, 11, 12, 13, 14, 15))
                : D(__builtin_shufflevector(x.v, x.v, 0, 1, 2, 3, 4, 5, 6, 7));
  };
  store_pairs({half(momenta.first, false), half(momenta.second, false)}, group.dimension, first.p);
  store_pairs({half(momenta.first, true), half(momenta.second, true)}, group.dimension, second.p);

  const LeafBits<8> leaf = {Half(__builtin_shufflevector(a.v, a.v, 8, 9, 10, 11, 12, 13, 14, 15)),
                            Half(__builtin_shufflevector(b.v, b.v, 8, 9, 10, 11, 12, 13, 14, 15))};
  const D even = LeafBits<8>::within(leaf.even), odd = LeafBits<8>::within(leaf.odd);
  D(__builtin_shufflevector(even.v, odd.v, 0, 8, 1, 9, 2, 10, 3, 11)).store(first.within);
  D(__builtin_shufflevector(even.v, odd.v, 4, 12, 5, 13, 6, 14, 7, 15)).store(second.within);
  const D merge = leaf.merge();
  merge.store(first.merge);
  D(__builtin_shufflevector(merge.v, merge.v, 4, 5, 6, 7, 4, 5, 6, 7)).store(second.merge);
  const u32 forward = leaf.forward().bits(), start = leaf.first_forward().bits();
  first.forward = forward;
  second.forward = forward >> 4;
  first.first_forward = start & 1;
  second.first_forward = start >> 4 & 1;
}

/// One draw of more than 16 dimensions.
inline void fill_one(const LaneGroup& group, const PhiloxKeys& keys, u64 iteration, DrawAhead& to) {
  using U = Lanes<u64, 8>;
  const u64 chain = group.chain[0];
  draw_momenta_alone(group.dimension, keys, chain, iteration, to.p);
  const LeafBits<8> leaf = leaf_bits(keys, U(chain), U(iteration), count_from(0));
  to.first_forward = leaf.first_forward().bits() & 1;
  store_leaves(leaf, to);
}

inline void SingleFlight::make_ahead(const LaneGroup& group, u64 iteration) {
  DrawAhead &first = ahead[iteration % draws_ahead], &second = ahead[(iteration + 1) % draws_ahead];
  const bool small = group.dimension <= 16;
  first.iteration = iteration;
  first.leaves = small ? 8 : 16;
  first.made = true;
  if (!small) return fill_one(group, keys, iteration, first);
  second.iteration = iteration + 1;
  second.leaves = 8;
  second.made = true;
  fill_two(group, keys, iteration, first, second);
}

}  // namespace tyche::TYCHE_LEVEL
