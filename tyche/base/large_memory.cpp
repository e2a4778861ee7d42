#include "tyche/base/large_memory.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace tyche {

void* allocate_large(std::size_t bytes) {
  const std::size_t whole = (bytes + huge_page - 1) / huge_page * huge_page;
  void* const at = std::aligned_alloc(huge_page, whole);
  if (at == nullptr) throw std::bad_alloc();
  // A system that has none goes on with small pages.
  (void)madvise(at, whole, MADV_HUGEPAGE);
  return at;
}

void free_large(void* bytes) { std::free(bytes); }

}  // namespace tyche
