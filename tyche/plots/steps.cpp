#include <algorithm>
#include <cmath>

#include "tyche/base/decimals.hpp"
#include "tyche/plots/axes.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr Box panel_box{76, 44, 596, 266};

std::optional<Error> fault_in(const Steps& line, double end) {
  const auto wrong = [&](std::string place, std::string expected, std::string found,
                         std::string remedy) {
    return Error{"line \"" + line.label + "\", " + place, std::move(expected), std::move(found),
                 std::move(remedy)};
  };
  if (line.times.size() != line.values.size()) {
    return wrong("values", std::to_string(line.times.size()) + " numbers, as many as times",
                 std::to_string(line.values.size()), "give each change a time and a value");
  }
  for (std::size_t k = 0; k < line.times.size(); ++k) {
    const double least = k > 0 ? line.times[k - 1] : line.times[k];
    const std::string place = "change " + std::to_string(k);
    if (!(line.times[k] >= least && line.times[k] <= end) || !std::isfinite(line.times[k])) {
      return wrong(place, "times in order, up to the end at " + decimals(end),
                   decimals(line.times[k]), "sort the changes");
    }
    if (!std::isfinite(line.values[k])) {
      return wrong(place, "a finite value", decimals(line.values[k]), "leave it out");
    }
  }
  return std::nullopt;
}

/// Two corners a change; then of each pixel the first, least, largest and last point alone.
std::vector<Point> outline(const Panel& panel, const Steps& line, double end) {
  std::vector<Point> all;
  for (std::size_t k = 0; k < line.times.size(); ++k) {
    if (k > 0) all.push_back(panel.at(line.times[k], line.values[k - 1]));
    all.push_back(panel.at(line.times[k], line.values[k]));
  }
  if (!all.empty()) all.push_back(panel.at(end, line.values.back()));
  std::vector<Point> kept;
  for (std::size_t first = 0; first < all.size();) {
    const double pixel = std::floor(2 * all[first].x);
    std::size_t last = first;
    while (last < all.size() && std::floor(2 * all[last].x) == pixel) ++last;
    if (last - first <= 4) {
      kept.insert(kept.end(), all.begin() + static_cast<std::ptrdiff_t>(first),
                  all.begin() + static_cast<std::ptrdiff_t>(last));
    } else {
      const auto [low, high] =
          std::minmax_element(all.begin() + static_cast<std::ptrdiff_t>(first),
                              all.begin() + static_cast<std::ptrdiff_t>(last),
                              [](const Point& a, const Point& b) { return a.y < b.y; });
      const double x = all[first].x;
      kept.insert(kept.end(), {all[first], {x, low->y}, {x, high->y}, {x, all[last - 1].y}});
    }
    first = last;
  }
  return kept;
}

}  // namespace

Result<std::string> steps(const std::vector<Steps>& lines, double end, const Titles& titles) {
  std::vector<double> xs = {end}, ys = {0};
  std::vector<std::string> legend;
  for (const Steps& line : lines) {
    if (std::optional<Error> error = fault_in(line, end)) return std::unexpected(*error);
    xs.insert(xs.end(), line.times.begin(), line.times.end());
    ys.insert(ys.end(), line.values.begin(), line.values.end());
    legend.push_back(line.label);
  }
  Panel panel{.box = panel_box, .x = with_length(range_of(xs)), .y = with_length(range_of(ys))};
  if (panel.y.high > 0) panel.y.high += 0.05 * panel.y.length();
  if (panel.y.low < 0) panel.y.low -= 0.05 * panel.y.length();
  Svg svg(700, 370);
  svg.text({panel_box.left, 24}, titles.title, {.size = 15, .bold = true});
  if (legend.size() > 1) draw_legend(svg, {panel_box.right(), 24}, legend);
  draw_axes(svg, panel, {.x = titles.x, .y = titles.y});
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const std::vector<Point> points = outline(panel, lines[k], end);
    if (!points.empty()) svg.path(points, {.stroke = color_of(k), .width = 1.3});
  }
  return std::move(svg).str();
}

}  // namespace tyche::plots
