#include "tyche/model/reader.hpp"

#include <algorithm>
#include <array>

namespace tyche {

using ir::Op;
using ir::Value;

namespace {

/// Expressions deeper than this are not known.
constexpr int deepest = 50;

double element_of(const ir::Array& array, const Position& at) {
  const auto k = std::size_t(storage_offset(array.type, at));
  return array.reals.empty() ? double(array.integers[k]) : array.reals[k];
}

const ir::Array* data_of(const Node& node, const ir::DataSet& data) {
  const auto found = data.find(node.name);
  return node.reads_data && found != data.end() ? &found->second : nullptr;
}

}  // namespace

std::string element_text(const Position& position) {
  std::string all;
  for (std::int64_t i : position) all += (all.empty() ? "" : ", ") + std::to_string(i);
  return all.empty() ? "" : " in element " + all;
}

Known Reader::read(const Node& node, const Position& at, int depth) const {
  using enum Node::Form;
  if (depth > deepest) return {};
  if (node.indexed) return indexed(node, at, depth);
  switch (node.form) {
    case number:
      return node.number;
    case host:
      return element_of(*node.host, at);
    case value:
      return variable(node, at);
    case computed:
      return operation(node, at, depth);
    default:
      return {};
  }
}

Known Reader::variable(const Node& node, const Position& at) const {
  const auto index = std::ranges::find(indices_, node.value);
  if (index != indices_.end()) return double(around_[std::size_t(index - indices_.begin())]);
  const ir::Array* array = data_of(node, data_);
  return array ? Known(element_of(*array, at)) : Known();
}

Known Reader::indexed(const Node& node, const Position& at, int depth) const {
  const Node& from = *node.inputs[0];
  const Node& index = *node.inputs[1];
  const auto rest = at.begin() + std::ptrdiff_t(index.shape.size());
  const Known i = read(index, {at.begin(), rest}, depth + 1);
  if (!i || *i < 0 || *i >= double(from.shape[0])) return {};
  Position inner{std::int64_t(*i)};
  inner.insert(inner.end(), rest, at.end());
  return read(from, inner, depth + 1);
}

Known Reader::operation(const Node& node, const Position& at, int depth) const {
  std::array<double, 2> x{};
  if (!node.op || node.inputs.size() > x.size()) return {};
  for (std::size_t k = 0; k < node.inputs.size(); ++k) {
    const Node& input = *node.inputs[k];
    const Known known = read(input, input.shape.empty() ? Position() : at, depth + 1);
    if (!known) return {};
    x[k] = *known;
  }
  switch (*node.op) {
    case Op::to_real:
      return x[0];
    case Op::neg:
      return -x[0];
    case Op::add:
      return x[0] + x[1];
    case Op::sub:
      return x[0] - x[1];
    case Op::mul:
      return x[0] * x[1];
    case Op::div:
      return node.kind == ir::Kind::real ? Known(x[0] / x[1]) : Known();
    default:
      return {};
  }
}

namespace {

Extent extent_of(const ir::Array& array) {
  const auto of = [](const auto& numbers) {
    const auto [low, high] = std::ranges::minmax(numbers);
    return Extent{double(low), double(high)};
  };
  return array.reals.empty() ? of(array.integers) : of(array.reals);
}

struct Extents {
  const ir::DataSet& data;
  std::span<const Value> indices;
  std::span<const std::int64_t> counts;

  std::optional<Extent> of(const Node& node, int depth) const {
    using enum Node::Form;
    if (depth > deepest) return {};
    if (node.indexed) {
      return of(*node.inputs[1], depth + 1) ? of(*node.inputs[0], depth + 1) : std::nullopt;
    }
    switch (node.form) {
      case number:
        return Extent{node.number, node.number};
      case host:
        return extent_of(*node.host);
      case value:
        return of_variable(node);
      case computed:
        return of_operation(node, depth);
      default:
        return {};
    }
  }

  std::optional<Extent> of_variable(const Node& node) const {
    const auto index = std::ranges::find(indices, node.value);
    if (index != indices.end()) {
      return Extent{0, double(counts[std::size_t(index - indices.begin())] - 1)};
    }
    const ir::Array* array = data_of(node, data);
    return array ? std::optional(extent_of(*array)) : std::nullopt;
  }

  std::optional<Extent> of_operation(const Node& node, int depth) const {
    std::array<Extent, 2> x{};
    if (!node.op || node.inputs.size() > x.size()) return {};
    for (std::size_t k = 0; k < node.inputs.size(); ++k) {
      const auto known = of(*node.inputs[k], depth + 1);
      if (!known) return {};
      x[k] = *known;
    }
    switch (*node.op) {
      case Op::neg:
        return Extent{-x[0].high, -x[0].low};
      case Op::add:
        return Extent{x[0].low + x[1].low, x[0].high + x[1].high};
      case Op::sub:
        return Extent{x[0].low - x[1].high, x[0].high - x[1].low};
      case Op::mul: {
        const auto [low, high] = std::ranges::minmax({x[0].low * x[1].low, x[0].low * x[1].high,
                                                      x[0].high * x[1].low, x[0].high * x[1].high});
        return Extent{low, high};
      }
      default:
        return {};
    }
  }
};

}  // namespace

std::optional<Extent> extent(const Node& node, const ir::DataSet& data,
                             std::span<const Value> indices, std::span<const std::int64_t> counts) {
  return Extents{data, indices, counts}.of(node, 0);
}

}  // namespace tyche
