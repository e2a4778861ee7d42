// A heap with four children a node: the calendar of few events, and of those that come soon.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

namespace tyche::simulation {

/// The least item, by a `before(a, b)` found beside its type, is on top.
template <class Item>
class Heap {
 public:
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  const Item& top() const { return items_.front(); }
  const std::vector<Item>& items() const { return items_; }
  void clear() { items_.clear(); }

  void push(const Item& item) {
    std::size_t hole = items_.size();
    items_.push_back(item);
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!before(item, items_[parent])) break;
      items_[hole] = items_[parent];
      hole = parent;
    }
    items_[hole] = item;
  }

  Item pop() {
    const Item least = items_.front();
    const Item last = items_.back();
    items_.pop_back();
    if (!items_.empty()) sink(last);
    return least;
  }

 private:
  /// Puts the item where the top was, below all that come before it.
  void sink(const Item& item) {
    const std::size_t size = items_.size();
    std::size_t hole = 0;
    for (std::size_t child = 1; child < size; child = 4 * hole + 1) {
      const std::size_t end = std::min(child + 4, size);
      std::size_t least = child;
      for (std::size_t k = child + 1; k < end; ++k) {
        if (before(items_[k], items_[least])) least = k;
      }
      if (!before(items_[least], item)) break;
      items_[hole] = items_[least];
      hole = least;
    }
    items_[hole] = item;
  }

  std::vector<Item> items_;
};

}  // namespace tyche::simulation
