// Memory for kernels, which allocate none themselves.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <memory>

namespace tyche {

/// Zeros at a multiple of 64 bytes.
class AlignedBytes {
 public:
  /// Throws std::bad_alloc.
  explicit AlignedBytes(std::size_t size);
  void* data() const { return bytes_.get(); }
  double* reals() const { return static_cast<double*>(data()); }

 private:
  struct Free {
    void operator()(void* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<void, Free> bytes_;
};

}  // namespace tyche
