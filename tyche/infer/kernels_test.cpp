// What holds of sampling by every kernel.
#include <gtest/gtest.h>

#include "tyche/infer/infer_test.hpp"

namespace tyche {
namespace {

TEST(Kernels, AdaptToTheirOwnTargetOrTheUsers) {
  for (const Kernel kernel : all_kernels) {
    for (const std::optional<double> target : {std::optional<double>(), std::optional(0.7)}) {
      const SampleSettings settings{.chains = 8,
                                    .warmup = 4000,
                                    .draws = 3000,
                                    .seed = 1,
                                    .kernel = kernel,
                                    .target_accept = target,
                                    .trajectory_length = 4,
                                    .metric = Metric::unit};
      const double mean = mean_accept(run(standard_normal(10), settings));
      EXPECT_NEAR(mean, target.value_or(usual_acceptance(kernel)), 0.04) << name(kernel);
    }
  }
}

TEST(Kernels, FindMomentsUnderEveryMappingAndThreads) {
  const FormulaDensity density = scaled_normal(3);
  for (const Kernel kernel : all_kernels) {
    SampleSettings settings{.chains = 9, .draws = 4000, .seed = 8, .kernel = kernel};
    settings.mapping = Mapping::chains;
    settings.threads = 1;
    const auto lanes = run(density, settings);
    settings.threads = 3;
    settings.mapping = Mapping::rows;
    const auto single = run(density, settings);
    for (std::size_t k = 0; k < 9; ++k) EXPECT_TRUE(same_draws(lanes[k], single[k])) << k;
    for (int i = 0; i < 3; ++i) {
      const double sd = std::pow(10.0, i - 1);
      const auto [mean, error] = estimate(lanes, 3, [i](const double* q) { return q[i]; });
      EXPECT_LT(std::abs(mean - i), 4 * error) << name(kernel) << ", parameter " << i;
      EXPECT_LT(error, 0.08 * sd) << name(kernel);
      const auto [variance, variance_error] =
          estimate(lanes, 3, [i](const double* q) { return (q[i] - i) * (q[i] - i); });
      EXPECT_LT(std::abs(variance - sd * sd), 4 * variance_error) << name(kernel);
    }
  }
}

/// A step that shortens in the neck goes where NUTS' own does not.
TEST(Kernels, WalnutsGoesDownTheFunnel) {
  SampleSettings settings{.chains = 8, .draws = 8000, .seed = 1, .kernel = Kernel::walnuts};
  const FormulaDensity density = neals_funnel(10);
  const auto y = [](const double* q) { return q[0]; };
  const auto square = [](const double* q) { return q[0] * q[0]; };
  const auto chains = run(density, settings);
  const auto [mean, mean_error] = estimate(chains, 10, y);
  EXPECT_LT(std::abs(mean), 4 * mean_error);
  EXPECT_LT(mean_error, 0.2);
  const auto [variance, variance_error] = estimate(chains, 10, square);
  EXPECT_LT(std::abs(variance - 9), 4 * variance_error);
  EXPECT_NEAR(std::sqrt(variance), 3, 0.2);
  settings.kernel = Kernel::nuts;
  settings.target_accept = 0.8;  // by default it would take shorter steps everywhere
  EXPECT_LT(std::sqrt(estimate(run(density, settings), 10, square).first), 2.8);
}

}  // namespace
}  // namespace tyche
