#include <algorithm>
#include <cmath>

#include "tyche/plots/axes.hpp"
#include "tyche/plots/histogram.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr Box panel_box{70, 44, 490, 246};

void draw_mean(Svg& svg, const Panel& panel, const Marked& mean) {
  const Point low = panel.clamped(mean.low, panel.y.high), high = panel.clamped(mean.high, 0);
  svg.box({low.x, low.y, std::max(high.x - low.x, 1.0), panel.box.height},
          {.fill = color_of(1), .opacity = 0.3});
  const double x = panel.clamped(mean.middle, 0).x;
  svg.line({x, panel.box.top}, {x, panel.box.bottom()}, {.stroke = color_of(0), .width = 1.8});
}

}  // namespace

Result<std::string> histogram_with_mean(const Draws& draws, std::string_view name,
                                        const Marked& mean) {
  const Result<Column> column = draws.column(name);
  if (!column) return std::unexpected(column.error());
  const std::vector<double> all = pooled(*column);
  const Range range = with_length(central_range(all));
  const Histogram bars = histogram(all, range, bin_count(all, range));
  const double most = std::max(1.0, std::ranges::max(bars.counts));
  const Panel panel{.box = panel_box, .x = widened(range, 0.03), .y = {0, 1.05 * most}};
  Svg svg(580, 340);
  svg.text({panel_box.left, 24}, name, {.size = 15, .bold = true});
  std::string below = std::to_string(bars.inside) + " values";
  if (bars.outside > 0) below += ", " + std::to_string(bars.outside) + " outside";
  const bool marked = std::isfinite(mean.low + mean.middle + mean.high);
  if (marked) below += "; the line is their mean, the band its interval";
  draw_axes(svg, panel, {.x = below, .y = "count"});
  for (std::size_t k = 0; k < bars.counts.size(); ++k) {
    const double left = range.low + static_cast<double>(k) * bars.bin_width();
    const Point corner = panel.at(left, bars.counts[k]);
    const double width = panel.at(left + bars.bin_width(), 0).x - corner.x;
    svg.box({corner.x, corner.y, width - 0.5, panel_box.bottom() - corner.y}, {.fill = "#C3D3E2"});
  }
  if (marked) draw_mean(svg, panel, mean);
  return std::move(svg).str();
}

}  // namespace tyche::plots
