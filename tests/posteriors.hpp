// The known posteriors of tests/posteriors and the seven models: data and model by name.
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
  std::function<Model(const ir::DataSet&)> make;
  std::string golden = "golden.json";   // the file of its golden points
  std::vector<std::size_t> order = {};  // of the model's coordinates among Stan's; {}: the same

  Model model() const {
    const auto data =
        read_json(std::string(TYCHE_TEST_DATA) + "/posteriors/" + folder + "/data.json");
    if (!data) throw Failure(data.error());
    return make(*data);
  }

  /// Its golden points, positions and gradients in the order of the model's coordinates.
  nlohmann::json points() const {
    nlohmann::json all = test_json("posteriors/" + folder + "/" + golden).at("points");
    for (nlohmann::json& point : all) {
      for (const char* name : {"unconstrained", "gradient_jacobian"}) {
        const nlohmann::json of_stan = point.at(name);
        for (std::size_t k = 0; k < order.size(); ++k) point[name][k] = of_stan[order[k]];
      }
    }
    return all;
  }

  /// What is known of each quantity, by its name.
  nlohmann::json quantities() const {
    return test_json("posteriors/" + folder + "/reference.json").at("quantities");
  }
};

inline void PrintTo(const Known& known, std::ostream* out) { *out << known.folder; }

/// The folder of a test's parameter as GoogleTest wants names.
inline constexpr auto known_name = [](const auto& at) {
  std::string name = at.param.folder;
  std::ranges::replace(name, '-', '_');
  return name;
};

/// Of eight schools, y and sigma.
inline auto schools(Model (*make)(const std::vector<double>&, const std::vector<double>&)) {
  return [make](const ir::DataSet& d) { return make(reals(d, "y"), reals(d, "sigma")); };
}

/// The twelve whose draws the acceptance tests judge in full.
inline const std::vector<Known>& known_posteriors() {
  static const std::vector<Known> all = {
      {"eight_schools-eight_schools_noncentered", schools(models::eight_schools_noncentered)},
      {"kidiq-kidscore_momiq", models::kidiq_momiq},
      {"kidiq_with_mom_work-kidscore_interaction_z", models::kidiq_interaction_z},
      {"earnings-logearn_interaction", models::earnings_interaction},
      {"nes1980-nes", models::nes},
      {"mesquite-logmesquite_logvas", models::mesquite_logvas},
      {"low_dim_gauss_mix-low_dim_gauss_mix", models::low_dim_gauss_mix},
      {"hmm_example-hmm_example", models::hmm_example, "golden_ilr.json"},
      {"arK-arK", models::arK},
      {"garch-garch11", models::garch11},
      {"gp_pois_regr-gp_regr", models::gp_regr},
      {"sblrc-blr", models::sblr},
  };
  return all;
}

/// Others, judged at one seed.
inline const std::vector<Known>& further_posteriors() {
  static const std::vector<Known> all = {
      {"bball_drive_event_0-hmm_drive_0", models::hmm_drive, "golden_ilr.json"},
      {"earnings-earn_height", models::earnings_height},
      {"kidiq-kidscore_interaction", models::kidiq_interaction},
      {"kilpisjarvi_mod-kilpisjarvi", models::kilpisjarvi},
      {"mesquite-mesquite", models::mesquite},
      {"nes2000-nes", models::nes},
      {"eight_schools-eight_schools_centered",
       schools(models::eight_schools_centered),
       "golden.json",
       {8, 9, 0, 1, 2, 3, 4, 5, 6, 7}},
  };
  return all;
}

/// Judged by golden points, and not by the draws of any start: arma11 has a hopeless mode and needs
/// starts with |theta| < 1; sampling diamonds takes minutes.
inline const std::vector<Known>& golden_only_posteriors() {
  static const std::vector<Known> all = {
      {"arma-arma11", models::arma11},
      {"diamonds-diamonds", models::diamonds},
  };
  return all;
}

/// All of the above.
inline std::vector<Known> golden_posteriors() {
  std::vector<Known> all;
  for (const auto* some : {&known_posteriors(), &further_posteriors(), &golden_only_posteriors()}) {
    all.insert(all.end(), some->begin(), some->end());
  }
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
