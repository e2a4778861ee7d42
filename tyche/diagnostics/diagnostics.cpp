#include "tyche/diagnostics/diagnostics.hpp"

#include <algorithm>
#include <limits>

#include "tyche/diagnostics/column_analysis.hpp"

namespace tyche {
namespace {

ColumnAnalysis analyze(const Column& column) {
  ColumnAnalysis analysis(column.chains, column.draws);
  analysis.load(column);
  return analysis;
}

}  // namespace

double rhat(const Column& column) { return analyze(column).rhat(); }
double rhat_bulk(const Column& column) { return analyze(column).rhat_bulk(); }
double rhat_folded(const Column& column) { return analyze(column).rhat_folded(); }

double ess_bulk(const Column& column) { return analyze(column).ess_bulk(); }
double ess_tail(const Column& column) {
  const ColumnAnalysis::Sizes sizes = analyze(column).sizes();
  return std::min(sizes.q05, sizes.q95);
}
double ess_mean(const Column& column) { return analyze(column).ess_mean(); }
double ess_sd(const Column& column) { return analyze(column).ess_sd(); }
double ess_quantile(const Column& column, double probability) {
  return analyze(column).ess_quantile(probability);
}

double mcse_mean(const Column& column) { return analyze(column).mcse_mean(); }
double mcse_sd(const Column& column) { return analyze(column).mcse_sd(); }
double mcse_quantile(const Column& column, double probability) {
  return analyze(column).mcse_quantile(probability);
}

double mean(const Column& column) { return analyze(column).mean(); }
double sd(const Column& column) { return analyze(column).sd(); }
double quantile(const Column& column, double probability) {
  return analyze(column).quantile(probability);
}

double e_bfmi(std::span<const double> energy) {
  if (energy.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double n = static_cast<double>(energy.size());
  double changes = 0, deviations = 0;
  // Taken from the first, so that equal energies have exactly their mean.
  double mean = energy[0];
  for (double e : energy) mean += (e - energy[0]) / n;
  for (std::size_t k = 1; k < energy.size(); ++k) {
    changes += (energy[k] - energy[k - 1]) * (energy[k] - energy[k - 1]);
  }
  for (double e : energy) deviations += (e - mean) * (e - mean);
  return changes / deviations;
}

}  // namespace tyche
