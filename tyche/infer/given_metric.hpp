// Metrics that come from outside: what a user gives, or an earlier fit, checked.
#pragma once
#include <optional>
#include <span>

#include "tyche/base/error.hpp"
#include "tyche/infer/chain_state.hpp"

namespace tyche {

/// The coordinates of an inverse metric: `dimension` variances, or a positive definite matrix by
/// rows. Errors: another number of elements, one that is not finite, a variance that is not
/// positive, a matrix that is not symmetric or not positive definite.
Result<Whitening> given_metric(std::span<const double> inverse_metric, int dimension);

/// What is wrong with the chains of an earlier fit as a start for `dimension` parameters.
std::optional<Error> invalid_start(const RunState& earlier, int dimension);

}  // namespace tyche
