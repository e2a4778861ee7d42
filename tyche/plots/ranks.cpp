#include <algorithm>
#include <cmath>

#include "tyche/diagnostics/sorting.hpp"
#include "tyche/plots/histogram.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr int bins = 20;
constexpr double row_height = 74, row_gap = 14, left = 70, width = 490, top = 44;

// [chain][draw], counted from one, ties averaged; empty if a draw is NaN.
std::vector<double> ranks_of(const Column& column) {
  std::vector<double> values = pooled(column);
  if (std::ranges::any_of(values, [](double x) { return std::isnan(x); })) return {};
  Sorter sorter;
  const std::span<const Sorted> sorted = sorter.sort(values);
  for_each_tie(sorted, [&](std::size_t first, std::size_t last, std::size_t twice_rank) {
    for (std::size_t k = first; k < last; ++k) {
      values[sorted[k].index] = static_cast<double>(twice_rank) / 2;
    }
  });
  return values;
}

}  // namespace

Result<std::string> ranks(const Draws& draws, std::string_view name) {
  const Result<Column> column = draws.column(name);
  if (!column) return std::unexpected(column.error());
  const std::vector<double> all = ranks_of(*column);
  const int rows = column->chains;
  Svg svg(580, top + rows * (row_height + row_gap) + 34);
  svg.text({left, 24}, std::string(name) + ": ranks by chain", {.size = 15, .bold = true});
  if (all.empty()) {
    svg.text({left, top + 20}, "some draws are NaN: they have no ranks", {.color = alarm_color});
    return std::move(svg).str();
  }
  const double n = column->draws, total = static_cast<double>(all.size());
  const double expected = n / bins;
  // A bar counts draws without replacement: a binomial's variance, less what the other chains hold.
  const double share = total > n ? (total - n) / total : 0;
  const double band = 1.645 * std::sqrt(expected * (1 - 1.0 / bins) * share);
  for (int chain = 0; chain < rows; ++chain) {
    const Histogram bars =
        histogram(std::span(all).subspan(static_cast<std::size_t>(chain * column->draws),
                                         static_cast<std::size_t>(column->draws)),
                  {0.5, total + 0.5}, bins);
    const Panel panel{.box = {left, top + chain * (row_height + row_gap), width, row_height},
                      .x = bars.range,
                      .y = {0, std::max(2 * expected, 1.05 * std::ranges::max(bars.counts))}};
    draw_axes(svg, panel,
              {.x = chain + 1 == rows ? "rank among all draws" : "",
               .x_ticks = chain + 1 == rows,
               .y_ticks = false});
    svg.text({left - 8, panel.box.top + row_height / 2 + 4}, "chain " + std::to_string(chain + 1),
             {.size = 11, .anchor = Anchor::end});
    for (std::size_t k = 0; k < bars.counts.size(); ++k) {
      const double from = bars.range.low + static_cast<double>(k) * bars.bin_width();
      const Point corner = panel.at(from, bars.counts[k]);
      svg.box({corner.x, corner.y, panel.at(from + bars.bin_width(), 0).x - corner.x - 1,
               panel.box.bottom() - corner.y},
              {.fill = color_of(static_cast<std::size_t>(chain)), .opacity = 0.75});
    }
    const double high = panel.clamped(0.5, expected + band).y;
    const double low = panel.clamped(0.5, expected - band).y;
    svg.box({left, high, width, low - high}, {.fill = "#000000", .opacity = 0.12});
    const double middle = panel.at(0.5, expected).y;
    svg.line({left, middle}, {left + width, middle}, {.stroke = "#333333", .width = 0.8});
  }
  return std::move(svg).str();
}

}  // namespace tyche::plots
