#include "tyche/infer/given_metric.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "tyche/base/decimals.hpp"
#include "tyche/numeric/symmetric_eigen.hpp"

namespace tyche {
namespace {

std::unexpected<Error> wrong(std::string expected, std::string found, std::string remedy) {
  return std::unexpected(
      Error{"setting inverse_metric", std::move(expected), std::move(found), std::move(remedy)});
}

std::string rounded(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", x);
  return text;
}

std::string entry(std::size_t i, std::size_t j, double value) {
  return decimals(value) + " at [" + std::to_string(i + 1) + "," + std::to_string(j + 1) + "]";
}

Result<Whitening> of_variances(std::span<const double> variances) {
  Whitening out;
  for (std::size_t i = 0; i < variances.size(); ++i) {
    if (!(variances[i] > 0 && std::isfinite(variances[i]))) {
      return wrong("variances that are positive and finite",
                   decimals(variances[i]) + " as number " + std::to_string(i + 1),
                   "take the variances of earlier draws");
    }
    out.scale.push_back(std::sqrt(variances[i]));
  }
  return out;
}

Result<void> check_symmetric(std::span<const double> m, std::size_t d) {
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const double below = m[i * d + j], above = m[j * d + i];
      if (std::isfinite(below) && below == above) continue;
      return wrong("a symmetric matrix of finite numbers",
                   entry(i, j, below) + " and " + entry(j, i, above),
                   "take the covariance of earlier draws");
    }
  }
  return {};
}

/// By the eigenvectors of its correlations.
Result<Whitening> of_matrix(std::span<const double> m, std::size_t d) {
  constexpr double rounding = 1e-12;
  if (auto symmetric = check_symmetric(m, d); !symmetric) {
    return std::unexpected(symmetric.error());
  }
  std::vector<double> diagonal(d), correlations(d * d);
  for (std::size_t i = 0; i < d; ++i) diagonal[i] = m[i * d + i];
  auto out = of_variances(diagonal);
  if (!out) return out;
  for (std::size_t k = 0; k < d * d; ++k) {
    correlations[k] = k % (d + 1) == 0 ? 1 : m[k] / (out->scale[k / d] * out->scale[k % d]);
  }
  const SymmetricEigen eigen = symmetric_eigen(static_cast<int>(d), correlations);
  const double least = *std::ranges::min_element(eigen.values);
  if (!(least > rounding)) {
    return wrong("a positive definite matrix",
                 "correlations of which an eigenvalue is " + rounded(least),
                 "take the covariance of more draws than there are parameters, or its diagonal");
  }
  out->directions = eigen.vectors;
  for (const double value : eigen.values) out->stretch.push_back(std::sqrt(value));
  return out;
}

bool positive(const std::vector<double>& x) {
  return std::ranges::all_of(x, [](double value) { return value > 0; });
}

bool whole(const ChainState& state, std::size_t d) {
  const Whitening& w = state.frame.whitening;
  const auto finite = [](double x) { return std::isfinite(x); };
  const auto in_range = [](double x) { return x >= 0 && x <= Recentring::whole; };
  for (std::size_t i = 0; i < d && !w.lower.empty(); ++i) {
    if (w.lower.size() != d * d || !(w.lower[i * (d + 1)] > 0)) return false;
  }
  return state.point.size() == d && std::ranges::all_of(w.lower, finite) &&
         std::ranges::all_of(state.point, finite) &&
         std::ranges::all_of(state.frame.degrees, in_range) && w.scale.size() == d &&
         w.directions.size() == w.stretch.size() * d && w.finite() && positive(w.scale) &&
         positive(w.stretch) && state.step_size > 0 && std::isfinite(state.step_size);
}

}  // namespace

Result<Whitening> given_metric(std::span<const double> inverse_metric, int dimension) {
  const auto d = static_cast<std::size_t>(dimension);
  if (inverse_metric.size() == d) return of_variances(inverse_metric);
  if (inverse_metric.size() == d * d) return of_matrix(inverse_metric, d);
  return wrong(
      std::to_string(d) + " variances, or " + std::to_string(d * d) + " numbers: a matrix by rows",
      std::to_string(inverse_metric.size()) + " numbers",
      "give one for each unconstrained parameter; Posterior::unconstrained_names says "
      "which they are");
}

std::optional<Error> invalid_start(const RunState& earlier, int dimension) {
  if (earlier.dimension != dimension) {
    return Error{"warm start",
                 "a fit of a model with " + std::to_string(dimension) + " unconstrained parameters",
                 "one with " + std::to_string(earlier.dimension),
                 "start from a fit of the same model, or without one"};
  }
  for (const ChainState& state : earlier.chains) {
    if (state.point.empty() || whole(state, static_cast<std::size_t>(dimension))) continue;
    return Error{"warm start, chain " + std::to_string(state.chain + 1),
                 "a finite position, a positive definite metric and a positive step size", "others",
                 "start from a fit as it came from the sampler"};
  }
  return std::nullopt;
}

}  // namespace tyche
