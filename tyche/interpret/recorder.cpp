#include "tyche/interpret/recorder.hpp"

#include <algorithm>
#include <cassert>

#include "tyche/interpret/cell.hpp"
#include "tyche/ir/builder.hpp"

namespace tyche::interpret {

void Recorder::record(const std::string& name, const std::vector<LoopIndex>& loops,
                      ir::Array value) {
  entries_[name].push_back({loops, std::move(value)});
}

ir::DataSet Recorder::arrays() const {
  ir::DataSet out;
  for (const auto& [name, entries] : entries_) {
    std::vector<std::int64_t> dims(entries[0].loops.size(), 0);
    for (const Entry& entry : entries) {
      for (std::size_t k = 0; k < dims.size(); ++k) {
        dims[k] = std::max(dims[k], entry.loops[k].count);
      }
    }
    ir::Type type = entries[0].value.type;
    for (std::size_t k = dims.size(); k-- > 0;) type = ir::stacked(type, dims[k]);
    ir::Array whole = filled(type, true);
    for (const Entry& entry : entries) {
      std::vector<std::int64_t> indices;
      for (const LoopIndex& loop : entry.loops) indices.push_back(loop.index);
      store(whole, locate(type, indices), to_cell(entry.value));
    }
    out[name] = std::move(whole);
  }
  return out;
}

}  // namespace tyche::interpret
