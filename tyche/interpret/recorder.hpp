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
  /// False, and nothing is recorded, where the address (name and indices) has a value already or
  /// the name has values under another number of loops or of another type.
  bool record(const std::string& name, const std::vector<LoopIndex>& loops, ir::Array value);
  /// Dims of the loops first; what was not recorded there is NaN or 0.
  ir::DataSet arrays() const;

 private:
  struct Entries {
    std::vector<std::int64_t> dims;  // of the loops: the largest counts
    std::map<std::vector<std::int64_t>, ir::Array> values;
  };
  std::map<std::string, Entries> entries_;
};

}  // namespace tyche::interpret
