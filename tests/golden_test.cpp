// Models in the C++ language against golden log densities and gradients, by the interpreter: what
// the passes prepared, and the value also before any of them.
#include "golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "log_density.hpp"

namespace tyche {
namespace {

ValueAndGradient before_passes(const Model& model) {
  return [density = std::make_shared<ResolvedDensity>(model)](const std::vector<double>& u) {
    return std::vector{(*density)(u)};
  };
}

ValueAndGradient after_passes(const Model& model) {
  return [gradient = std::make_shared<Gradient>(model)](const std::vector<double>& u) {
    return (*gradient)(u);
  };
}

TEST(Golden, SevenModelsWithEveryConstant) {
  for (const Seventh& seventh : seven_models()) {
    SCOPED_TRACE(seventh.name);
    EXPECT_LE(misses(seventh, before_passes(seventh.model)).value, 1e-10);
    const Misses after = misses(seventh, after_passes(seventh.model));
    EXPECT_LE(after.value, 1e-10);
    EXPECT_LE(after.gradient, 1e-10);
  }
}

class InterpretedPosterior : public testing::TestWithParam<Known> {};

TEST_P(InterpretedPosterior, LogDensityDiffersAsGoldenAndGradientsAreGolden) {
  const Model model = GetParam().model();
  EXPECT_LE(misses(GetParam(), before_passes(model)).value, 1e-10);
  const Misses after = misses(GetParam(), after_passes(model));
  EXPECT_LE(after.value, 1e-10);
  EXPECT_LE(after.gradient, 1e-8);
}

INSTANTIATE_TEST_SUITE_P(Golden, InterpretedPosterior, testing::ValuesIn(golden_posteriors()),
                         known_name);

}  // namespace
}  // namespace tyche
