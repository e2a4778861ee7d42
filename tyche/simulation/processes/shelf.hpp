// A sequence that grows at its end and shrinks anywhere, cheaply at its beginning.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace tyche::simulation {

/// It allocates only while it grows beyond its largest size.
template <class T>
class Shelf {
 public:
  std::size_t size() const { return items_.size() - first_; }
  auto begin() const { return items_.begin() + std::ptrdiff_t(first_); }
  auto end() const { return items_.end(); }

  void insert(std::size_t at, T&& item) {
    if (items_.size() == items_.capacity() && first_ >= items_.size() / 2) compact();
    items_.insert(begin() + std::ptrdiff_t(at), std::move(item));
  }
  T take(std::size_t at) {
    T& place = items_[first_ + at];
    T item = std::move(place);
    if (at > 0) {
      items_.erase(begin() + std::ptrdiff_t(at));
    } else if (++first_ == items_.size()) {
      compact();
    }
    return item;
  }

 private:
  void compact() {
    items_.erase(items_.begin(), begin());
    first_ = 0;
  }

  std::vector<T> items_;
  std::size_t first_ = 0;  // what lies before has been taken
};

}  // namespace tyche::simulation
