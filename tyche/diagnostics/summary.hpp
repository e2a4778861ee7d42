// The summary of a posterior: a row a scalar, as a table and as JSON.
#pragma once
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tyche/base/thread_pool.hpp"
#include "tyche/draws/draws.hpp"

namespace tyche {

/// What cannot be had is NaN (see diagnostics.hpp).
struct ScalarSummary {
  std::string name;
  double mean, sd, mcse_mean;
  double q05, q50, q95;
  double ess_bulk, ess_tail, rhat;
};

struct Summary {
  std::vector<ScalarSummary> scalars = {};
  int chains = 0;
  int draws = 0;                  // a chain, and used of each
  std::int64_t left_out = 0;      // draws that only some chains have, over all chains
  std::vector<int> covered = {};  // the chains, by number, where they are not all; else empty
  int all_chains = 0;             // of the run

  /// The row of a flat name, or null.
  const ScalarSummary* find(std::string_view name) const;
};

/// Of every scalar of every variable, in the order of draws.names(); the statistics are left to
/// `sampler_report`. The rows do not depend on the number of threads.
Summary summarize(const Draws& draws, const ThreadPool& pool = ThreadPool());

/// Of some of the chains, by number: the summary says which.
Summary summarize(const Draws& draws, std::span<const int> chains,
                  const ThreadPool& pool = ThreadPool());

/// "chains 1, 2 and 4 of 4", or, of a summary of all, nothing.
std::string coverage(const Summary& summary);

/// A table in text: numbers to about three digits of their sd, R-hat to three decimals.
std::string to_text(const Summary& summary);
std::ostream& operator<<(std::ostream& out, const Summary& summary);

/// {"parameters":{"theta[1]":{"mean":..,"sd":..,"mcse_mean":..,"q05":..,"q50":..,"q95":..,
/// "ess_bulk":..,"ess_tail":..,"rhat":..},...}}, in full precision; what is not finite is null. A
/// summary of some chains begins with {"chains":[1,2,4],"all_chains":4,
std::string to_json(const Summary& summary);

}  // namespace tyche
