// The known posteriors, compiled: golden log densities and gradients, the parameters there, and
// samples that agree with the reference draws.
#include "posteriors.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "acceptance.hpp"
#include "compiled_density.hpp"
#include "golden.hpp"
#include "tyche/runtime/sample.hpp"

namespace tyche {
namespace {

using Json = nlohmann::json;

TEST(Golden, SevenModelsCompiledWithEveryConstant) {
  for (const Seventh& seventh : seven_models()) {
    SCOPED_TRACE(seventh.name);
    const Misses found = misses(seventh, compiled_density(compile(seventh.model)));
    EXPECT_LE(found.value, 1e-10);
    EXPECT_LE(found.gradient, 1e-10);
  }
}

class KnownPosterior : public testing::TestWithParam<Known> {};

TEST_P(KnownPosterior, CompiledLogDensityDiffersAsGoldenAndGradientsAreGolden) {
  const Misses found = misses(GetParam(), compiled_density(compile(GetParam().model())));
  EXPECT_LE(found.value, 1e-10);
  EXPECT_LE(found.gradient, 1e-8);
}

/// Scalars of a golden point by Tyche's names; Stan's CSV writes theta.1.2 for theta[1,2].
std::map<std::string, double> scalars(const Json& constrained) {
  std::map<std::string, double> all;
  for (const auto& [name, value] : constrained.items()) {
    if (value.is_number()) {
      const auto dot = name.find('.');
      std::string indices = dot == name.npos ? "" : "[" + name.substr(dot + 1) + "]";
      std::ranges::replace(indices, '.', ',');
      all[name.substr(0, dot) + indices] = value;
      continue;
    }
    for (std::size_t k = 0; k < value.size(); ++k) {
      all[value.size() == 1 ? name : name + "[" + std::to_string(k + 1) + "]"] = value[k];
    }
  }
  return all;
}

TEST_P(KnownPosterior, ParametersAtTheGoldenPositionsAreGolden) {
  const Known& known = GetParam();
  const auto posterior = compile(known.model());
  std::vector<std::string> names;
  for (const Variable& v : posterior->variables()) {
    for (const std::string& name : flat_names(v)) names.push_back(name);
  }
  for (const Json& point : test_json("posteriors/" + known.folder + "/" + known.golden)["points"]) {
    const auto found = posterior->constrain(point.at("unconstrained").get<std::vector<double>>());
    for (const auto& [name, golden] : scalars(point.at("constrained"))) {
      // A non-centred theta records itself, not the standardised one that Stan samples.
      if (name.starts_with("theta_trans[")) continue;
      const auto at = std::ranges::find(names, name);
      ASSERT_NE(at, names.end()) << name;
      EXPECT_LE(relative(found[std::size_t(at - names.begin())], golden), 1e-13) << name;
    }
  }
}

TEST_P(KnownPosterior, DrawsAgreeWithTheReferenceAtThreeSeeds) {
  const Known& known = GetParam();
  const Json quantities =
      test_json("posteriors/" + known.folder + "/reference.json").at("quantities");
  ASSERT_FALSE(quantities.empty());
  const auto posterior = compile(known.model(), {.lanes = 8});
  for (const std::uint64_t seed : acceptance_seeds) {
    for (const std::string& why : judged(*posterior, quantities, seed)) {
      ADD_FAILURE() << "seed " << seed << ": " << why;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Posteriors, KnownPosterior, testing::ValuesIn(known_posteriors()),
                         known_name);

}  // namespace
}  // namespace tyche
