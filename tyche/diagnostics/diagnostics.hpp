// Convergence and precision of one column of draws: R-hat, effective sample sizes, standard errors.
// Vehtari et al. 2021, Bayesian Analysis 16(2); the same values as ArviZ 0.23 gives.
// What cannot be had is NaN: a NaN among the draws, fewer than four draws a chain, R-hat of one
// chain or of a constant, the mean's and the sd's errors of infinite draws. A constant's effective
// size is its number of draws, of an odd number without the middle one. Where the place of a
// quantile is a whole number it is that draw, however the probability was rounded; ArviZ leaves it
// to rounding whether that draw lies below.
#pragma once
#include <span>

#include "tyche/draws/draws.hpp"

namespace tyche {

/// The larger of rhat_bulk and rhat_folded (§4.2).
double rhat(const Column& column);
/// Rank-normalised split R-hat (§4.1).
double rhat_bulk(const Column& column);
/// The same of |x - median|: chains that differ in spread rather than place (§4.2).
double rhat_folded(const Column& column);

/// Of the rank-normalised draws (§4.1).
double ess_bulk(const Column& column);
/// The smaller of the effective sizes of the 5 % and 95 % quantiles (§4.3).
double ess_tail(const Column& column);
double ess_mean(const Column& column);
double ess_sd(const Column& column);
double ess_quantile(const Column& column, double probability);

/// Standard errors, in the column's own unit, of its mean, sd and quantiles (§4.4).
double mcse_mean(const Column& column);
double mcse_sd(const Column& column);
double mcse_quantile(const Column& column, double probability);

double mean(const Column& column);
/// With n - 1 below.
double sd(const Column& column);
double quantile(const Column& column, double probability);

/// The fraction of missing information of one chain's energies: mean squared change over variance
/// (Betancourt 2016, "Diagnosing suboptimal cotangent disintegrations", §4). Below 0.3 is poor; NaN
/// of energies that are all the same, not finite, or fewer than two.
double e_bfmi(std::span<const double> energy);

}  // namespace tyche
