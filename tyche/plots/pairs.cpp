#include <algorithm>
#include <cmath>

#include "tyche/plots/histogram.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr double cell = 150, gap = 12, left = 62, top = 62;
constexpr std::size_t most_dots = 1500;

struct Scalar {
  std::string name;
  std::vector<double> draws;  // of all chains
  Range range;
};

Box box_of(std::size_t row, std::size_t column) {
  return {left + static_cast<double>(column) * (cell + gap),
          top + static_cast<double>(row) * (cell + gap), cell, cell};
}

void draw_diagonal(Svg& svg, const Panel& panel, const Scalar& scalar, bool last) {
  const Histogram bars = histogram(scalar.draws, scalar.range, 24);
  const Panel scaled{.box = panel.box,
                     .x = panel.x,
                     .y = {0, 1.05 * std::max(1.0, std::ranges::max(bars.counts))}};
  draw_axes(svg, scaled, {.x_ticks = last, .y_ticks = false});
  for (std::size_t k = 0; k < bars.counts.size(); ++k) {
    const double from = bars.range.low + static_cast<double>(k) * bars.bin_width();
    const Point corner = scaled.at(from, bars.counts[k]);
    svg.box({corner.x, corner.y, scaled.at(from + bars.bin_width(), 0).x - corner.x - 0.5,
             panel.box.bottom() - corner.y},
            {.fill = "#B8CBDC"});
  }
}

void draw_dots(Svg& svg, const Panel& panel, const Scalar& x, const Scalar& y,
               const std::vector<bool>& divergent) {
  const std::size_t step = std::max<std::size_t>(1, x.draws.size() / most_dots);
  std::vector<Point> quiet, loud;
  for (std::size_t k = 0; k < x.draws.size(); ++k) {
    if (divergent[k] && !std::isnan(x.draws[k] + y.draws[k])) {
      loud.push_back(panel.clamped(x.draws[k], y.draws[k]));
    } else if (k % step == 0 && panel.x.has(x.draws[k]) && panel.y.has(y.draws[k])) {
      quiet.push_back(panel.at(x.draws[k], y.draws[k]));
    }
  }
  svg.dots(quiet, 1.5, {.fill = color_of(0), .opacity = 0.3});
  svg.dots(loud, 2.4, {.fill = alarm_color, .stroke = "#FFFFFF", .width = 0.5});
}

}  // namespace

Result<std::string> pairs(const Draws& draws, const std::vector<std::string>& names) {
  std::vector<Scalar> scalars;
  for (const std::string& name : names) {
    const Result<Column> column = draws.column(name);
    if (!column) return std::unexpected(column.error());
    std::vector<double> all = pooled(*column);
    const Range range = widened(central_range(all), 0.04);
    scalars.push_back({name, std::move(all), range});
  }
  std::vector<bool> divergent(static_cast<std::size_t>(draws.draws()) *
                              static_cast<std::size_t>(draws.chains()));
  if (const std::optional<int> index = draws.find("divergent__")) {
    const std::vector<double> flags = pooled(draws.column(*index));
    for (std::size_t k = 0; k < flags.size(); ++k) divergent[k] = flags[k] > 0;
  }
  const std::size_t n = scalars.size();
  const double side = static_cast<double>(n) * (cell + gap);
  Svg svg(std::max(left + side + 10, 320.0), top + side + 24);
  const auto count = std::ranges::count(divergent, true);
  svg.text({left, 24}, std::to_string(divergent.size()) + " draws", {.size = 13});
  svg.text({left + 100, 24}, std::to_string(count) + " divergent",
           {.size = 13, .color = count > 0 ? alarm_color : quiet_color, .bold = count > 0});
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      const Panel panel{box_of(row, column), scalars[column].range, scalars[row].range};
      const bool last = row + 1 == n;
      if (row == column) {
        draw_diagonal(svg, panel, scalars[row], last);
        svg.text({panel.box.left + cell / 2, panel.box.top - 6}, scalars[row].name,
                 {.size = 13, .anchor = Anchor::middle, .bold = true});
      } else {
        draw_axes(svg, panel, {.x_ticks = last, .y_ticks = column == 0});
        draw_dots(svg, panel, scalars[column], scalars[row], divergent);
      }
    }
  }
  return std::move(svg).str();
}

}  // namespace tyche::plots
