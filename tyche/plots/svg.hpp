// An SVG picture under construction: shapes in pixels, the origin at the top left.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tyche::plots {

struct Point {
  double x, y;
};
struct Box {
  double left, top, width, height;
  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

/// An empty colour paints nothing. The opacity is that of the fill, or of the stroke where there is
/// no fill.
struct Paint {
  std::string_view fill = {};
  std::string_view stroke = {};
  double width = 1;
  double opacity = 1;
};

enum class Anchor { start, middle, end };
struct Lettering {
  double size = 12;
  Anchor anchor = Anchor::start;
  std::string_view color = "#333333";
  bool bold = false;
  double turned = 0;  // degrees clockwise about its place
};

class Svg {
 public:
  Svg(double width, double height);

  void box(const Box& box, const Paint& paint);
  void line(Point from, Point to, const Paint& paint);
  void path(const std::vector<Point>& points, const Paint& paint);
  void area(const std::vector<Point>& points, const Paint& paint);
  void dots(const std::vector<Point>& centers, double radius, const Paint& paint);
  void text(Point at, std::string_view text, const Lettering& lettering);

  /// The finished document.
  std::string str() &&;

 private:
  void number(double x);
  void attribute(std::string_view name, double value);
  void points(const std::vector<Point>& points);
  void paint(const Paint& paint);
  void finish(const Paint& paint);

  std::string out_;
};

}  // namespace tyche::plots
