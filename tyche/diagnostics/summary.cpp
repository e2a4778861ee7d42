#include "tyche/diagnostics/summary.hpp"

#include <algorithm>
#include <cmath>

#include "tyche/diagnostics/column_analysis.hpp"

namespace tyche {
namespace {

// Enough columns that the tables of a ColumnAnalysis are made for nearly nothing.
constexpr std::size_t columns_a_chunk = 32;

ScalarSummary summarize_column(const std::string& name, const Column& column,
                               ColumnAnalysis& analysis) {
  analysis.load(column);
  const ColumnAnalysis::Sizes sizes = analysis.sizes();
  return {.name = name,
          .mean = analysis.mean(),
          .sd = analysis.sd(),
          .mcse_mean = analysis.mcse_mean(sizes.mean),
          .q05 = analysis.quantile(0.05),
          .q50 = analysis.quantile(0.5),
          .q95 = analysis.quantile(0.95),
          .ess_bulk = sizes.bulk,
          .ess_tail = std::min(sizes.q05, sizes.q95),
          .rhat = analysis.rhat()};
}

}  // namespace

const ScalarSummary* Summary::find(std::string_view name) const {
  const auto row = std::ranges::find(scalars, name, &ScalarSummary::name);
  return row == scalars.end() ? nullptr : &*row;
}

Summary summarize(const Draws& draws, const ThreadPool& pool) {
  const std::size_t count = static_cast<std::size_t>(draws.scalars());
  Summary summary{.scalars = std::vector<ScalarSummary>(count),
                  .chains = draws.chains(),
                  .draws = draws.draws(),
                  .all_chains = draws.chains()};
  for (int chain = 0; chain < draws.chains(); ++chain) {
    summary.left_out += draws.draws(chain) - draws.draws();
  }
  pool.parallel_for(count, columns_a_chunk, [&](Chunk chunk) {
    ColumnAnalysis analysis(draws.chains(), draws.draws());
    for (std::size_t k = chunk.begin; k < chunk.end; ++k) {
      summary.scalars[k] =
          summarize_column(draws.names()[k], draws.column(static_cast<int>(k)), analysis);
    }
  });
  return summary;
}

Summary summarize(const Draws& draws, std::span<const int> chains, const ThreadPool& pool) {
  if (static_cast<int>(chains.size()) == draws.chains()) return summarize(draws, pool);
  Summary summary = summarize(of_chains(draws, chains), pool);
  summary.covered.assign(chains.begin(), chains.end());
  summary.all_chains = draws.chains();
  return summary;
}

}  // namespace tyche
