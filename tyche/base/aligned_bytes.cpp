#include "tyche/base/aligned_bytes.hpp"

#include <cstring>
#include <new>

namespace tyche {

AlignedBytes::AlignedBytes(std::size_t size) {
  const std::size_t whole = (size + 63) / 64 * 64;
  bytes_.reset(std::aligned_alloc(64, whole));
  if (!bytes_) throw std::bad_alloc();
  std::memset(bytes_.get(), 0, whole);
}

}  // namespace tyche
