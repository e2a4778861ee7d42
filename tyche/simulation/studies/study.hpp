// A study: what the replications of a model showed, as draws, and the means they estimate.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/draws/draws.hpp"
#include "tyche/simulation/studies/interval.hpp"

namespace tyche::simulation {

/// What a replication shows, as named numbers: "barber.queue.mean_wait". Every replication shows
/// the same names in the same order.
struct Response {
  std::string name;
  double value = 0;
  /// Whether NaN says that there is none in this replication, as of the mean wait of customers who
  /// may not come, rather than that something is wrong.
  bool may_lack = false;
  friend bool operator==(const Response&, const Response&) = default;
};
using Responses = std::vector<Response>;

/// A replication that showed nothing.
struct FailedReplication {
  std::uint32_t number = 0;
  Error error;
};

/// What is lacking where the wanted precision was not reached.
struct Shortfall {
  std::string response;
  double half_width = 0, wanted = 0;
  std::uint32_t made = 0;  // replications
  double enough = 0;       // about how many replications would do; infinite where none would
  friend bool operator==(const Shortfall&, const Shortfall&) = default;
};
std::string to_string(const Shortfall& shortfall);

/// Replications `block` at a time are one independent value of each response, their mean: a pair of
/// antithetic ones, and those of one draw of the inputs, are not independent of each other.
struct Study {
  /// One chain; a scalar a response and a draw a replication, in order of their numbers. Its
  /// statistics say which replication a draw is (`replication__`, from 0), and which draw of the
  /// input table it had (`input__`, counted through the chains; -1 without a table).
  Draws values;
  std::vector<FailedReplication> failures = {};
  std::optional<Shortfall> shortfall = {};
  std::uint64_t seed = 0;
  double level = 0;         // of the intervals
  bool antithetic = false;  // replications 2 k and 2 k + 1 are a pair
  bool cancelled = false;   // some replications were not made
  std::uint32_t block = 1;

  /// Whether its inputs were drawn from a table.
  bool has_inputs() const;
  /// Replications, or antithetic pairs of them, to a draw of the inputs.
  std::uint32_t per_draw() const { return block / (antithetic ? 2 : 1); }
  std::uint32_t replications() const { return static_cast<std::uint32_t>(values.draws()); }
};

/// The mean of a response over the replications that show one.
struct Estimate {
  std::string response;
  MeanInterval mean;
  double least = 0, most = 0;  // of the replications
  std::uint32_t lacking = 0;   // replications that show none
};

/// Means over stretches of consecutive replications.
struct BlockMeans {
  std::vector<std::uint32_t> numbers;  // of the stretches, from 0
  std::vector<double> means;
};

/// Stretches of `block` replications, in order; one of which a replication failed, or shows none,
/// is left out.
BlockMeans block_means(const Study& study, int column, std::uint32_t block);

/// An Error where the study has no such response.
Result<Estimate> estimate(const Study& study, std::string_view response);
std::vector<Estimate> estimates(const Study& study);

/// How many times more independent replications would be needed for the same precision: the
/// variance of the mean without the pairing, over the one with it.
Result<double> antithetic_gain(const Study& study, std::string_view response);

/// The column of a response, an Error that lists those that there are where it is unknown.
Result<int> find_response(const Study& study, std::string_view response);

}  // namespace tyche::simulation
