// How far the threads of Time Warp run ahead.
#pragma once
#include <cstdint>

namespace tyche::simulation {

/// Threads that run far ahead of each other take much back. How many steps each takes until it
/// calls the next round, and how many events it may have handled that are not certain, follow from
/// the share of its work that was in vain. A long lead gains nothing: the last thread sets the
/// pace.
class Pace {
 public:
  std::uint32_t steps() const { return steps_; }
  std::uint32_t most_uncertain() const { return 4 * steps_; }

  /// Of the steps since the last round.
  void learn(std::uint64_t handled, std::uint64_t taken_back) {
    if (8 * taken_back > handled) {
      if (steps_ > fewest) steps_ /= 2;
    } else if (32 * taken_back <= handled && steps_ < most) {
      steps_ *= 2;
    }
  }

 private:
  static constexpr std::uint32_t fewest = 32, most = 4096;
  std::uint32_t steps_ = 512;
};

}  // namespace tyche::simulation
