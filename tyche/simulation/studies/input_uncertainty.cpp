#include "tyche/simulation/studies/input_uncertainty.hpp"

#include <algorithm>

#include "tyche/diagnostics/beta_quantile.hpp"
#include "tyche/simulation/studies/interval.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {
namespace {

struct MeanSquares {
  double between = 0, within = 0;
  std::uint32_t draws = 0;
};

/// Of the draws all of whose `per_draw` units were made.
MeanSquares mean_squares(const BlockMeans& units, std::uint32_t per_draw) {
  Tally draw_means;
  double within = 0;
  for (std::size_t first = 0; first < units.means.size();) {
    const std::uint32_t draw = units.numbers[first] / per_draw;
    Tally one;
    std::size_t last = first;
    for (; last < units.means.size() && units.numbers[last] / per_draw == draw; ++last) {
      one.add(units.means[last]);
    }
    if (one.count() == per_draw) {
      draw_means.add(one.mean());
      within += one.variance();
    }
    first = last;
  }
  const auto draws = static_cast<double>(draw_means.count());
  return {.between = per_draw * draw_means.variance(),
          .within = within / draws,
          .draws = static_cast<std::uint32_t>(draw_means.count())};
}

/// The share at which the ratio of mean squares, over this quantile of its law, would be 1.
double share_at(double ratio, double quantile, double per_draw) {
  const double scaled = ratio / quantile;
  return std::clamp((scaled - 1) / (scaled + per_draw - 1), 0.0, 1.0);
}

}  // namespace

Result<InputShare> input_share(const Study& study, std::string_view response) {
  const Result<int> column = find_response(study, response);
  if (!column) return std::unexpected(column.error());
  const std::uint32_t unit = study.antithetic ? 2 : 1;
  const std::uint32_t per_draw = study.per_draw();
  if (per_draw < 2) {
    return std::unexpected(Error{"per_draw", "2 or more replications to each draw of the inputs",
                                 std::to_string(per_draw),
                                 "with one of each, what is luck and what is input cannot be told "
                                 "apart: replicate with `inputs` and a larger `per_draw`"});
  }
  const MeanSquares squares = mean_squares(block_means(study, *column, unit), per_draw);
  if (squares.draws < 2) {
    return std::unexpected(Error{"replications", "2 or more draws of the inputs",
                                 std::to_string(squares.draws) + " with all replications made",
                                 "make more replications"});
  }
  if (!(squares.within > 0)) {
    return std::unexpected(Error{"response \"" + std::string(response) + '"',
                                 "replications of a draw that differ", "none that do",
                                 "it has no luck in it: all of its variance is the inputs'"});
  }
  const double above = squares.draws - 1.0;
  const double below = (above + 1) * (per_draw - 1.0);
  const double ratio = squares.between / squares.within, tail = (1 - study.level) / 2;
  InputShare out{.response = std::string(response), .draws = squares.draws, .per_draw = per_draw};
  out.input_variance = (squares.between - squares.within) / per_draw;
  out.simulation_variance = squares.within;
  out.share = out.input_variance / (out.input_variance + out.simulation_variance);
  out.share_of_draw_means = out.input_variance * per_draw / squares.between;
  out.low = share_at(ratio, fisher_quantile(1 - tail, above, below), per_draw);
  out.high = share_at(ratio, fisher_quantile(tail, above, below), per_draw);
  out.level = study.level;
  out.p_value = beta_cdf(below / (below + above * ratio), below / 2, above / 2);
  return out;
}

}  // namespace tyche::simulation
