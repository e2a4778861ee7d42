// What the NUTS kernels draw against exact truth: moments, dispersion, detailed balance; and the
// laws of the leapfrog beneath them.
#include <gtest/gtest.h>

#include <cmath>

#include "chains.hpp"
#include "nuts.hpp"

namespace oracle {
namespace {

/// Mean of f over a chain's draws with its standard error from batches of a chain.
struct Estimate {
  double mean, error;
};

template <class F>
Estimate estimate(const std::vector<Chain>& chains, int d, F f) {
  std::vector<double> batches;
  for (const Chain& chain : chains) {
    const std::size_t size = chain.draws.size() / 25;
    for (std::size_t b = 0; b < 25; ++b) {
      double total = 0;
      for (std::size_t i = b * size; i < (b + 1) * size; ++i) {
        total += f(&chain.positions[i * std::size_t(d)]);
      }
      batches.push_back(total / double(size));
    }
  }
  const double n = double(batches.size());
  double mean = 0, square = 0;
  for (double x : batches) mean += x / n;
  for (double x : batches) square += (x - mean) * (x - mean);
  return {mean, std::sqrt(square / (n - 1) / n)};
}

#define EXPECT_ESTIMATE(estimate_, truth)                                              \
  do {                                                                                 \
    const Estimate e = estimate_;                                                      \
    EXPECT_LT(std::abs(e.mean - (truth)), 4 * e.error) << e.mean << " +- " << e.error; \
  } while (false)

std::vector<Chain> sample(tyche::LaneEvaluate evaluate, Target target, double step_size, int draws,
                          int lanes = 8) {
  Chains chains(target.dimension, lanes);
  chains.group.settings.seed = 5;
  chains.set(step_size);
  (void)chains.run(evaluate, &target, 100);  // away from the start
  return chains.run(evaluate, &target, draws);
}

double norm(const double* q, int d) {
  double sum = 0;
  for (int i = 0; i < d; ++i) sum += q[i] * q[i];
  return sum;
}

/// Large steps show what small ones hide: a direction that depends on the last, a rejected subtree
/// merged, weights capped.
TEST(Exact, StandardNormalAtLargeSteps) {
  struct {
    int d, lanes, draws;
    double step_size;
  } const cases[] = {
      {2, 8, 125000, 1.2}, {10, 8, 125000, 0.9}, {2, 1, 1000000, 1.2}, {10, 1, 300000, 0.9}};
  for (const auto& [d, lanes, draws, step_size] : cases) {
    SCOPED_TRACE(testing::Message() << "dimension " << d << ", lanes " << lanes);
    const auto chains =
        sample(target_kernels().normal[lanes == 8], {d, 0}, step_size, draws, lanes);
    for (int i : {0, d - 1}) {
      EXPECT_ESTIMATE(estimate(chains, d, [i](const double* q) { return q[i]; }), 0);
      EXPECT_ESTIMATE(estimate(chains, d, [i](const double* q) { return q[i] * q[i]; }), 1);
      EXPECT_ESTIMATE(estimate(chains, d, [i](const double* q) { return std::pow(q[i], 4); }), 3);
      EXPECT_ESTIMATE(estimate(chains, d, [i](const double* q) { return q[i] < 1.28155156554460; }),
                      0.9);
    }
    const int n = d;
    EXPECT_ESTIMATE(estimate(chains, d, [n](const double* q) { return norm(q, n); }), d);
    EXPECT_ESTIMATE(estimate(chains, d, [n](const double* q) { return norm(q, n) * norm(q, n); }),
                    d * (d + 2));
    EXPECT_ESTIMATE(estimate(chains, d, [](const double* q) { return q[0] * q[1]; }), 0);
  }
}

TEST(Exact, CorrelatedNormal) {
  const auto chains = sample(target_kernels().correlated[1], {10, 0.9}, 0.3, 20000);
  EXPECT_ESTIMATE(estimate(chains, 10, [](const double* q) { return q[0] * q[9]; }), 0.9);
  EXPECT_ESTIMATE(estimate(chains, 10, [](const double* q) { return q[4] * q[4]; }), 1);
  EXPECT_ESTIMATE(estimate(chains, 10, [](const double* q) { return std::pow(q[0] - q[1], 2); }),
                  0.2);
}

/// Where the funnel is wide enough for the step: |y| beyond its neck is not asked for.
TEST(Exact, FunnelGivenItsWidth) {
  const auto chains = sample(target_kernels().funnel[1], {3, 0}, 0.2, 10000);
  const auto scaled = [](const double* q) { return q[1] * q[1] * std::exp(-q[0]); };
  EXPECT_ESTIMATE(
      estimate(chains, 3, [&](const double* q) { return q[0] > 0 ? scaled(q) - 1 : 0; }), 0);
}

/// In equilibrium a move from one region to another is as frequent as the move back.
TEST(Exact, DetailedBalance) {
  const auto chains = sample(target_kernels().normal[1], {2, 0}, 1.2, 100000);
  const auto region = [](const double* q) {
    return (q[0] > -0.5) + (q[0] > 0.6) + 3 * (std::abs(q[1]) > 0.9);
  };
  double moves[6][6] = {};
  for (const Chain& chain : chains) {
    for (std::size_t i = 1; i < chain.draws.size(); ++i) {
      ++moves[region(&chain.positions[2 * i - 2])][region(&chain.positions[2 * i])];
    }
  }
  for (int a = 0; a < 6; ++a) {
    for (int b = 0; b < a; ++b) {
      EXPECT_LT(std::abs(moves[a][b] - moves[b][a]), 4 * std::sqrt(moves[a][b] + moves[b][a]))
          << a << " to " << b << ": " << moves[a][b] << ", back: " << moves[b][a];
    }
  }
}

TEST(Exact, TrajectoriesAreAsLongAsTheOracles) {
  const Nuts nuts([](const Vector& q) { return Evaluation{-0.5 * dot(q, q), -q}; },
                  {.step_size = 0.9, .inv_mass = Vector(1.0, 10)});
  Rng rng(17);
  auto state = nuts.init(Vector(0.5, 10));
  double sum = 0, square = 0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    auto [next, info] = nuts.step(rng, state);
    state = std::move(next);
    sum += info.leapfrogs(), square += info.leapfrogs() * info.leapfrogs();
  }
  const double mean = sum / n, error = std::sqrt((square / n - mean * mean) / n);
  double leapfrogs = 0;
  for (const Chain& chain : sample(target_kernels().normal[1], {10, 0}, 0.9, 50000)) {
    for (const auto& draw : chain.draws) leapfrogs += draw.leapfrogs / 400000.0;
  }
  EXPECT_LT(std::abs(leapfrogs - mean), 4 * error) << leapfrogs << " against " << mean;
}

/// Anharmonic enough for the order to show: the funnel, under a metric that is not the unit.
struct Orbit {
  Target target{3, 0};
  double scale[3] = {0.5, 1.3, 2.0}, q[3] = {0.4, -0.7, 1.1}, p[3] = {0.3, 0.8, -0.5};
  double run(int steps, double eps) {
    const auto& kernels = target_kernels();
    return kernels.leapfrog(kernels.funnel[0], target, steps, eps, scale, q, p);
  }
};

TEST(Leapfrog, EnergyErrorIsOfSecondOrder) {
  const auto error = [](double eps) {
    Orbit orbit;
    const double start = orbit.run(0, eps);
    return orbit.run(int(std::lround(0.8 / eps)), eps) - start;
  };
  EXPECT_NEAR(error(0.01) / error(0.005), 4.0, 0.02);
  EXPECT_NEAR(error(0.005) / error(0.0025), 4.0, 0.01);
}

TEST(Leapfrog, RunsBackToWhereItBegan) {
  for (const double back : {-0.05, 0.05}) {
    Orbit orbit;
    orbit.run(40, 0.05);
    if (back > 0) {
      for (double& p : orbit.p) p = -p;
    }
    orbit.run(40, back);
    const Orbit start;
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(orbit.q[i], start.q[i], 1e-12);
  }
}

}  // namespace
}  // namespace oracle
