// Collects values by name and loop indices into one array a name.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tyche/ir/value.hpp"

namespace tyche::interpret {

/// Where the run is in a loop around the instruction in hand.
struct LoopIndex {
  std::int64_t index;
  std::int64_t count;
};

class Recorder {
 public:
  /// The last value of an address wins.
  void record(const std::string& name, const std::vector<LoopIndex>& loops, ir::Array value);
  /// Dims of the loops first; what was not recorded there is NaN or 0.
  ir::DataSet arrays() const;

 private:
  struct Entry {
    std::vector<LoopIndex> loops;
    ir::Array value;
  };
  std::map<std::string, std::vector<Entry>> entries_;
};

}  // namespace tyche::interpret
