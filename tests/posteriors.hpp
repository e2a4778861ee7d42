// The twelve known posteriors of tests/posteriors and the seven models: data and model by name.
#pragma once
#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "examples/models/eight_schools.hpp"
#include "examples/models/mixtures.hpp"
#include "examples/models/regressions.hpp"
#include "examples/models/series.hpp"
#include "examples/models/simple.hpp"
#include "tyche/model/json.hpp"

namespace tyche {

inline nlohmann::json test_json(const std::string& path) {
  return nlohmann::json::parse(std::ifstream(std::string(TYCHE_TEST_DATA) + "/" + path));
}

struct Known {
  std::string folder;
  std::string golden;  // the file of its golden points
  std::function<Model(const ir::DataSet&)> make;

  Model model() const {
    const auto data = parse_json(test_json("posteriors/" + folder + "/data.json").dump(), folder);
    if (!data) throw Failure(data.error());
    return make(*data);
  }
};

inline void PrintTo(const Known& known, std::ostream* out) { *out << known.folder; }

/// The folder of a test's parameter as GoogleTest wants names.
inline constexpr auto known_name = [](const auto& at) {
  std::string name = at.param.folder;
  std::ranges::replace(name, '-', '_');
  return name;
};

inline const std::vector<Known>& known_posteriors() {
  static const std::vector<Known> all = {
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
  return all;
}

/// One of the seven, and what its golden values leave out of the log density.
struct Seventh {
  std::string name;
  std::string golden;  // its name in seven_golden.json
  Model model;
  double offset = 0;
};

/// All of them; stochastic volatility is written twice, with a plate and as a scan.
inline std::vector<Seventh> seven_models() {
  const nlohmann::json seven = test_json("seven_models.json");
  const auto data = [&](const char* name) { return *parse_json(seven.at(name).dump(), name); };
  const ir::DataSet simple = data("simple"), medium = data("medium"), stress = data("stress"),
                    logistic = data("logistic"), sv = data("sv");
  std::vector<Seventh> all;
  all.push_back({"simple", "simple", models::simple(reals(simple, "y"))});
  all.push_back({"medium", "medium", models::medium(reals(medium, "y_a"), reals(medium, "y_b"))});
  all.push_back({"stress", "stress",
                 models::stress(reals(stress, "y_1"), reals(stress, "y_2"), reals(stress, "y_3"))});
  all.push_back({"eight_schools", "eight_schools", models::eight_schools(), std::log(2)});
  all.push_back({"funnel", "funnel", models::funnel()});
  all.push_back(
      {"logistic", "logistic", models::logistic(matrix(logistic, "X"), integers(logistic, "y"))});
  all.push_back({"sv", "sv", models::sv(reals(sv, "returns"))});
  all.push_back({"sv, as a scan", "sv", models::sv_scan(reals(sv, "returns"))});
  return all;
}

}  // namespace tyche
