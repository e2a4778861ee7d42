#include <algorithm>
#include <cmath>

#include "tyche/plots/axes.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr Box panel_box{76, 44, 604, 266};

std::optional<Error> length_error(const Line& line) {
  const bool banded = !line.low.empty() || !line.high.empty();
  for (const auto& [name, size] : {std::pair{"y", line.y.size()},
                                   {"low", banded ? line.low.size() : line.x.size()},
                                   {"high", banded ? line.high.size() : line.x.size()}}) {
    if (size == line.x.size()) continue;
    return Error{.where = "line \"" + line.label + "\", " + name,
                 .expected = std::to_string(line.x.size()) + " numbers, as many as x has",
                 .found = std::to_string(size),
                 .remedy = "give each point all of its coordinates"};
  }
  return std::nullopt;
}

// Broken where a coordinate is not finite.
void draw_line(Svg& svg, const Panel& panel, const Line& line, std::string_view color) {
  std::vector<Point> points;
  const auto flush = [&] {
    if (!points.empty()) svg.path(points, {.stroke = color, .width = 1.8});
    points.clear();
  };
  for (std::size_t k = 0; k < line.x.size(); ++k) {
    if (std::isfinite(line.x[k]) && std::isfinite(line.y[k])) {
      points.push_back(panel.at(line.x[k], line.y[k]));
    } else {
      flush();
    }
  }
  flush();
}

void draw_band(Svg& svg, const Panel& panel, const Line& line, std::string_view color) {
  std::vector<Point> outline, back;
  for (std::size_t k = 0; k < line.low.size(); ++k) {
    if (!std::isfinite(line.x[k] + line.low[k] + line.high[k])) continue;
    outline.push_back(panel.at(line.x[k], line.high[k]));
    back.push_back(panel.at(line.x[k], line.low[k]));
  }
  outline.insert(outline.end(), back.rbegin(), back.rend());
  if (!outline.empty()) svg.area(outline, {.fill = color, .opacity = 0.18});
}

}  // namespace

Result<std::string> lines(const std::vector<Line>& lines, const Titles& titles) {
  std::vector<double> xs, ys;
  std::vector<std::string> legend;
  for (const Line& line : lines) {
    if (std::optional<Error> error = length_error(line)) return std::unexpected(*error);
    xs.insert(xs.end(), line.x.begin(), line.x.end());
    for (const std::vector<double>* part : {&line.y, &line.low, &line.high}) {
      ys.insert(ys.end(), part->begin(), part->end());
    }
    legend.push_back(line.label);
  }
  const Panel panel{
      .box = panel_box, .x = widened(range_of(xs), 0), .y = widened(range_of(ys), 0.05)};
  Svg svg(700, 370);
  svg.text({panel_box.left, 24}, titles.title, {.size = 15, .bold = true});
  if (legend.size() > 1) draw_legend(svg, {panel_box.right(), 24}, legend);
  draw_axes(svg, panel, {.x = titles.x, .y = titles.y});
  for (std::size_t k = 0; k < lines.size(); ++k) draw_band(svg, panel, lines[k], color_of(k));
  for (std::size_t k = 0; k < lines.size(); ++k) draw_line(svg, panel, lines[k], color_of(k));
  return std::move(svg).str();
}

}  // namespace tyche::plots
