#include <algorithm>
#include <cmath>

#include "tyche/plots/axes.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr Box panel_box{70, 44, 790, 210};

// Broken where a draw is not finite. Where several draws share a pixel, their least and largest.
void draw_chain(Svg& svg, const Panel& panel, std::span<const double> chain,
                std::string_view color) {
  const Paint paint{.stroke = color, .width = 0.8, .opacity = 0.8};
  const std::size_t stretch =
      std::max<std::size_t>(1, chain.size() / static_cast<std::size_t>(panel.box.width));
  std::vector<Point> points;
  const auto flush = [&] {
    if (!points.empty()) svg.path(points, paint);
    points.clear();
  };
  for (std::size_t first = 0; first < chain.size(); first += stretch) {
    const auto part = chain.subspan(first, std::min(stretch, chain.size() - first));
    if (!std::ranges::all_of(part, [](double x) { return std::isfinite(x); })) {
      flush();
      continue;
    }
    const auto [least, most] = std::ranges::minmax(part);
    const double x = static_cast<double>(first) + 1;
    points.push_back(panel.at(x, least));
    if (stretch > 1) points.push_back(panel.at(x, most));
  }
  flush();
}

}  // namespace

Result<std::string> trace(const Draws& draws, std::string_view name) {
  const Result<Column> column = draws.column(name);
  if (!column) return std::unexpected(column.error());
  const int index = *draws.find(name);
  std::vector<double> all;
  std::vector<std::string> legend;
  std::size_t longest = 1;
  for (int chain = 0; chain < draws.chains(); ++chain) {
    const std::span<const double> values = draws.column(index, chain);
    all.insert(all.end(), values.begin(), values.end());
    longest = std::max(longest, values.size());
    legend.push_back("chain " + std::to_string(chain + 1));
  }
  const Panel panel{.box = panel_box,
                    .x = widened({1, static_cast<double>(longest)}, 0),
                    .y = widened(range_of(all), 0.04)};
  Svg svg(880, 300);
  svg.text({panel_box.left, 24}, name, {.size = 15, .bold = true});
  if (legend.size() <= 8) draw_legend(svg, {panel_box.right(), 24}, legend);
  draw_axes(svg, panel, {.x = "iteration"});
  for (int chain = 0; chain < draws.chains(); ++chain) {
    draw_chain(svg, panel, draws.column(index, chain), color_of(static_cast<std::size_t>(chain)));
  }
  return std::move(svg).str();
}

}  // namespace tyche::plots
