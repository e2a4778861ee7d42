#include <algorithm>
#include <cmath>

#include "tyche/base/decimals.hpp"
#include "tyche/plots/axes.hpp"
#include "tyche/plots/plots.hpp"

namespace tyche::plots {
namespace {

constexpr double row_height = 26, bar_height = 16, top = 58, panel_width = 560;

// Of text in the font's usual proportions.
double text_width(const std::string& text) { return 6.8 * static_cast<double>(text.size()); }

std::optional<Error> fault_in(const std::vector<BarRow>& rows) {
  for (const BarRow& row : rows) {
    for (const Bar& bar : row.bars) {
      if (bar.from <= bar.to && std::isfinite(bar.from) && std::isfinite(bar.to)) continue;
      return Error{.where = "row \"" + row.label + "\", \"" + bar.what + '"',
                   .expected = "finite times, the end not before the beginning",
                   .found = decimals(bar.from) + " to " + decimals(bar.to),
                   .remedy = "end what still goes on at the time of the picture's end"};
    }
  }
  return std::nullopt;
}

// What is done, in order of appearance; what alarms has a colour of its own.
std::vector<std::string> deeds(const std::vector<BarRow>& rows, bool alarm) {
  std::vector<std::string> names;
  for (const BarRow& row : rows) {
    for (const Bar& bar : row.bars) {
      const bool known = std::ranges::find(names, bar.what) != names.end();
      if (bar.alarm == alarm && !known) names.push_back(bar.what);
    }
  }
  return names;
}

std::string_view color_of_deed(const Bar& bar, const std::vector<std::string>& names) {
  if (bar.alarm) return alarm_color;
  return color_of(static_cast<std::size_t>(std::ranges::find(names, bar.what) - names.begin()));
}

void draw_names(Svg& svg, const Box& box, const std::vector<std::string>& calm,
                const std::vector<std::string>& alarming) {
  double x = box.left;
  const auto draw = [&](const std::string& name, std::string_view color) {
    if (name.empty() || x + 18 + text_width(name) > box.right()) return;
    svg.box({x, top - 20, 11, 11}, {.fill = color});
    svg.text({x + 16, top - 11}, name, {.size = 11});
    x += 32 + text_width(name);
  };
  for (std::size_t k = 0; k < calm.size(); ++k) draw(calm[k], color_of(k));
  for (const std::string& name : alarming) draw(name, alarm_color);
}

// What is shorter than a pixel is still seen, but of many in one place only the first and those
// that alarm.
void draw_bars(Svg& svg, const Panel& panel, const BarRow& row, double middle,
               const std::vector<std::string>& names) {
  constexpr double least = 0.5;
  double painted = -HUGE_VAL;
  for (const Bar& bar : row.bars) {
    const double left = panel.at(bar.from, 0).x;
    const double right = std::max(panel.at(bar.to, 0).x - least, left + least);
    if (right - left <= least && right < painted + least && !bar.alarm) continue;
    svg.box({left, middle - bar_height / 2, right - left, bar_height},
            {.fill = color_of_deed(bar, names)});
    painted = std::max(painted, right);
  }
}

}  // namespace

Result<std::string> gantt(const std::vector<BarRow>& rows, const Titles& titles) {
  if (std::optional<Error> error = fault_in(rows)) return std::unexpected(*error);
  std::vector<double> ends;
  double labels = 40;
  for (const BarRow& row : rows) {
    labels = std::max(labels, text_width(row.label));
    for (const Bar& bar : row.bars) ends.insert(ends.end(), {bar.from, bar.to});
  }
  const double height = std::max(static_cast<double>(rows.size()), 1.0) * row_height;
  const Panel panel{.box = {labels + 24, top, panel_width, height},
                    .x = with_length(range_of(ends)),
                    .y = {0, 1}};
  const std::vector<std::string> names = deeds(rows, false);
  Svg svg(panel.box.right() + 20, panel.box.bottom() + 46);
  svg.text({panel.box.left, 24}, titles.title, {.size = 15, .bold = true});
  draw_names(svg, panel.box, names, deeds(rows, true));
  draw_axes(svg, panel, {.x = titles.x, .y_ticks = false});
  double middle = top + row_height / 2;
  for (const BarRow& row : rows) {
    svg.text({panel.box.left - 10, middle + 4}, row.label, {.anchor = Anchor::end});
    draw_bars(svg, panel, row, middle, names);
    middle += row_height;
  }
  return std::move(svg).str();
}

}  // namespace tyche::plots
