#include "tyche/plots/axes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace tyche::plots {
namespace {

constexpr std::array<std::string_view, 6> palette = {"#0072B2", "#E69F00", "#009E73",
                                                     "#CC79A7", "#56B4E9", "#444444"};

double tick_step(Range range, int count) {
  const double raw = range.length() / count;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= 0.7 * raw) return factor * power;
  }
  return 10 * power;
}

// A label of about this many pixels has its room.
int ticks_across(const Panel& panel) { return std::max(3, static_cast<int>(panel.box.width / 80)); }
int ticks_up(const Panel& panel) { return std::max(3, static_cast<int>(panel.box.height / 45)); }

}  // namespace

std::string_view color_of(std::size_t k) { return palette[k % palette.size()]; }

Range range_of(std::span<const double> values) {
  Range range{HUGE_VAL, -HUGE_VAL};
  for (double x : values) {
    if (!std::isfinite(x)) continue;
    range.low = std::min(range.low, x);
    range.high = std::max(range.high, x);
  }
  return range.low <= range.high ? range : Range{0, 1};
}

Range with_length(Range range) {
  const double size = std::max(std::abs(range.low), std::abs(range.high));
  if (range.length() > 1e-9 * size) return range;
  const double room = size > 0 ? 0.1 * size : 1;
  return {range.low - room, range.high + room};
}

Range widened(Range given, double share) {
  const Range range = with_length(given);
  return {range.low - share * range.length(), range.high + share * range.length()};
}

Range central_range(std::span<const double> values) {
  std::vector<double> finite;
  std::ranges::copy_if(values, std::back_inserter(finite),
                       [](double x) { return std::isfinite(x); });
  if (finite.empty()) return {0, 1};
  std::ranges::sort(finite);
  const double last = static_cast<double>(finite.size() - 1);
  const double low = finite[static_cast<std::size_t>(0.01 * last)];
  const double high = finite[static_cast<std::size_t>(std::ceil(0.99 * last))];
  const double room = 0.35 * (high - low);
  return {std::max(finite.front(), low - room), std::min(finite.back(), high + room)};
}

std::vector<double> ticks(Range range, int count) {
  const double step = tick_step(range, count);
  std::vector<double> out;
  for (double k = std::ceil(range.low / step); k * step <= range.high + 1e-9 * step; ++k) {
    out.push_back(k * step);
  }
  return out;
}

std::string tick_label(double x, double step) {
  if (std::abs(x) < 1e-9 * step) return "0";
  const double size = std::max(std::abs(x), step);
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  std::array<char, 64> buffer;
  if (size < 1e7 && decimals <= 4) {
    std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, x);
  } else {
    const int digits =
        static_cast<int>(std::floor(std::log10(size)) - std::floor(std::log10(step)));
    std::snprintf(buffer.data(), buffer.size(), "%.*e", std::clamp(digits, 0, 12), x);
  }
  std::string text = buffer.data();
  if (text.starts_with('-')) text.replace(0, 1, "\u2212");
  return text;
}

Point Panel::at(double px, double py) const {
  return {box.left + (px - x.low) / x.length() * box.width,
          box.bottom() - (py - y.low) / y.length() * box.height};
}

Point Panel::clamped(double px, double py) const {
  return at(std::clamp(px, x.low, x.high), std::clamp(py, y.low, y.high));
}

void draw_axes(Svg& svg, const Panel& panel, const AxisText& text) {
  const Paint grid{.stroke = "#E8E8E8"}, rule{.stroke = "#999999"};
  const Box& box = panel.box;
  if (text.x_ticks) {
    const int count = ticks_across(panel);
    double free_from = -HUGE_VAL;  // where the label before ends
    for (double x : ticks(panel.x, count)) {
      const double left = panel.at(x, panel.y.low).x;
      svg.line({left, box.top}, {left, box.bottom()}, grid);
      const std::string label = tick_label(x, tick_step(panel.x, count));
      const double half_width = 3.5 * static_cast<double>(label.size());
      if (left - half_width < free_from) continue;
      svg.text({left, box.bottom() + 16}, label, {.size = 11, .anchor = Anchor::middle});
      free_from = left + half_width + 6;
    }
  }
  if (text.y_ticks) {
    const int count = ticks_up(panel);
    for (double y : ticks(panel.y, count)) {
      const double top = panel.at(panel.x.low, y).y;
      svg.line({box.left, top}, {box.right(), top}, grid);
      svg.text({box.left - 6, top + 4}, tick_label(y, tick_step(panel.y, count)),
               {.size = 11, .anchor = Anchor::end});
    }
    svg.line({box.left, box.top}, {box.left, box.bottom()}, rule);
  }
  svg.line({box.left, box.bottom()}, {box.right(), box.bottom()}, rule);
  const double middle = box.left + box.width / 2;
  svg.text({middle, box.bottom() + 34}, text.x, {.size = 12, .anchor = Anchor::middle});
  const Point side{box.left - 46, box.top + box.height / 2};
  svg.text(side, text.y, {.size = 12, .anchor = Anchor::middle, .turned = -90});
}

void draw_legend(Svg& svg, Point right_end, const std::vector<std::string>& names) {
  double x = right_end.x;
  for (std::size_t k = names.size(); k-- > 0;) {
    svg.text({x, right_end.y}, names[k], {.size = 11, .anchor = Anchor::end});
    x -= 6.2 * static_cast<double>(names[k].size()) + 6;
    svg.line({x - 14, right_end.y - 4}, {x, right_end.y - 4}, {.stroke = color_of(k), .width = 3});
    x -= 28;
  }
}

}  // namespace tyche::plots
