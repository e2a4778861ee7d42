#include <algorithm>

#include "tyche/plots/histogram.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr Box panel_box{70, 44, 490, 246};

std::vector<std::string> chain_names(int chains) {
  std::vector<std::string> names;
  for (int chain = 1; chain <= chains; ++chain) names.push_back("chain " + std::to_string(chain));
  return names;
}

}  // namespace

Result<std::string> density(const Draws& draws, std::string_view name) {
  const Result<Column> column = draws.column(name);
  if (!column) return std::unexpected(column.error());
  const std::vector<double> all = pooled(*column);
  const Range range = with_length(central_range(all));
  const Histogram bars = histogram(all, range, bin_count(all, range));
  const double per_count =
      bars.inside > 0 ? 1 / (static_cast<double>(bars.inside) * bars.bin_width()) : 0;
  double top = std::ranges::max(bars.counts) * per_count;
  std::vector<std::vector<Point>> curves;
  for (int chain = 0; chain < column->chains; ++chain) {
    curves.push_back(density_estimate(column->chain(chain), range));
    for (const Point& point : curves.back()) top = std::max(top, point.y);
  }
  const Panel panel{
      .box = panel_box, .x = widened(range, 0.03), .y = {0, top > 0 ? 1.05 * top : 1}};

  Svg svg(580, 340);
  svg.text({panel_box.left, 24}, name, {.size = 15, .bold = true});
  if (column->chains <= 5) {
    draw_legend(svg, {panel_box.right(), 24}, chain_names(column->chains));
  }
  std::string below;
  if (bars.outside > 0) below = std::to_string(bars.outside) + " draws lie outside";
  draw_axes(svg, panel, {.x = below, .y = "density"});
  for (std::size_t k = 0; k < bars.counts.size(); ++k) {
    const double left = range.low + static_cast<double>(k) * bars.bin_width();
    const Point corner = panel.at(left, bars.counts[k] * per_count);
    const double width = panel.at(left + bars.bin_width(), 0).x - corner.x;
    svg.box({corner.x, corner.y, width - 0.5, panel_box.bottom() - corner.y}, {.fill = "#D9E3EC"});
  }
  for (std::size_t chain = 0; chain < curves.size(); ++chain) {
    std::vector<Point> pixels;
    for (const Point& point : curves[chain]) pixels.push_back(panel.at(point.x, point.y));
    if (!pixels.empty()) svg.path(pixels, {.stroke = color_of(chain), .width = 1.6});
  }
  return std::move(svg).str();
}

}  // namespace tyche::plots
