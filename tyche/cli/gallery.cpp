#include "tyche/cli/gallery.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "examples/models/eight_schools.hpp"
#include "examples/models/regressions.hpp"
#include "examples/models/series.hpp"
#include "examples/models/simple.hpp"
#include "tyche/model/json.hpp"

namespace tyche::cli {
namespace {

using Json = nlohmann::json;

constexpr char seven_text[] = {
#embed "../../tests/seven_models.json"
};
constexpr char kidiq_text[] = {
#embed "../../tests/posteriors/kidiq-kidscore_momiq/data.json"
};

const Json& seven() {
  static const Json parsed = Json::parse(std::begin(seven_text), std::end(seven_text));
  return parsed;
}

std::vector<double> reals(const Json& json) { return json.get<std::vector<double>>(); }

std::vector<double> reals(const char* model, const char* name) {
  return reals(seven().at(model).at(name));
}

Model kidiq() {
  const std::string text(std::begin(kidiq_text), std::end(kidiq_text));
  const auto data = parse_json(text, "kidiq");
  if (!data) throw Failure(data.error());
  return models::kidiq_momiq(*data);
}

Model logistic() {
  const Json& x = seven().at("logistic").at("X");
  Matrix design{.rows = std::int64_t(x.size()), .cols = std::int64_t(x[0].size())};
  design.values.resize(std::size_t(design.rows * design.cols));
  for (std::int64_t i = 0; i < design.rows; ++i) {
    for (std::int64_t j = 0; j < design.cols; ++j) {
      design(i, j) = x[std::size_t(i)][std::size_t(j)].get<double>();
    }
  }
  return models::logistic(design, seven().at("logistic").at("y").get<std::vector<int>>());
}

const std::vector<Exhibit>& exhibits() {
  static const std::vector<Exhibit> all = {
      {"eight_schools_noncentered", "effects of coaching in eight schools", false, 10000,
       [] { return models::eight_schools_noncentered(); }},
      {"kidiq", "test scores of children on their mothers' IQ", false, 10000, kidiq},
      {"simple", "mean and sd of 50 numbers", true, 10000,
       [] { return models::simple(reals("simple", "y")); }},
      {"medium", "two groups under a common prior", true, 10000,
       [] { return models::medium(reals("medium", "y_a"), reals("medium", "y_b")); }},
      {"stress", "three groups, each with its own noise", true, 10000,
       [] {
         return models::stress(reals("stress", "y_1"), reals("stress", "y_2"),
                               reals("stress", "y_3"));
       }},
      {"eight_schools", "the same schools, centred", true, 10000,
       [] { return models::eight_schools(); }},
      {"funnel", "Neal's funnel in ten dimensions", true, 10000, [] { return models::funnel(); }},
      {"logistic", "logistic regression, 500 rows and 20 columns", true, 1000, logistic},
      {"sv", "stochastic volatility over 100 days", true, 1000,
       [] { return models::sv_scan(reals("sv", "returns")); }},
  };
  return all;
}

}  // namespace

std::span<const Exhibit> gallery() { return exhibits(); }

Result<const Exhibit*> exhibit(const std::string& name) {
  const auto found = std::ranges::find(exhibits(), name, &Exhibit::name);
  if (found != exhibits().end()) return &*found;
  std::string names;
  for (const Exhibit& each : exhibits()) names += (names.empty() ? "" : ", ") + each.name;
  return std::unexpected(Error{"model", names, "\"" + name + "\"", "name one of these"});
}

}  // namespace tyche::cli
