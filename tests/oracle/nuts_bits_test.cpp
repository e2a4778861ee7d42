// The same bits whatever shares the registers: clock, budget, lane packing, mapping, CPU level.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "chains.hpp"

namespace oracle {
namespace {

using tyche::Kernel;
using tyche::Level;

struct Setting {
  int dimension = 10;
  int lanes = 8;
  int clock = 8;
  Level level = tyche::cpu_level();
  std::int64_t budget = 1 << 20;
  bool adapting = true;
  int first = 0;      // number of the first chain: even
  bool wild = false;  // steps so long, and bounds so tight, that trajectories diverge
  Kernel kernel = Kernel::nuts;
};

tyche::LaneEvaluate funnel(const Setting& s) {
  return target_kernels(s.level).funnel[target_index(s.lanes)];
}

void prepare(Chains& chains, const Setting& s) {
  chains.group.settings.seed = 99;
  chains.group.clock = s.clock;
  if (s.wild) {
    chains.group.settings.max_energy_error = 3;
    chains.group.settings.max_step_error = 0.5;
    chains.group.settings.max_halvings = 1;
  }
  chains.set(s.wild ? 1.5 : 0.6);
  for (int k = 0; k < s.lanes; ++k) {
    chains.group.chain[k] = std::uint64_t(s.first + k);
    chains.group.adapt[k] = s.adapting ? tyche::adapt_step_size | tyche::adapt_metric : 0;
    chains.group.shrink_to[k] = std::log(6.0);
  }
}

std::vector<Chain> draw(const Setting& s, int draws = 400) {
  Chains chains(s.dimension, s.lanes, s.level, s.kernel);
  prepare(chains, s);
  Target target{s.dimension, 0};
  return chains.run(funnel(s), &target, draws, s.budget);
}

testing::AssertionResult same(const Chain& a, const Chain& b) {
  for (std::size_t i = 0; i < a.positions.size(); ++i) {
    if (std::memcmp(&a.positions[i], &b.positions[i], sizeof(double)) != 0) {
      return testing::AssertionFailure() << "positions differ at " << i;
    }
  }
  for (std::size_t i = 0; i < a.draws.size(); ++i) {
    const auto &x = a.draws[i], &y = b.draws[i];
    if (x.log_density != y.log_density || x.accept != y.accept || x.step_size != y.step_size ||
        x.energy != y.energy || x.leapfrogs != y.leapfrogs || x.depth != y.depth ||
        x.stop != y.stop) {
      return testing::AssertionFailure() << "statistics differ at draw " << i;
    }
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult same(const std::vector<Chain>& a, const std::vector<Chain>& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (auto result = same(a[k], b[k]); !result) return result << " of chain " << k;
  }
  return testing::AssertionSuccess();
}

TEST(SameBits, AtEveryClock) {
  const auto reference = draw({.clock = 1});
  for (int clock : {2, 4, 8, 16, 32}) {
    EXPECT_TRUE(same(reference, draw({.clock = clock}))) << "clock " << clock;
  }
}

class Bits : public testing::TestWithParam<Kernel> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Bits, testing::ValuesIn(tyche::all_kernels),
                         [](const auto& each) { return name(each.param); });

TEST_P(Bits, AtEveryBudget) {
  Setting s{.kernel = GetParam()};
  for (s.lanes = 8; s.lanes > 0; s.lanes = s.lanes == 8 ? 4 : s.lanes - 3) {
    const auto reference = draw(s);
    Setting cut = s;
    for (cut.budget = 1; cut.budget < 20; cut.budget += 12) {
      EXPECT_TRUE(same(reference, draw(cut))) << s.lanes << " lanes, budget " << cut.budget;
    }
  }
}

TEST(SameBits, WhenTheClockChangesInMidFlight) {
  Setting s;
  Chains chains(s.dimension, s.lanes);
  prepare(chains, s);
  Target target{s.dimension, 0};
  struct Changing {
    Target* target;
    tyche::LaneGroup* group;
    int call = 0;
  };
  const auto reference = draw(s);
  std::vector<Chain> all;
  const int clocks[] = {8, 2, 16, 1, 4};
  for (int part = 0; part < 5; ++part) {
    chains.group.clock = clocks[part];
    auto piece = chains.run(funnel(s), &target, 80, 24);
    if (all.empty()) {
      all = piece;
      continue;
    }
    for (std::size_t k = 0; k < 8; ++k) {
      auto &to = all[k], &from = piece[k];
      to.positions.insert(to.positions.end(), from.positions.begin(), from.positions.end());
      to.draws.insert(to.draws.end(), from.draws.begin(), from.draws.end());
    }
  }
  EXPECT_TRUE(same(reference, all));
}

TEST_P(Bits, OneChainAloneAsInLanes) {
  for (int dimension : {2, 3, 8, 10, 17, 40}) {
    const auto lanes = draw({.dimension = dimension, .kernel = GetParam()}, 200);
    const auto single = draw({.dimension = dimension, .lanes = 1, .kernel = GetParam()}, 200);
    EXPECT_TRUE(same(single[0], lanes[0])) << "dimension " << dimension;
  }
}

/// Half of them in each of two groups; with trajectories that diverge, and chains that park early.
TEST_P(Bits, FourInLanesAsAmongEight) {
  const auto diverges = [](const auto& draw) { return draw.stop == tyche::LaneStop::diverging; };
  for (int dimension : {2, 9, 17}) {
    for (const bool wild : {false, true}) {
      Setting s{.dimension = dimension, .adapting = !wild, .wild = wild, .kernel = GetParam()};
      const auto eight = draw(s, 200);
      s.lanes = 4;
      for (s.first = 0; s.first < 8; s.first += 4) {
        const auto four = draw(s, 200);
        for (std::size_t k = 0; k < 4; ++k) {
          const Chain& among_eight = eight[std::size_t(s.first) + k];
          EXPECT_TRUE(same(four[k], among_eight)) << dimension << ", " << k;
          EXPECT_EQ(four[k].divergences, among_eight.divergences);
        }
      }
      if (!wild || s.kernel == Kernel::random_walk) continue;
      EXPECT_GT(std::ranges::count_if(eight[0].draws, diverges), 2) << "nothing was tested";
    }
  }
}

/// The funnel in lane 5; NaN in all others.
void only_lane_five(void* context, const double* q, double* g, double* log_density) noexcept {
  const Target& target = *static_cast<const Target*>(context);
  target_kernels().funnel[1](context, q, g, log_density);
  for (int k = 0; k < 8; ++k) {
    if (k == 5) continue;
    log_density[k] = std::numeric_limits<double>::quiet_NaN();
    for (int i = 0; i < target.dimension; ++i) g[i * 8 + k] = log_density[k];
  }
}

TEST_P(Bits, AloneAmongSevenNaNs) {
  const Setting s{.adapting = false, .kernel = GetParam()};
  Chains chains(s.dimension, s.lanes, s.level, s.kernel);
  prepare(chains, s);
  Target target{s.dimension, 0};
  EXPECT_TRUE(same(draw(s)[5], chains.run(only_lane_five, &target, 400)[5]));
}

TEST_P(Bits, OnBothVectorLevels) {
  if (!tyche::cpu_has(Level::avx512)) GTEST_SKIP() << "this CPU has no AVX-512";
  for (int lanes : {1, 4, 8}) {
    EXPECT_TRUE(same(draw({.lanes = lanes, .level = Level::avx2, .kernel = GetParam()}),
                     draw({.lanes = lanes, .level = Level::avx512, .kernel = GetParam()})));
  }
}

#ifdef __SSE__
TEST_P(Bits, WhateverTheCallersRoundingMode) {
  const unsigned flush_and_round_up = 0x1f80 | 0x8040 | 0x4000;
  for (const int lanes : {1, 4, 8}) {
    const Setting s{.lanes = lanes, .adapting = false, .kernel = GetParam()};
    Chains chains(s.dimension, s.lanes, s.level, s.kernel);
    prepare(chains, s);
    Target target{s.dimension, 0};
    const auto reference = draw(s, 100);
    const unsigned before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(flush_and_round_up);
    const auto odd = chains.run(funnel(s), &target, 100);
    const unsigned after = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(before);
    EXPECT_EQ(after & 0xffc0, flush_and_round_up & 0xffc0) << "put back";
    EXPECT_TRUE(same(reference, odd));
  }
}
#endif

TEST_P(Bits, PlainDiffersOnlyByRounding) {
  const Kernel kernel = GetParam();
  const auto fused = draw({.adapting = false, .kernel = kernel}, 1);
  const auto plain = draw({.level = Level::plain, .adapting = false, .kernel = kernel}, 1);
  for (std::size_t i = 0; i < fused[0].positions.size(); ++i) {
    EXPECT_NEAR(fused[0].positions[i], plain[0].positions[i], 1e-9);
  }
  const auto lanes = draw({.level = Level::plain, .kernel = kernel});
  EXPECT_TRUE(same(lanes, draw({.clock = 1, .level = Level::plain, .kernel = kernel})));
  for (int few : {1, 4}) {
    const auto same_lanes = draw({.lanes = few, .level = Level::plain, .kernel = kernel});
    for (std::size_t k = 0; k < same_lanes.size(); ++k) EXPECT_TRUE(same(same_lanes[k], lanes[k]));
  }
}

}  // namespace
}  // namespace oracle
