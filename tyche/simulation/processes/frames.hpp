// Where processes live: blocks of memory, each a process's state followed by its coroutine's frame.
#pragma once
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "tyche/simulation/processes/wait.hpp"

namespace tyche::simulation {

/// What the environment knows of a process. A state lasts as long as its pool, from one process to
/// the next: so a resumption of a process that is gone is told by its order alone.
struct ProcessState {
  enum Phase : std::uint8_t { free, made, alive, ended, going, gone };
  static constexpr std::uint64_t nothing = 0;

  std::uint64_t due = nothing;  // order of the one resumption that counts
  Environment* environment = nullptr;
  WaitList joiners;         // who waits for its end
  Timer* timers = nullptr;  // of groups, and interrupts
  std::uint64_t number = 0;
  std::uint32_t handles = 0;  // that keep what it returned
  std::uint16_t pool = 0;     // its size class
  Phase phase = free;

  std::coroutine_handle<> frame() {
    return std::coroutine_handle<>::from_address(reinterpret_cast<std::byte*>(this) +
                                                 sizeof(ProcessState));
  }
  static ProcessState& of(std::coroutine_handle<> frame) {
    void* address = frame.address();
    // To a compiler a frame that it lays out is an object with nothing before it.
    asm("" : "+r"(address));
    return *reinterpret_cast<ProcessState*>(static_cast<std::byte*>(address) -
                                            sizeof(ProcessState));
  }
};
static_assert(sizeof(ProcessState) == 48, "frames follow it and are aligned to 16 bytes");

/// Blocks by size; none goes back to the system before the pool ends.
class FramePool {
 public:
  FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;
  ~FramePool();

  /// A state with room for a frame of so many bytes.
  ProcessState& take(std::size_t frame_bytes) {
    const std::size_t index = class_of(sizeof(ProcessState) + frame_bytes);
    if (index >= classes_.size() || classes_[index].free == nullptr) grow(index);
    Class& sizes = classes_[index];
    ProcessState& state = *sizes.free;
    sizes.free = *link(state);
    return state;
  }
  void give(ProcessState& state) {
    ::new (link(state)) ProcessState*(classes_[state.pool].free);
    classes_[state.pool].free = &state;
  }

  /// Every state there is, in the order in which memory was taken; those that `visit` makes too.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t at = 0; at < slabs_.size(); ++at) {
      const Slab slab = slabs_[at];
      for (std::size_t k = 0; k < slab.blocks; ++k) {
        visit(*reinterpret_cast<ProcessState*>(slab.memory + k * slab.block_bytes));
      }
    }
  }

 private:
  static constexpr std::size_t step = 64;        // bytes, and the alignment
  static constexpr std::size_t fine = 1 << 15;   // classes by steps; beyond, by large ones
  static constexpr std::size_t large = 1 << 20;  // bytes

  struct Class {
    ProcessState* free = nullptr;
    std::size_t blocks = 0;  // had so far
  };
  struct Slab {
    std::byte* memory;
    std::size_t block_bytes, blocks;
  };

  static std::size_t class_of(std::size_t bytes) {
    if (bytes < fine * step) return (bytes + step - 1) / step;
    return fine + (bytes + large - 1) / large;
  }
  static std::size_t bytes_of(std::size_t index) {
    return index < fine ? index * step : (index - fine) * large;
  }
  void grow(std::size_t index);
  /// The next free state of the class lies where the frame was.
  static ProcessState** link(ProcessState& state) {
    return static_cast<ProcessState**>(state.frame().address());
  }

  std::vector<Class> classes_;
  std::vector<Slab> slabs_;
};

}  // namespace tyche::simulation
