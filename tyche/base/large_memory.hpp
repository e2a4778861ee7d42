// Memory for what is large and written once, in pages of which few are needed.
#pragma once
#include <cstddef>
#include <memory>
#include <type_traits>

namespace tyche {

/// 2 MB on the machines that have huge pages at all.
inline constexpr std::size_t huge_page = std::size_t{1} << 21;

/// `bytes`, at least a huge page of them, with a hint to the system that they are to lie in huge
/// pages. Not zeroed. Throws std::bad_alloc.
void* allocate_large(std::size_t bytes);
void free_large(void* bytes);

/// Of numbers that are left as they are found until they are written.
template <class T>
struct LargeAllocator {
  using value_type = T;
  static_assert(std::is_trivially_default_constructible_v<T>);

  LargeAllocator() = default;
  template <class U>
  explicit LargeAllocator(const LargeAllocator<U>&) {}

  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    return bytes < huge_page ? std::allocator<T>().allocate(n)
                             : static_cast<T*>(allocate_large(bytes));
  }
  void deallocate(T* at, std::size_t n) {
    n * sizeof(T) < huge_page ? std::allocator<T>().deallocate(at, n) : free_large(at);
  }
  template <class U>
  void construct(U* at) {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class V>
  void construct(U* at, V&& value) {
    ::new (static_cast<void*>(at)) U(static_cast<V&&>(value));
  }
  friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }
};

}  // namespace tyche
