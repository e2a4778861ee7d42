// What the host asks of the kernels: adaptation, parking, divergences, the first step size.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "chains.hpp"

namespace oracle {
namespace {

TEST(StepSize, DualAveragingReachesTheTarget) {
  for (const double target_accept : {0.6, 0.8, 0.95}) {
    for (const int lanes : {1, 8}) {
      Target target{10, 0};
      const auto normal = target_kernels().normal[lanes == 8];
      Chains chains(10, lanes);
      chains.group.settings = {.seed = 3, .target_accept = target_accept};
      chains.set(50.0);  // far too large
      const std::uint32_t all = (1u << lanes) - 1;
      ASSERT_EQ(chains.kernels.find_step_size(chains.group, normal, &target, all), 0u);
      for (int k = 0; k < lanes; ++k) chains.group.adapt[k] = tyche::adapt_step_size;
      (void)chains.run(normal, &target, 1000);
      for (int k = 0; k < lanes; ++k) {
        chains.group.adapt[k] = 0;
        chains.kernels.finish_adaptation(chains.group, k);
      }
      double accept = 0;
      for (const Chain& chain : chains.run(normal, &target, 2000)) {
        for (const auto& draw : chain.draws) accept += draw.accept / 2000 / lanes;
      }
      EXPECT_NEAR(accept, target_accept, 0.05) << lanes << " lanes";
    }
  }
}

TEST(StepSize, OfOneChainDoesNotDependOnTheMapping) {
  Target target{10, 0};
  double found[2];
  for (const int wide : {0, 1}) {
    Chains chains(10, wide ? 8 : 1);
    chains.set(0.01);
    chains.kernels.find_step_size(chains.group, target_kernels().normal[wide], &target, 1);
    found[wide] = chains.group.step_size[0];
  }
  EXPECT_EQ(found[0], found[1]);
  EXPECT_GT(found[0], 0.3);
}

/// A normal density that keeps every position it was asked for.
struct Asked {
  Target target;
  std::vector<double> q;  // [evaluation][dimension]

  static void evaluate(void* context, const double* q, double* g, double* log_density) noexcept {
    Asked& self = *static_cast<Asked*>(context);
    self.q.insert(self.q.end(), q, q + self.target.dimension);
    target_kernels().normal[0](&self.target, q, g, log_density);
  }
};

/// What one step of a standard normal's leapfrog from q tells, knowing where it went: momentum, and
/// the log of the acceptance.
struct Trial {
  std::vector<double> momentum;
  double log_accept = 0;

  Trial(const double* q, const double* to, int dimension, double step_size) {
    for (int i = 0; i < dimension; ++i) {
      const double p = (to[i] - q[i]) / step_size + 0.5 * step_size * q[i];
      const double end = p - 0.5 * step_size * (q[i] + to[i]);
      momentum.push_back(p);
      log_accept += 0.5 * (p * p + q[i] * q[i] - end * end - to[i] * to[i]);
    }
  }
};

// Sees a search that draws the momenta of the draw for its trials, or stops at another acceptance.
TEST(StepSize, IsWhereTheAcceptanceOfFreshMomentaCrosses) {
  constexpr int dimension = 10;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Chains chains(dimension, 1);
    chains.group.settings.seed = seed;
    double step_size = seed % 2 ? 0.02 : 30.0;
    chains.set(step_size);
    Asked asked{{dimension, 0}, {}};
    ASSERT_EQ(chains.kernels.find_step_size(chains.group, Asked::evaluate, &asked, 1), 0u);
    const std::size_t trials = asked.q.size() / dimension - 1;
    ASSERT_GT(trials, 1u);
    std::vector<double> earlier(dimension);
    chains.kernels.momentum(seed, 0, 0, dimension, earlier.data());
    const bool up = seed % 2 != 0;
    for (std::size_t k = 1; k <= trials; ++k) {
      const Trial trial(&asked.q[0], &asked.q[k * dimension], dimension, step_size);
      EXPECT_GT(std::abs(trial.momentum[0] - earlier[0]), 1e-6) << "seed " << seed;
      EXPECT_EQ(trial.log_accept > std::log(0.8), up == (k < trials)) << "seed " << seed;
      earlier = trial.momentum;
      if (k < trials) step_size *= up ? 2 : 0.5;
    }
    EXPECT_EQ(chains.group.step_size[0], step_size);
  }
}

void rejects_all(void* context, const double*, double* g, double* log_density) noexcept {
  for (int i = 0; i < static_cast<const Target*>(context)->dimension * 8; ++i) g[i] = 0;
  for (int k = 0; k < 8; ++k) log_density[k] = -std::numeric_limits<double>::infinity();
}

TEST(StepSize, IsReportedWhereThereIsNone) {
  Target target{2, 0};
  Chains chains(2, 8);
  chains.set(1);
  EXPECT_EQ(chains.kernels.find_step_size(chains.group, rejects_all, &target, 0x24), 0x24u);
}

TEST(Metric, IsTheRegularisedVarianceOfTheWindow) {
  for (const int lanes : {1, 8}) {
    Target target{3, 0};
    Chains chains(3, lanes);
    chains.set(0.7);
    for (int k = 0; k < lanes; ++k) chains.group.adapt[k] = tyche::adapt_metric;
    const auto draws = chains.run(target_kernels().funnel[lanes == 8], &target, 50);
    for (int k = 0; k < lanes; ++k) {
      const Chain& chain = draws[std::size_t(k)];
      for (int i = 0; i < 3; ++i) {
        double n = 0, sum = 0, square = 0;
        for (std::size_t t = 0; t < chain.draws.size(); ++t) {
          if (chain.draws[t].stop == tyche::LaneStop::diverging) continue;
          const double x = chain.positions[t * 3 + std::size_t(i)];
          n += 1, sum += x, square += x * x;
        }
        const double variance = (square - sum * sum / n) / (n - 1);
        if (i == 0) chains.kernels.end_window(chains.group, k);
        const double scale = chains.group.scale[i * lanes + k];
        EXPECT_NEAR(scale * scale, (n * variance + 5e-3) / (n + 5), 1e-10 * (1 + variance));
      }
      EXPECT_EQ(chains.group.moment_count[k], 0);
    }
  }
}

/// The single chain copies the two points; the lanes compute the earlier one back.
TEST(Divergence, ReportsTheStepThatCrossedTheBound) {
  std::vector<double> reported[2];
  for (const int lanes : {1, 8}) {
    Target target{3, 0};
    Chains chains(3, lanes);
    chains.group.settings.seed = 21;
    chains.set(1.6);
    const auto draws = chains.run(target_kernels().funnel[lanes == 8], &target, 2000);
    for (int k = 0; k < lanes; ++k) {
      int diverging = 0;
      for (const auto& draw : draws[std::size_t(k)].draws) {
        diverging += draw.stop == tyche::LaneStop::diverging;
      }
      ASSERT_EQ(chains.group.output[k].divergence_count, diverging);
    }
    const auto count = std::size_t(chains.group.output[0].divergence_count);
    reported[lanes == 8].assign(draws[0].divergences.begin(),
                                draws[0].divergences.begin() + std::ptrdiff_t(count * 6));
  }
  ASSERT_EQ(reported[0].size(), reported[1].size());
  EXPECT_GT(reported[0].size(), 5u * 6u);
  for (std::size_t i = 0; i < reported[0].size(); i += 6) {
    double moved = 0, size = 0;
    for (std::size_t k = i; k < i + 3; ++k) {
      size = std::max(size, std::abs(reported[0][k + 3]));
      moved = std::max(moved, std::abs(reported[0][k + 3] - reported[0][k]));
      EXPECT_EQ(reported[0][k + 3], reported[1][k + 3]);
    }
    EXPECT_GT(moved, 0.1);
    for (std::size_t k = i; k < i + 3; ++k) {
      EXPECT_NEAR(reported[0][k], reported[1][k], 1e-12 * (1 + size));
    }
  }
}

class Parking : public testing::TestWithParam<tyche::Kernel> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Parking, testing::ValuesIn(tyche::all_kernels),
                         [](const auto& each) { return name(each.param); });

TEST_P(Parking, HappensWhenABufferIsFullAndLosesNothing) {
  for (const int lanes : {1, 8}) {
    Target target{4, 0};
    const auto normal = target_kernels().normal[lanes == 8];
    const auto level = tyche::cpu_level();
    Chains whole(4, lanes, level, GetParam()), parts(4, lanes, level, GetParam());
    whole.set(0.9), parts.set(0.9);
    const auto reference = whole.run(normal, &target, 300);

    std::vector<Chain> chains(static_cast<std::size_t>(lanes));
    std::vector<double> positions(std::size_t(lanes * 7 * 4)), divergence(8);
    std::vector<tyche::LaneDraw> draws(std::size_t(lanes) * 7);
    auto& group = parts.group;
    for (int k = 0; k < lanes; ++k) {
      group.stop_at[k] = 300;
      group.output[k] = {&positions[std::size_t(k) * 28],
                         &draws[std::size_t(k) * 7],
                         7,
                         0,
                         divergence.data(),
                         1,
                         0};
    }
    while (parts.running()) {
      const std::uint32_t parked = parts.kernels.advance(group, normal, &target, 1000);
      for (int k = 0; k < lanes; ++k) {
        if (!(parked >> k & 1)) continue;
        auto& out = group.output[k];
        EXPECT_TRUE(out.count == 7 || group.iteration[k] == 300);
        auto& to = chains[std::size_t(k)].positions;
        to.insert(to.end(), out.positions, out.positions + out.count * 4);
        out.count = 0;
      }
    }
    for (std::size_t k = 0; k < chains.size(); ++k) {
      EXPECT_EQ(chains[k].positions, reference[k].positions) << "chain " << k;
    }
  }
}

}  // namespace
}  // namespace oracle
