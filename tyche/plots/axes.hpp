// Axes: from numbers to pixels, ticks at round numbers, and the frame around a panel.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tyche/plots/svg.hpp"

namespace tyche::plots {

/// Of chain or series k: Okabe and Ito's palette, which colour-blind readers can tell apart,
/// without its yellow (too light on white) and its vermilion (kept for what is wrong).
std::string_view color_of(std::size_t k);
inline constexpr std::string_view alarm_color = "#D55E00";
inline constexpr std::string_view quiet_color = "#8A8A8A";

/// A closed interval of an axis.
struct Range {
  double low, high;
  double length() const { return high - low; }
  bool has(double x) const { return low <= x && x <= high; }
};

/// The least range with all finite numbers in it; [0, 1] if there is none.
Range range_of(std::span<const double> values);
/// The range itself, or one around it if it has next to no length.
Range with_length(Range range);
/// with_length, and wider by a share of that on either side.
Range widened(Range range, double share);
/// The range without far outliers: not beyond the 1 % and 99 % quantiles by more than a
/// third or so of the distance between the two: of normal draws, four sd either way.
Range central_range(std::span<const double> values);

/// About `count` round numbers inside the range, 1, 2 or 5 times a power of ten apart.
std::vector<double> ticks(Range range, int count);
/// As few digits as tell ticks `step` apart.
std::string tick_label(double x, double step);

/// A rectangle of the picture with its two axes.
struct Panel {
  Box box;
  Range x, y;

  Point at(double px, double py) const;
  Point clamped(double px, double py) const;
};

struct AxisText {
  std::string_view x = {};
  std::string_view y = {};
  bool x_ticks = true;
  bool y_ticks = true;
};

/// Light grid lines, the lines left and below, tick labels, and what the axes are.
void draw_axes(Svg& svg, const Panel& panel, const AxisText& text);

/// A row of coloured names from the right end of a line at `y`.
void draw_legend(Svg& svg, Point right_end, const std::vector<std::string>& names);

}  // namespace tyche::plots
