#include "tyche/simulation/studies/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {
namespace {

std::string quoted(const std::string& name) { return '"' + name + '"'; }

Result<void> check_common(std::span<const NamedStudy> studies) {
  if (studies.size() < 2) {
    return std::unexpected(Error{"alternatives", "2 or more", std::to_string(studies.size()),
                                 "give what is to be compared"});
  }
  const Study& first = studies.front().study;
  for (const NamedStudy& other : studies) {
    const Study& study = other.study;
    if (study.seed != first.seed) {
      return std::unexpected(Error{"alternative " + quoted(other.name),
                                   "the seed " + std::to_string(first.seed) + " of all",
                                   std::to_string(study.seed), "replicate all with one seed"});
    }
    if (study.block != first.block || study.antithetic != first.antithetic) {
      return std::unexpected(Error{"alternative " + quoted(other.name),
                                   "antithetic pairs and draws of inputs as in the others",
                                   "others", "replicate all with the same settings"});
    }
  }
  return {};
}

/// The numbers that are in all.
std::vector<std::uint32_t> common_numbers(const std::vector<BlockMeans>& all) {
  std::vector<std::uint32_t> common = all.front().numbers;
  for (const BlockMeans& one : all) {
    std::vector<std::uint32_t> both;
    std::ranges::set_intersection(common, one.numbers, std::back_inserter(both));
    common = std::move(both);
  }
  return common;
}

std::vector<double> at_numbers(const BlockMeans& blocks,
                               const std::vector<std::uint32_t>& numbers) {
  std::vector<double> means;
  std::size_t at = 0;
  for (const std::uint32_t number : numbers) {
    while (blocks.numbers[at] != number) ++at;
    means.push_back(blocks.means[at]);
  }
  return means;
}

/// A row an alternative: its response, block by block.
Result<std::vector<std::vector<double>>> common_rows(std::span<const NamedStudy> studies,
                                                     std::string_view response) {
  std::vector<BlockMeans> blocks;
  for (const NamedStudy& one : studies) {
    const Result<int> column = find_response(one.study, response);
    if (!column) {
      Error error = column.error();
      error.where = "alternative " + quoted(one.name) + ": " + error.where;
      return std::unexpected(std::move(error));
    }
    blocks.push_back(block_means(one.study, *column, one.study.block));
  }
  const std::vector<std::uint32_t> numbers = common_numbers(blocks);
  if (numbers.size() < 2) {
    return std::unexpected(Error{"alternatives", "2 or more independent replications of each",
                                 std::to_string(numbers.size()) + " that all have",
                                 "make more replications"});
  }
  std::vector<std::vector<double>> rows;
  for (const BlockMeans& one : blocks) rows.push_back(at_numbers(one, numbers));
  return rows;
}

Contrast contrast(std::span<const double> a, std::span<const double> b, double level) {
  std::vector<double> differences;
  for (std::size_t k = 0; k < a.size(); ++k) differences.push_back(a[k] - b[k]);
  Contrast out;
  out.difference = t_interval(differences, level);
  const double sd_a = t_interval(a, level).sd, sd_b = t_interval(b, level).sd;
  const double apart = out.difference.sd * out.difference.sd;
  const double independent = sd_a * sd_a + sd_b * sd_b;
  out.correlation = (independent - apart) / (2 * sd_a * sd_b);
  out.gain = independent / apart;
  return out;
}

}  // namespace

Result<std::vector<NamedStudy>> replicate_each(const std::vector<Alternative>& alternatives,
                                               const ReplicationSettings& settings) {
  std::vector<NamedStudy> all;
  for (const Alternative& alternative : alternatives) {
    Result<Study> study = replicate(alternative.model, settings);
    if (!study) {
      Error error = std::move(study.error());
      error.where = "alternative " + quoted(alternative.name) + ": " + error.where;
      return std::unexpected(std::move(error));
    }
    all.push_back({alternative.name, std::move(*study)});
  }
  return all;
}

Scenario difference(Scenario a, Scenario b) {
  return [a = std::move(a), b = std::move(b)](const Replication& luck) -> Result<Responses> {
    Result<Responses> of_a = a(luck);
    if (!of_a) return of_a;
    const Result<Responses> of_b = b(luck);
    if (!of_b) return of_b;
    const bool alike = std::ranges::equal(*of_a, *of_b, {}, &Response::name, &Response::name);
    if (!alike) {
      return std::unexpected(Error{"difference", "the same responses of both models", "others",
                                   "let both show the same names in the same order"});
    }
    for (std::size_t k = 0; k < of_a->size(); ++k) (*of_a)[k].value -= (*of_b)[k].value;
    return of_a;
  };
}

Result<Comparison> compare(std::span<const NamedStudy> studies, std::string_view response,
                           const ComparisonSettings& settings) {
  if (auto sound = check_level(settings.level); !sound) return std::unexpected(sound.error());
  if (auto sound = check_common(studies); !sound) return std::unexpected(sound.error());
  const auto rows = common_rows(studies, response);
  if (!rows) return std::unexpected(rows.error());
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t b = 0; b < (settings.all_pairs ? rows->size() : 1); ++b) {
    for (std::size_t a = b + 1; a < rows->size(); ++a) pairs.push_back({a, b});
  }
  Comparison out{.response = std::string(response), .level = settings.level};
  for (std::size_t k = 0; k < rows->size(); ++k) {
    out.names.push_back(studies[k].name);
    out.means.push_back(t_interval((*rows)[k], settings.level));
  }
  const double each = 1 - (1 - settings.level) / static_cast<double>(pairs.size());
  for (const auto& [a, b] : pairs) {
    out.contrasts.push_back(contrast((*rows)[a], (*rows)[b], each));
    out.contrasts.back().a = studies[a].name;
    out.contrasts.back().b = studies[b].name;
  }
  return out;
}

}  // namespace tyche::simulation
