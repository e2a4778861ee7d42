#include "tyche/plots/svg.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace tyche::plots {
namespace {

void escape(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

Svg::Svg(double width, double height) {
  out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"";
  attribute("width", width);
  attribute("height", height);
  out_ += " viewBox=\"0 0 ";
  number(width);
  out_ += ' ';
  number(height);
  out_ += "\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n";
  box({0, 0, width, height}, {.fill = "#ffffff"});
}

void Svg::box(const Box& box, const Paint& paint) {
  out_ += "<rect";
  attribute("x", box.left);
  attribute("y", box.top);
  attribute("width", box.width);
  attribute("height", box.height);
  finish(paint);
}

void Svg::line(Point from, Point to, const Paint& paint) {
  out_ += "<line";
  attribute("x1", from.x);
  attribute("y1", from.y);
  attribute("x2", to.x);
  attribute("y2", to.y);
  finish(paint);
}

void Svg::path(const std::vector<Point>& path, const Paint& paint) {
  out_ += "<polyline stroke-linejoin=\"round\"";
  points(path);
  finish(paint);
}

void Svg::area(const std::vector<Point>& outline, const Paint& paint) {
  out_ += "<polygon";
  points(outline);
  finish(paint);
}

// In a group that says once how they are painted.
void Svg::dots(const std::vector<Point>& centers, double radius, const Paint& paint) {
  if (centers.empty()) return;
  out_ += "<g";
  this->paint(paint);
  out_ += ">\n";
  for (const Point& center : centers) {
    out_ += "<circle";
    attribute("cx", center.x);
    attribute("cy", center.y);
    attribute("r", radius);
    out_ += "/>\n";
  }
  out_ += "</g>\n";
}

void Svg::text(Point at, std::string_view text, const Lettering& lettering) {
  if (text.empty()) return;
  constexpr std::string_view anchors[] = {"start", "middle", "end"};
  out_ += "<text";
  attribute("x", at.x);
  attribute("y", at.y);
  attribute("font-size", lettering.size);
  out_ += " text-anchor=\"";
  out_ += anchors[static_cast<std::size_t>(lettering.anchor)];
  out_ += "\" fill=\"";
  out_ += lettering.color;
  out_ += lettering.bold ? "\" font-weight=\"bold\"" : "\"";
  if (lettering.turned != 0) {
    out_ += " transform=\"rotate(";
    for (double x : {lettering.turned, at.x, at.y}) {
      number(x);
      out_ += ' ';
    }
    out_.back() = ')';
    out_ += '"';
  }
  out_ += '>';
  escape(out_, text);
  out_ += "</text>\n";
}

std::string Svg::str() && { return std::move(out_) + "</svg>\n"; }

// To a tenth of a pixel, which is as fine as anyone can see, and keeps pictures small.
void Svg::number(double x) {
  std::array<char, 400> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::fixed, 1);
  std::string_view digits(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  if (digits.ends_with(".0")) digits.remove_suffix(2);
  out_ += digits;
}

void Svg::attribute(std::string_view name, double value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  number(value);
  out_ += '"';
}

void Svg::points(const std::vector<Point>& points) {
  out_ += " points=\"";
  for (const Point& point : points) {
    number(point.x);
    out_ += ',';
    number(point.y);
    out_ += ' ';
  }
  out_ += '"';
}

void Svg::paint(const Paint& paint) {
  out_ += " fill=\"";
  out_ += paint.fill.empty() ? "none" : paint.fill;
  out_ += '"';
  if (!paint.stroke.empty()) {
    out_ += " stroke=\"";
    out_ += paint.stroke;
    out_ += '"';
    attribute("stroke-width", paint.width);
  }
  if (paint.opacity < 1) {
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), paint.opacity);
    out_ += paint.fill.empty() ? " stroke-opacity=\"" : " fill-opacity=\"";
    out_.append(buffer.data(), end.ptr);
    out_ += '"';
  }
}

void Svg::finish(const Paint& paint) {
  this->paint(paint);
  out_ += "/>\n";
}

}  // namespace tyche::plots
