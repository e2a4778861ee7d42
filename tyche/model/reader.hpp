// Numbers that are known while recording, read off expressions: literals, data, indices of plates
// and loops, and simple arithmetic of them.
#pragma once
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tyche/base/decimals.hpp"
#include "tyche/ir/value.hpp"
#include "tyche/model/node.hpp"

namespace tyche {

using Known = std::optional<double>;
using Position = std::vector<std::int64_t>;

/// Whether x is a 64-bit integer.
inline bool is_whole(double x) { return std::abs(x) < 0x1p63 && std::trunc(x) == x; }

/// " in element 3", " in element 0, 2"; "" of a scalar.
std::string element_text(const Position& position);

/// Calls f(position) for each index of the shape, last index fastest.
template <class F>
void for_each_position(const Position& shape, const F& f) {
  Position at(shape.size(), 0);
  while (true) {
    f(at);
    std::size_t k = shape.size();
    while (k > 0 && ++at[k - 1] == shape[k - 1]) at[--k] = 0;
    if (k == 0) return;
  }
}

/// Reads elements, at given values of the indices around.
class Reader {
 public:
  Reader(const ir::DataSet& data, std::span<const ir::Value> indices, const Position& around)
      : data_(data), indices_(indices), around_(around) {}

  /// Nothing where the value depends on more.
  Known read(const Node& node, const Position& at) const { return read(node, at, 0); }

 private:
  Known read(const Node& node, const Position& at, int depth) const;
  Known variable(const Node& node, const Position& at) const;
  Known indexed(const Node& node, const Position& at, int depth) const;
  Known operation(const Node& node, const Position& at, int depth) const;

  const ir::DataSet& data_;
  std::span<const ir::Value> indices_;
  const Position& around_;
};

/// The least and the greatest that an element may be, or nothing where a Reader knows nothing.
/// `counts` are those of the plates and loops with these indices.
struct Extent {
  double low, high;
};
std::optional<Extent> extent(const Node& node, const ir::DataSet& data,
                             std::span<const ir::Value> indices,
                             std::span<const std::int64_t> counts);

}  // namespace tyche
