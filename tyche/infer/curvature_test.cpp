// What is known of curvature: where it is the same everywhere, which steps it bears, and that the
// step of a run follows it where it changes.
#include "tyche/infer/curvature.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tyche/infer/infer_test.hpp"

namespace tyche {
namespace {

using Vector = std::vector<double>;

Window window_of(const Density& density, int count) {
  const auto d = std::size_t(density.dimension());
  const auto evaluator = density.evaluator(1);
  Window window{.dimension = int(d)};
  Vector q(d), gradient(d);
  double value = 0;
  for (int k = 0; k < count; ++k) {
    for (std::size_t i = 0; i < d; ++i) q[i] = number(int(i) + 100 * k);
    evaluator->evaluate(evaluator->context(), q.data(), gradient.data(), &value);
    window.add(k, q, gradient);
  }
  return window;
}

Vector curvatures(const Density& density, int count, const Whitening& whitening, int lanes) {
  const auto evaluator = density.evaluator(lanes);
  return log_curvatures(window_of(density, count), whitening, *evaluator, {});
}

/// y is normal(.03 x^2, 1) and x normal(0, 10): the curvature of its arms grows outwards.
FormulaDensity banana() {
  return {2, [](const double* q, double* gradient) {
            const double off = q[1] - 0.03 * q[0] * q[0];
            gradient[0] = -q[0] / 100 + 0.06 * q[0] * off;
            gradient[1] = -off;
            return -q[0] * q[0] / 200 - 0.5 * off * off;
          }};
}

TEST(Curvature, OfANormalIsItsLargestPrecision) {
  const Vector alike = curvatures(correlated_normal(5, 0.9), 200, identity(5), 1);
  ASSERT_EQ(alike.size(), 50u);
  for (const double x : alike) EXPECT_NEAR(x, std::log(10), 1e-3);

  Whitening sds = identity(4);
  for (std::size_t i = 0; i < 4; ++i) sds.scale[i] = std::pow(10.0, double(i) - 1);
  for (const double x : curvatures(scaled_normal(4), 200, sds, 1)) EXPECT_NEAR(x, 0, 1e-6);
}

TEST(Curvature, IsTheSameWhateverTheLanes) {
  EXPECT_EQ(curvatures(neals_funnel(3), 90, identity(3), 1),
            curvatures(neals_funnel(3), 90, identity(3), 8));
}

TEST(Curvature, IsLeftOutWhereItIsNotFinite) {
  const FormulaDensity half(1, [](const double* q, double* gradient) {
    gradient[0] = q[0] > 0 ? -q[0] : std::nan("");
    return -0.5 * q[0] * q[0];
  });
  const Vector known = curvatures(half, 200, identity(1), 1);
  EXPECT_GT(known.size(), 10u);
  EXPECT_LT(known.size(), 40u);
  for (const double x : known) EXPECT_NEAR(x, 0, 1e-6);
}

/// Leapfrogs of a normal whose precision is known keep their distance up to this step, and leave
/// beyond it.
TEST(StableStep, IsTheLongestOfANormal) {
  const double precision = 7, step = stable_step(Vector(10, std::log(precision)));
  const auto farthest = [&](double eps) {
    double q = 1, p = 0.3, most = 0;
    for (int k = 0; k < 2000; ++k) {
      p -= 0.5 * eps * precision * q;
      q += eps * p;
      p -= 0.5 * eps * precision * q;
      most = std::max(most, std::abs(q));
    }
    return most;
  };
  EXPECT_LT(farthest(0.99 * step), 100);
  EXPECT_GT(farthest(1.01 * step), 1e100);
}

TEST(StableStep, IsThatOfThreeDeviationsAboveTheMedian) {
  Vector of = {-0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4};
  const double deviation = std::sqrt(2 * 0.3 / 9), step = 2 * std::exp(-1.5 * deviation);
  EXPECT_NEAR(stable_step(of), step, 1e-12);
  for (std::size_t k = 0; k < 4; ++k) of[k] *= 10;
  EXPECT_NEAR(stable_step(of), step, 1e-12);
  for (double& x : of) x += 1;
  EXPECT_NEAR(stable_step(of), step * std::exp(-0.5), 1e-12);
  EXPECT_EQ(stable_step(Vector(7)), std::numeric_limits<double>::infinity());
}

SampleSettings eight_chains(std::uint64_t seed) {
  return {.chains = 8, .warmup = 1000, .draws = 1000, .seed = seed, .bound_step = true};
}

/// Where curvature is the same everywhere a run is that of a target that was named.
TEST(BoundStep, IsNoneOfANormal) {
  for (const int d : {1, 2, 10}) {
    for (const double correlation : {0.0, 0.9}) {
      const FormulaDensity normal = correlated_normal(d, d == 1 ? 0 : correlation);
      SampleSettings settings = eight_chains(3);
      const auto by_default = run(normal, settings);
      settings.target_accept = 0.8;
      const auto named = run(normal, settings);
      for (std::size_t k = 0; k < 8; ++k) EXPECT_TRUE(same_draws(by_default[k], named[k]));
    }
  }
}

int divergences(const std::vector<ChainResult>& chains) {
  int count = 0;
  for (const ChainResult& chain : chains) {
    for (const Transition& t : chain.transitions) count += t.divergent;
  }
  return count;
}

TEST(BoundStep, FollowsABananaIntoItsArms) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SampleSettings settings = eight_chains(seed);
    const auto chains = run(banana(), settings);
    settings.target_accept = 0.8;
    const auto named = run(banana(), settings);
    for (std::size_t k = 0; k < 8; ++k) EXPECT_LT(chains[k].step_size, named[k].step_size);
    EXPECT_LT(10 * divergences(chains), divergences(named));
    const auto square = estimate(chains, 2, [](const double* q) { return q[0] * q[0]; });
    const auto off = estimate(chains, 2, [](const double* q) {
      const double r = q[1] - 0.03 * q[0] * q[0];
      return r * r;
    });
    EXPECT_NEAR(square.first, 100, 4 * square.second);
    EXPECT_NEAR(off.first, 1, 4 * off.second);
    // As much as 300 independent draws say of the mean of x.
    const auto mean = estimate(chains, 2, [](const double* q) { return q[0]; });
    EXPECT_LT(mean.second, 10 / std::sqrt(300.0));
    EXPECT_NEAR(mean.first, 0, 4 * mean.second);
  }
}

}  // namespace
}  // namespace tyche
