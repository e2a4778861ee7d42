// Models in the C++ language against golden log densities and gradients (tests/posteriors,
// tests/seven_golden.json), by the interpreter before passes and after them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "examples/models/eight_schools.hpp"
#include "examples/models/mixtures.hpp"
#include "examples/models/regressions.hpp"
#include "examples/models/series.hpp"
#include "examples/models/simple.hpp"
#include "log_density.hpp"
#include "tyche/model/json.hpp"

namespace tyche {
namespace {

using Json = nlohmann::json;

const std::string folder = TYCHE_TEST_DATA;

Json json(const std::string& path) { return Json::parse(std::ifstream(folder + "/" + path)); }

void expect_gradient(const std::vector<double>& found, const Json& golden, double lp) {
  ASSERT_EQ(found.size(), golden.size() + 1);
  EXPECT_NEAR(found[0], lp, 1e-10 * std::abs(lp));
  double largest = 1;
  for (const Json& g : golden) largest = std::max(largest, std::abs(g.get<double>()));
  for (std::size_t k = 0; k < golden.size(); ++k) {
    EXPECT_NEAR(found[k + 1], golden[k].get<double>(), 1e-8 * largest) << k;
  }
}

void expect_seven(const std::string& name, const Model& model, double offset = 0) {
  SCOPED_TRACE(name);
  const ResolvedDensity density(model);
  const Gradient gradient(model);
  for (const Json& point : json("seven_golden.json").at(name)) {
    const auto u = point.at("u").get<std::vector<double>>();
    const double expected = point.at("lp").get<double>() + offset;
    EXPECT_NEAR(density(u), expected, 1e-10 * std::abs(expected));
    expect_gradient(gradient(u), point.at("g"), expected);
  }
}

ir::DataSet data_of(const Json& object) { return *parse_json(object.dump(), "seven_models"); }

TEST(Golden, SevenModelsWithEveryConstant) {
  const Json seven = json("seven_models.json");
  const ir::DataSet simple = data_of(seven.at("simple")), medium = data_of(seven.at("medium")),
                    stress = data_of(seven.at("stress")), logistic = data_of(seven.at("logistic")),
                    sv = data_of(seven.at("sv"));
  expect_seven("simple", models::simple(reals(simple, "y")));
  expect_seven("medium", models::medium(reals(medium, "y_a"), reals(medium, "y_b")));
  expect_seven("stress",
               models::stress(reals(stress, "y_1"), reals(stress, "y_2"), reals(stress, "y_3")));
  expect_seven("eight_schools", models::eight_schools(), std::log(2));
  expect_seven("funnel", models::funnel());
  expect_seven("logistic", models::logistic(matrix(logistic, "X"), integers(logistic, "y")));
  expect_seven("sv", models::sv(reals(sv, "returns")));
  expect_seven("sv", models::sv_scan(reals(sv, "returns")));
}

struct Posterior {
  std::string folder;
  std::string file;
  std::function<Model(const ir::DataSet&)> model;
};

void PrintTo(const Posterior& posterior, std::ostream* out) { *out << posterior.folder; }

class KnownPosterior : public testing::TestWithParam<Posterior> {};

TEST_P(KnownPosterior, LogDensityDiffersAsGoldenAndGradientsAreGolden) {
  const auto& [name, file, make] = GetParam();
  const auto data = read_json(folder + "/posteriors/" + name + "/data.json");
  ASSERT_TRUE(data);
  const Model model = make(*data);
  const ResolvedDensity density(model);
  const Gradient gradient(model);
  const Json points = json("posteriors/" + name + "/" + file).at("points");
  const auto value = [&](const Json& point) {
    return density(point.at("unconstrained").get<std::vector<double>>());
  };
  const auto golden = [](const Json& point) {
    return point.at("log_density_jacobian").get<double>();
  };
  for (const Json& point : points) {
    const auto u = point.at("unconstrained").get<std::vector<double>>();
    expect_gradient(gradient(u), point.at("gradient_jacobian"), density(u));
  }
  for (std::size_t k = 1; k < points.size(); ++k) {
    const double expected = golden(points[k]) - golden(points[0]);
    EXPECT_NEAR(value(points[k]) - value(points[0]), expected, 1e-10 * std::abs(expected)) << k;
  }
}

const std::vector<Posterior> posteriors = {
    {"eight_schools-eight_schools_noncentered", "golden.json",
     [](const ir::DataSet& d) {
       return models::eight_schools_noncentered(reals(d, "y"), reals(d, "sigma"));
     }},
    {"kidiq-kidscore_momiq", "golden.json", models::kidiq_momiq},
    {"kidiq_with_mom_work-kidscore_interaction_z", "golden.json", models::kidiq_interaction_z},
    {"earnings-logearn_interaction", "golden.json", models::earnings_interaction},
    {"nes1980-nes", "golden.json", models::nes},
    {"mesquite-logmesquite_logvas", "golden.json", models::mesquite_logvas},
    {"low_dim_gauss_mix-low_dim_gauss_mix", "golden.json", models::low_dim_gauss_mix},
    {"hmm_example-hmm_example", "golden_ilr.json", models::hmm_example},
    {"arK-arK", "golden.json", models::arK},
    {"garch-garch11", "golden.json", models::garch11},
    {"gp_pois_regr-gp_regr", "golden.json", models::gp_regr},
    {"sblrc-blr", "golden.json", models::sblr},
};

INSTANTIATE_TEST_SUITE_P(Golden, KnownPosterior, testing::ValuesIn(posteriors), [](const auto& at) {
  std::string name = at.param.folder;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace tyche
