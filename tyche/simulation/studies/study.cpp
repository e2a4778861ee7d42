#include "tyche/simulation/studies/study.hpp"

#include <algorithm>
#include <cmath>

#include "tyche/simulation/rounding.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {
namespace {

/// The replications' numbers, in order.
std::span<const double> numbers(const Study& study) {
  return study.values.column(study.values.scalars(), 0);
}

Estimate estimate_column(const Study& study, int column) {
  Tally singles;
  for (const double x : block_means(study, column, 1).means) singles.add(x);
  const auto shown = static_cast<std::uint32_t>(singles.count());
  Estimate out{.response = study.values.names()[static_cast<std::size_t>(column)],
               .mean = t_interval(block_means(study, column, study.block).means, study.level),
               .least = singles.least(),
               .most = singles.most(),
               .lacking = study.replications() - shown};
  return out;
}

}  // namespace

std::string to_string(const Shortfall& s) {
  const auto brief = [](double x) { return rounded_to(x, 0); };
  std::string text = "the interval of " + s.response + " has a half-width of " +
                     brief(s.half_width) + " after " + std::to_string(s.made) + " replications; " +
                     brief(s.wanted) + " was wanted, ";
  if (!std::isfinite(s.enough)) return text + "which no number of replications may reach";
  return text + "which takes about " + brief(s.enough) + " replications";
}

bool Study::has_inputs() const {
  const std::span<const double> draws = values.column(values.scalars() + 1, 0);
  return !draws.empty() && draws.front() >= 0;
}

BlockMeans block_means(const Study& study, int column, std::uint32_t block) {
  const std::span<const double> values = study.values.column(column, 0);
  const std::span<const double> number = numbers(study);
  const auto block_of = [&](std::size_t k) {
    return static_cast<std::uint32_t>(number[k]) / block;
  };
  BlockMeans out;
  for (std::size_t first = 0; first < values.size();) {
    std::size_t last = first;
    double sum = 0;
    for (; last < values.size() && block_of(last) == block_of(first); ++last) sum += values[last];
    if (last - first == block && !std::isnan(sum)) {
      out.numbers.push_back(block_of(first));
      out.means.push_back(sum / block);
    }
    first = last;
  }
  return out;
}

Result<int> find_response(const Study& study, std::string_view response) {
  const auto& names = study.values.names();
  const auto at = std::ranges::find(names, response);
  if (at != names.end()) return static_cast<int>(at - names.begin());
  std::string known;
  for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
  return std::unexpected(Error{"response", "the name of a response",
                               '"' + std::string(response) + '"', "the model shows " + known});
}

Result<Estimate> estimate(const Study& study, std::string_view response) {
  const Result<int> column = find_response(study, response);
  if (!column) return std::unexpected(column.error());
  return estimate_column(study, *column);
}

std::vector<Estimate> estimates(const Study& study) {
  std::vector<Estimate> all;
  for (int column = 0; column < study.values.scalars(); ++column) {
    all.push_back(estimate_column(study, column));
  }
  return all;
}

Result<double> antithetic_gain(const Study& study, std::string_view response) {
  const Result<int> column = find_response(study, response);
  if (!column) return std::unexpected(column.error());
  if (!study.antithetic) {
    return std::unexpected(Error{"antithetic", "a study of antithetic pairs", "one without pairs",
                                 "replicate with `antithetic`"});
  }
  Tally singles, pairs;
  for (const double x : block_means(study, *column, 1).means) singles.add(x);
  for (const double x : block_means(study, *column, 2).means) pairs.add(x);
  return singles.variance() / (2 * pairs.variance());
}

}  // namespace tyche::simulation
