// The models are those of examples/models, which golden values check.
#include "bench/models/models.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "examples/models/eight_schools.hpp"
#include "examples/models/mixtures.hpp"
#include "examples/models/regressions.hpp"
#include "examples/models/series.hpp"
#include "examples/models/simple.hpp"
#include "tyche/compile/compiled.hpp"
#include "tyche/model/json.hpp"
#include "tyche/passes/pipeline.hpp"

namespace bench {
namespace {

using tyche::Failure;
using tyche::Model;
namespace models = tyche::models;

std::string test_data(const std::string& path) { return TYCHE_TEST_DATA "/" + path; }

tyche::ir::DataSet posterior(const std::string& folder) {
  auto data = tyche::read_json(test_data("posteriors/" + folder + "/data.json"));
  if (!data) throw Failure(data.error());
  return *std::move(data);
}

tyche::ir::DataSet seven_data(const std::string& name) {
  std::ifstream file(test_data("seven_models.json"));
  const auto all = nlohmann::json::parse(file);
  if (!all.contains(name)) return {};
  auto data = tyche::parse_json(all.at(name).dump(), "seven_models.json");
  if (!data) throw Failure(data.error());
  return *std::move(data);
}

Model workload(const std::string& name) {
  if (name == "logistic") return model_of_the_seven(name);
  if (name == "kidiq_momiq") return models::kidiq_momiq(posterior("kidiq-kidscore_momiq"));
  if (name == "earnings_interaction")
    return models::earnings_interaction(posterior("earnings-logearn_interaction"));
  if (name == "nes1980") return models::nes(posterior("nes1980-nes"));
  if (name == "garch11") return models::garch11(posterior("garch-garch11"));
  if (name == "arK") return models::arK(posterior("arK-arK"));
  if (name == "low_dim_gauss_mix")
    return models::low_dim_gauss_mix(posterior("low_dim_gauss_mix-low_dim_gauss_mix"));
  return models::eight_schools_centered();
}

}  // namespace

Model model_of_the_seven(const std::string& name) {
  const auto data = seven_data(name);
  const auto column = [&](const char* of) { return tyche::reals(data, of); };
  if (name == "simple") return models::simple(column("y"));
  if (name == "medium") return models::medium(column("y_a"), column("y_b"));
  if (name == "stress") return models::stress(column("y_1"), column("y_2"), column("y_3"));
  if (name == "eight_schools") return models::eight_schools();
  if (name == "funnel") return models::funnel();
  if (name == "logistic")
    return models::logistic(tyche::matrix(data, "X"), tyche::integers(data, "y"));
  return models::sv(column("returns"));
}

Density compiled(const Model& model, tyche::Mapping mapping, int lanes) {
  auto prepared = tyche::passes::prepare(model.program(), {}, model.data());
  if (!prepared) throw Failure(prepared.error());
  auto made = tyche::Compiled::compile(std::move(prepared->gradient), model.data(),
                                       {.mapping = mapping, .lanes = lanes});
  if (!made) throw Failure(made.error());
  return *made;
}

Contender gradients(const Density& density, int lanes, int rounds) {
  const std::shared_ptr<tyche::Evaluator> evaluator = density->evaluator(lanes);
  std::vector<double> q;
  for (const double u : point(density->dimension(), 0)) q.insert(q.end(), std::size_t(lanes), u);
  // The evaluator reads the density's arrays.
  return [density, evaluator, rounds, q, gradient = q](int calls) mutable {
    std::array<double, 8> log_density;
    for (int i = 0; i < calls * rounds; ++i)
      evaluator->evaluate(evaluator->context(), q.data(), gradient.data(), log_density.data());
  };
}

namespace {

Model logistic_model(const Logistic& data) {
  tyche::Matrix x{.rows = data.n, .cols = data.p, .values = std::vector<double>(data.x.size())};
  for (int i = 0; i < data.n; ++i)
    for (int j = 0; j < data.p; ++j)
      x(i, j) = data.x[std::size_t(i) * std::size_t(data.p) + std::size_t(j)];
  return models::logistic(x, {data.y.begin(), data.y.end()});
}

}  // namespace

Density compiled(const Logistic& data) { return compiled(logistic_model(data)); }

std::vector<std::pair<std::string, Model>> models_of_all_shapes() {
  std::vector<std::pair<std::string, Model>> all;
  for (const char* name : seven) all.emplace_back(name, model_of_the_seven(name));
  for (const int n : {24, 100, 1000})
    for (const int p : {2, 5, 20})
      all.emplace_back("logistic " + std::to_string(n) + " x " + std::to_string(p),
                       logistic_model(logistic(n, p, first_seed)));
  all.emplace_back("sv 3000", models::sv(volatility(3000, first_seed).returns));
  const Radon data = radon(first_seed);
  all.emplace_back("radon", models::radon(data.group, data.groups, data.x, data.y));
  for (const char* name :
       {"kidiq_momiq", "earnings_interaction", "nes1980", "garch11", "arK", "low_dim_gauss_mix"})
    all.emplace_back(name, workload(name));
  return all;
}

Density compiled(const Volatility& data) { return compiled(models::sv(data.returns)); }

Density compiled(const Radon& data) {
  return compiled(models::radon(data.group, data.groups, data.x, data.y));
}

Density compiled_schools_centered() { return compiled(models::eight_schools_centered()); }

Density compiled_schools_noncentered() { return compiled(models::eight_schools_noncentered()); }

Density compiled_workload(const std::string& name) { return compiled(workload(name)); }

}  // namespace bench
