// Alternatives compared under common random numbers: they see the same luck, replication by
// replication, so that the differences of what they show tell of the alternatives.
//
//   auto studies = replicate_each({{"one desk", one}, {"two desks", two}}, {.replications = 50});
//   auto comparison = compare(*studies, "queue.mean_wait");
//
// Streams that go by name and index (Streams) are common to alternatives that name them alike.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/studies/interval.hpp"
#include "tyche/simulation/studies/replications.hpp"
#include "tyche/simulation/studies/study.hpp"

namespace tyche::simulation {

struct Alternative {
  std::string name;
  Scenario model;
};
struct NamedStudy {
  std::string name;
  Study study;
};

/// All alternatives with one seed; an Error names the alternative.
Result<std::vector<NamedStudy>> replicate_each(const std::vector<Alternative>& alternatives,
                                               const ReplicationSettings& settings = {});

/// A model whose responses are those of `a` less those of `b` under the same luck: to replicate
/// until a difference is known well.
Scenario difference(Scenario a, Scenario b);

/// The mean of a response under `a` less that under `b`.
struct Contrast {
  std::string a, b;
  MeanInterval difference;
  double correlation = 0;  // of the two, replication by replication
  /// How many times more replications independent ones would take for the same precision.
  double gain = 0;
};

struct Comparison {
  std::string response;
  double level = 0;  // all intervals hold at once with this confidence or more (Bonferroni)
  std::vector<std::string> names = {};
  std::vector<MeanInterval> means = {};  // each for itself, at `level`
  std::vector<Contrast> contrasts = {};
};

struct ComparisonSettings {
  double level = 0.95;
  bool all_pairs = false;  // else each against the first
};

/// By the blocks that all studies have. An Error where seeds or blocks differ, where a study has no
/// such response, of fewer than two studies, or of fewer than two blocks in common.
Result<Comparison> compare(std::span<const NamedStudy> studies, std::string_view response,
                           const ComparisonSettings& settings = {});

}  // namespace tyche::simulation
