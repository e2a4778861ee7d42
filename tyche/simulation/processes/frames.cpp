#include "tyche/simulation/processes/frames.hpp"

#include <algorithm>

namespace tyche::simulation {

FramePool::~FramePool() {
  for (const Slab& slab : slabs_) ::operator delete(slab.memory, std::align_val_t(step));
}

void FramePool::grow(std::size_t index) {
  constexpr std::size_t least_bytes = 8 << 10, most_bytes = 4 << 20;
  if (index >= classes_.size()) classes_.resize(index + 1);
  Class& sizes = classes_[index];
  const std::size_t bytes = bytes_of(index);
  const std::size_t wanted = std::clamp(sizes.blocks * bytes, least_bytes, most_bytes);
  const std::size_t blocks = std::max<std::size_t>(1, wanted / bytes);
  slabs_.reserve(slabs_.size() + 1);
  auto* memory = static_cast<std::byte*>(::operator new(blocks * bytes, std::align_val_t(step)));
  slabs_.push_back({memory, bytes, blocks});
  sizes.blocks += blocks;
  for (std::size_t k = blocks; k-- > 0;) {
    auto* state = ::new (memory + k * bytes) ProcessState;
    state->pool = static_cast<std::uint16_t>(index);
    give(*state);
  }
}

}  // namespace tyche::simulation
