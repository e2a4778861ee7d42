// Warm-ups that end when their metric has settled.
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "tyche/infer/infer_test.hpp"
#include "tyche/infer/whitening.hpp"

namespace tyche {
namespace {

/// How long the chains' warm-ups were.
struct Ends : Observer {
  using Observer::on;
  std::mutex mutex;
  std::vector<std::int64_t> last = std::vector<std::int64_t>(8), heard = last;

  Result<void> on(const Batch& b) override {
    const std::scoped_lock lock(mutex);
    if (b.phase == Phase::warmup) {
      heard[std::size_t(b.chain)] += static_cast<std::int64_t>(b.transitions.size());
    }
    return {};
  }
  Result<void> on(const Adapted& a) override {
    const std::scoped_lock lock(mutex);
    last[std::size_t(a.chain)] = a.iteration;
    return {};
  }
};

/// How many of eight chains had a warm-up of each length.
std::map<std::int64_t, int> lengths(const Density& density, SampleSettings settings) {
  settings.chains = 8;
  settings.draws = 20;
  settings.keep_draws = false;
  Ends ends;
  EXPECT_TRUE(sample(density, settings, ends));
  EXPECT_EQ(ends.last, ends.heard);
  std::map<std::int64_t, int> counts;
  for (const std::int64_t length : ends.last) ++counts[length];
  return counts;
}

using Lengths = std::map<std::int64_t, int>;

/// The metric of a normal is exact from the first window on, and few trajectories diverge while the
/// step size swings. Broken by iterations that are left out
/// and made all the same, or that are told to nobody.
TEST(WarmUp, EndsWhereTheMetricHasSettled) {
  for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
    EXPECT_GE(lengths(correlated_normal(5, 0.9), {.mapping = mapping})[442], 6);
  }
}

TEST(WarmUp, IsWholeWhereItIsAskedForOrTooShortToSettle) {
  const FormulaDensity density = correlated_normal(5, 0.9);
  EXPECT_EQ(lengths(density, {.end_warmup_early = false}), (Lengths{{1000, 8}}));
  EXPECT_EQ(lengths(density, {.warmup = 400}), (Lengths{{400, 8}}));
  EXPECT_EQ(lengths(density, {.metric = Metric::diagonal}), (Lengths{{1000, 8}}));
  EXPECT_EQ(lengths(standard_normal(65), {}), (Lengths{{1000, 8}}));
}

/// A normal cut off at -1: every window has trajectories that fall over the edge.
TEST(WarmUp, IsWholeWhereTrajectoriesDiverge) {
  const FormulaDensity cut(1, [](const double* q, double* gradient) {
    gradient[0] = -q[0];
    return q[0] > -1 ? -0.5 * q[0] * q[0] : -std::numeric_limits<double>::infinity();
  });
  EXPECT_EQ(lengths(cut, {}), (Lengths{{1000, 8}}));
}

/// A quarter of the variance, along whatever direction.
TEST(Whitening, TheLargestFactorIsAlongAnyDirection) {
  Whitening a = identity(3), b = a;
  b.scale = {1, 2, 1};
  EXPECT_NEAR(largest_factor(a, b), 4, 1e-12);
  EXPECT_NEAR(largest_factor(b, a), 4, 1e-12);
  b = a;
  b.directions.assign(3, 1 / std::sqrt(3.0));
  b.stretch = {0.5};
  EXPECT_NEAR(largest_factor(a, b), 4, 1e-12);
  a.scale = b.scale = {3, 1e-3, 1e4};
  EXPECT_NEAR(largest_factor(a, b.triangular()), 4, 1e-11);
}

}  // namespace
}  // namespace tyche
