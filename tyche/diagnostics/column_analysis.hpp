// One column looked at from every side: the shared work of the diagnostics, done once.
// Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021, "Rank-normalization, folding, and
// localization: an improved R-hat for assessing convergence of MCMC", Bayesian Analysis 16(2).
#pragma once
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "tyche/diagnostics/correlogram.hpp"
#include "tyche/diagnostics/sorting.hpp"
#include "tyche/draws/draws.hpp"

namespace tyche {

/// Memory and tables for columns of one shape. Each chain is split into its first and its last half
/// (the middle draw of an odd number is left out); the half chains are the pieces of a `Series`,
/// [piece][draw]. What cannot be had (a NaN among the draws, fewer than four draws a chain, for
/// R-hat one chain) is NaN.
class ColumnAnalysis {
 public:
  using Series = std::span<const double>;

  ColumnAnalysis(int chains, int draws);

  /// Everything below is about the column loaded last.
  void load(const Column& column);

  double mean() const { return mean_; }
  double sd() const { return sd_; }
  double quantile(double probability) const;

  /// Rank-normalised split R-hat (§4.1) and the same of the folded draws (§4.2).
  double rhat_bulk();
  double rhat_folded();
  /// The larger of the two; of draws with two values, where folding leaves a constant, the first.
  double rhat();

  double ess_bulk();
  double ess_mean();
  double ess_sd();
  /// Of the indicator x <= quantile (§4.3).
  double ess_quantile(double probability);

  double mcse_mean();
  /// From an ess_mean() that is already known.
  double mcse_mean(double ess_of_mean) const;
  double mcse_sd();
  /// Half the width of the central 68 % of where the quantile may lie (§4.4).
  double mcse_quantile(double probability);

  /// ESS of bulk, mean, 5 % and 95 % quantile: as above, for the price of one transform.
  struct Sizes {
    double bulk, mean, q05, q95;
  };
  Sizes sizes();

 private:
  bool usable() const { return half_ >= 2 && !sorted_.empty(); }
  std::size_t total() const { return pieces_ * half_; }
  std::size_t piece_start(std::size_t piece) const;
  void standardize();
  void sort_split();
  Series scores(std::span<const Sorted> order, std::vector<double>& out) const;
  Series below(double probability, std::vector<double>& out) const;
  Series squared_deviations();
  double split_rhat(Series series) const;
  std::array<double, correlogram_lanes> effective_sizes(
      const std::array<Series, correlogram_lanes>& series);
  double effective_size(Series series);

  std::size_t chains_, draws_, half_, pieces_;
  Correlogram correlogram_;
  Sorter sorter_;
  std::vector<double> score_of_rank_;  // by twice the rank

  std::vector<double> all_;               // [chain][draw]
  std::span<const Sorted> sorted_;        // empty if a draw is NaN
  std::span<const Sorted> split_sorted_;  // indices are those of a Series
  std::vector<Sorted> without_middle_, folded_sorted_;
  double center_ = 0;  // the median
  double spread_ = 0;  // the largest distance from it
  double mean_ = 0, sd_ = 0;
  double standard_mean_ = 0;
  std::vector<double> standard_;  // [chain][draw] of (x - center) / spread, 0 where spread is
  std::vector<double> split_standard_, z_, low_, high_, squares_;
};

}  // namespace tyche
