// Claims to the units of resources, and the pool in which they lie.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tyche::simulation {

class Resource;
class Seize;
class Work;
struct ProcessState;

/// What becomes of a process whose unit is taken from it.
enum class Preempted : std::uint8_t {
  resume,   // it gets a unit back as soon as its place in the queue says; work goes on
  restart,  // the same, but work begins anew
  leave,    // it has lost the unit; its work ends there and says how much was left
};

/// One process's claim to a unit, from its request to its release.
struct Claim {
  enum Standing : std::uint8_t { unused, waiting, held, lost, left };

  Resource* resource = nullptr;
  ProcessState* process = nullptr;
  std::uint64_t number = 0;  // of the process
  Claim *before = nullptr, *after = nullptr;
  Seize* seize = nullptr;  // while it waits
  Work* work = nullptr;    // while it works or waits to go on
  double priority = 0;
  std::uint64_t order = 0;  // of the request
  double since = 0;         // of the request
  std::uint32_t preemptions = 0;
  Standing standing = unused;
  bool preempts = false;
  Preempted preempted = Preempted::resume;
};

/// Claims that are used again; all last as long as the pool.
class ClaimPool {
 public:
  Claim& take() {
    if (free_ == nullptr) grow();
    Claim& claim = *free_;
    free_ = claim.after;
    return claim;
  }
  void give(Claim& claim) {
    claim.standing = Claim::unused;
    claim.after = free_;
    free_ = &claim;
  }

 private:
  void grow();

  std::vector<std::unique_ptr<Claim[]>> slabs_;
  std::size_t claims_ = 0;
  Claim* free_ = nullptr;
};

}  // namespace tyche::simulation
