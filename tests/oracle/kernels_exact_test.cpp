// Every kernel leaves its target as it is, and is reversible: from exact draws of the target a
// transition makes exact draws, and a move from one region to another is as frequent as back.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "chains.hpp"
#include "math.hpp"

namespace oracle {
namespace {

using tyche::Kernel;

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

/// A target that can be drawn from exactly, in two dimensions.
struct Law {
  const char* name;
  tyche::LaneEvaluate (*evaluate)();
  Target target;
  std::array<double, 2> step_sizes;
  void (*draw)(Rng& rng, double* q);
  /// Three numbers, each uniform on (0, 1) under the target.
  std::array<double, 3> (*ranks)(const double* q);
};

constexpr double rho = 0.9;

/// Along its axes and in radius.
std::array<double, 3> normal_ranks(const double* q) {
  const double other = (q[1] - rho * q[0]) / std::sqrt(1 - rho * rho);
  return {normal_cdf(q[0]), normal_cdf(other), std::exp(-0.5 * (q[0] * q[0] + other * other))};
}

std::array<double, 3> funnel_ranks(const double* q) {
  const double y = q[0] / 3, x = q[1] * std::exp(-q[0] / 2);
  return {normal_cdf(y), normal_cdf(x), std::exp(-0.5 * (y * y + x * x))};
}

const Law laws[] = {
    {"normal",
     [] { return target_kernels().correlated[1]; },
     {2, rho},
     {0.2, 0.45},
     [](Rng& rng, double* q) {
       q[0] = normal(rng);
       q[1] = rho * q[0] + std::sqrt(1 - rho * rho) * normal(rng);
     },
     normal_ranks},
    {"funnel",
     [] { return target_kernels().funnel[1]; },
     {2, 0},
     {0.4, 1.1},
     [](Rng& rng, double* q) {
       q[0] = 3 * normal(rng);
       q[1] = std::exp(q[0] / 2) * normal(rng);
     },
     funnel_ranks},
};

struct Counts {
  static constexpr std::size_t bins = 20, regions = 6;
  std::array<std::array<double, bins>, 3> rank = {};
  double moves[regions][regions] = {};
  double total = 0, moved = 0;

  static std::size_t region(const std::array<double, 3>& u) {
    return std::size_t(u[0] * 3) + 3 * std::size_t(u[2] > 0.5);
  }
  void add(const Law& law, const double* from, const double* to) {
    const auto before = law.ranks(from), after = law.ranks(to);
    ++total;
    moved += from[0] != to[0];
    for (std::size_t j = 0; j < 3; ++j) {
      ++rank[j][std::min(std::size_t(after[j] * bins), bins - 1)];
    }
    ++moves[std::min(region(before), regions - 1)][std::min(region(after), regions - 1)];
  }
};

/// Eight chains a round, each from an exact draw of its own.
Counts transitions(Kernel kernel, const Law& law, double step_size, int rounds) {
  Chains chains(2, 8, tyche::cpu_level(), kernel);
  auto& group = chains.group;
  group.settings.seed = 31;
  chains.set(step_size);
  for (int k = 0; k < 8; ++k) {
    group.scale[k] = 1.3;
    group.scale[8 + k] = 0.8;
  }
  Rng rng(7);
  Target target = law.target;
  Counts counts;
  for (int round = 0; round < rounds; ++round) {
    double start[8][2];
    for (int k = 0; k < 8; ++k) {
      law.draw(rng, start[k]);
      for (int i = 0; i < 2; ++i) group.position[i * 8 + k] = start[k][i];
    }
    const auto drawn = chains.run(law.evaluate(), &target, 1);
    for (std::size_t k = 0; k < 8; ++k) counts.add(law, start[k], drawn[k].positions.data());
  }
  return counts;
}

class Invariance : public testing::TestWithParam<std::tuple<Kernel, int>> {};

TEST_P(Invariance, OfTheTargetAndInBothDirectionsOfTime) {
  const auto [kernel, which] = GetParam();
  const Law& law = laws[which];
  for (const double step_size : law.step_sizes) {
    SCOPED_TRACE(step_size);
    const Counts counts = transitions(kernel, law, step_size, 12000);
    EXPECT_GT(counts.moved, 0.1 * counts.total);
    for (const auto& rank : counts.rank) {
      const double even = counts.total / double(rank.size());
      double chi_square = 0;
      for (const double n : rank) chi_square += (n - even) * (n - even) / even;
      EXPECT_LT(chi_square, 52) << "of 19 degrees of freedom: exceeded once in 15,000";
    }
    double chi_square = 0;
    int freedom = 0;
    for (std::size_t a = 0; a < Counts::regions; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const double there = counts.moves[a][b], back = counts.moves[b][a];
        if (there + back < 20) continue;
        chi_square += (there - back) * (there - back) / (there + back);
        ++freedom;
      }
    }
    EXPECT_GE(freedom, 10);
    EXPECT_LT(chi_square, 45) << "of at most 15 degrees of freedom: exceeded once in 13,000";
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Invariance,
                         testing::Combine(testing::ValuesIn(tyche::all_kernels),
                                          testing::Values(0, 1)),
                         [](const auto& each) {
                           return std::string(name(std::get<0>(each.param))) + "_" +
                                  laws[std::get<1>(each.param)].name;
                         });

class Metropolis : public testing::TestWithParam<Kernel> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Metropolis,
                         testing::Values(Kernel::hmc, Kernel::mala, Kernel::random_walk),
                         [](const auto& each) { return name(each.param); });

/// The trajectory that a chain's draw tries, and with which probability its end is taken.
struct Trial {
  Vector end;
  double accept;
};

Trial trial(const Chains& chains, Kernel kernel, const Vector& start, std::uint64_t iteration,
            Target target) {
  const int d = target.dimension;
  const auto& group = chains.group;
  const auto density = target_kernels().funnel[0];
  Vector q = start, p(start.size()), g(start.size());
  chains.kernels.momentum(group.settings.seed, 0, iteration, d, &p[0]);
  double from = 0, to = 0;
  if (kernel == Kernel::random_walk) {
    density(&target, &q[0], &g[0], &from);
    for (int i = 0; i < d; ++i) {
      const auto k = std::size_t(i);
      const double step = group.step_size[0] * group.scale[i];
      const bool fuses = tyche::cpu_level() != tyche::Level::plain;
      q[k] = fuses ? std::fma(step, p[k], q[k]) : step * p[k] + q[k];
    }
    density(&target, &q[0], &g[0], &to);
    return {q, std::min(1.0, std::exp(to - from))};
  }
  const int steps = kernel == Kernel::mala ? 1 : 3;
  const auto run = [&](int n) {
    return target_kernels().leapfrog(density, target, n, group.step_size[0], group.scale, &q[0],
                                     &p[0]);
  };
  from = run(0);
  to = run(steps);
  return {q, std::min(1.0, std::exp(from - to))};
}

/// Of HMC three steps of 0.3 come nearest to a time of 0.8.
TEST_P(Metropolis, TakesTheEndOfALeapfrogTrajectoryWithItsProbability) {
  const Kernel kernel = GetParam();
  Target target{3, 0};
  Chains chains(3, 1, tyche::cpu_level(), kernel);
  chains.group.settings.seed = 12;
  chains.group.settings.trajectory_length = 0.8;
  chains.set(0.3);
  chains.group.scale[1] = 1.5;
  Vector q(3);
  for (std::size_t i = 0; i < 3; ++i) q[i] = chains.group.position[i];
  const int draws = 20000;
  const Chain chain = chains.run(target_kernels().funnel[0], &target, draws)[0];
  double taken = 0, expected = 0, variance = 0;
  for (std::size_t t = 0; t < draws; ++t) {
    const Trial trial = oracle::trial(chains, kernel, q, t, target);
    const Vector next(&chain.positions[3 * t], 3);
    const auto& draw = chain.draws[t];
    if (draw.stop == tyche::LaneStop::diverging) {
      ASSERT_TRUE((next == q).min());
      continue;
    }
    const bool moved = (next == trial.end).min();
    ASSERT_TRUE(moved || (next == q).min()) << "draw " << t;
    ASSERT_NEAR(draw.accept, trial.accept, 1e-9) << "draw " << t;
    ASSERT_EQ(draw.leapfrogs, kernel == Kernel::hmc ? 3 : 1);
    ASSERT_EQ(draw.depth, kernel == Kernel::hmc ? 2 : 0);
    if (kernel == Kernel::random_walk) ASSERT_EQ(draw.energy, -draw.log_density);
    taken += moved, expected += trial.accept, variance += trial.accept * (1 - trial.accept);
    q = next;
  }
  EXPECT_LT(std::abs(taken - expected), 4 * std::sqrt(variance));
  EXPECT_GT(variance, 100);
}

/// Longer than it may be, shorter than a step, and any number of steps between.
TEST(Hmc, TakesAsManyStepsAsItsLengthAsksFor) {
  const auto leapfrogs = [](double length, int max_depth) {
    Target target{2, 0};
    Chains chains(2, 1, tyche::cpu_level(), Kernel::hmc);
    chains.set(0.25);
    chains.group.settings.trajectory_length = length;
    chains.group.settings.max_depth = max_depth;
    return chains.run(target_kernels().normal[0], &target, 1)[0].draws[0].leapfrogs;
  };
  EXPECT_EQ(leapfrogs(1e-9, 10), 1);
  EXPECT_EQ(leapfrogs(0.25, 10), 1);
  EXPECT_EQ(leapfrogs(0.37, 10), 1);
  EXPECT_EQ(leapfrogs(0.38, 10), 2);
  EXPECT_EQ(leapfrogs(5, 10), 20);
  EXPECT_EQ(leapfrogs(5, 3), 7);
}

}  // namespace
}  // namespace oracle
