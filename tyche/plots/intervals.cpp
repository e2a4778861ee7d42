#include <algorithm>
#include <cmath>

#include "tyche/plots/axes.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr double row_height = 22, top = 44, panel_width = 460;

// Of text in the font's usual proportions.
double text_width(const std::string& text) { return 6.8 * static_cast<double>(text.size()); }

}  // namespace

std::string intervals(const Summary& summary) {
  std::vector<double> ends;
  double names = 40;
  for (const ScalarSummary& row : summary.scalars) {
    ends.insert(ends.end(), {row.q05, row.q95});
    names = std::max(names, text_width(row.name));
  }
  const double rows = static_cast<double>(summary.scalars.size());
  const Panel panel{.box = {names + 24, top, panel_width, std::max(rows, 1.0) * row_height},
                    .x = widened(range_of(ends), 0.04),
                    .y = {0, 1}};
  Svg svg(panel.box.right() + 20, panel.box.bottom() + 30);
  svg.text({panel.box.left, 24}, "median and 90 % interval", {.size = 15, .bold = true});
  draw_axes(svg, panel, {.y_ticks = false});
  if (panel.x.has(0)) {
    const double zero = panel.at(0, 0).x;
    svg.line({zero, panel.box.top}, {zero, panel.box.bottom()}, {.stroke = "#B0B0B0"});
  }
  double middle = top + row_height / 2;
  for (const ScalarSummary& row : summary.scalars) {
    const std::string_view color = row.rhat >= 1.01 ? alarm_color : color_of(0);
    svg.text({panel.box.left - 10, middle + 4}, row.name, {.anchor = Anchor::end});
    if (std::isfinite(row.q05 + row.q50 + row.q95)) {
      svg.line({panel.at(row.q05, 0).x, middle}, {panel.at(row.q95, 0).x, middle},
               {.stroke = color, .width = 2});
      svg.dots({{panel.at(row.q50, 0).x, middle}}, 4, {.fill = color});
    } else {
      svg.text({panel.box.left + 6, middle + 4}, "not finite", {.size = 11, .color = alarm_color});
    }
    middle += row_height;
  }
  return std::move(svg).str();
}

}  // namespace tyche::plots
