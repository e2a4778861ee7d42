// The effective sample size from autocovariances: Geyer's initial monotone sequence, many chains.
#pragma once
#include <cstddef>

namespace tyche {

/// What is known of a series in pieces of equal length.
struct PooledCovariance {
  std::size_t pieces, length;
  double variance_of_means;  // between the pieces, with pieces - 1 below
  const double* products;    // [lag], `stride` apart: sums over pieces and times of x[i] x[i + lag]
  std::size_t stride;
};

/// Vehtari et al. 2021, §3.2, with the initial positive and monotone sequences of Geyer 1992, §3.3.
/// At most S log10(S) for S draws; NaN if a covariance is.
double effective_size(const PooledCovariance& covariance);

}  // namespace tyche
